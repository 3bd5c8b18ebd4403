//! Answers to the shipped cardiology form.

pub use passerelle::testing::FormFields;

/// Answers to the questions of the cardiology form that a chart cannot answer.
pub trait Cardiology {
    /// States the concern and answers every question that may be required, those that other answers bring up included.
    fn complete(&mut self, concern: &str) -> &mut Self;
}

impl Cardiology for FormFields {
    fn complete(&mut self, concern: &str) -> &mut Self {
        self.set("a.concern", concern).choose("a.reason", "80313002");
        for question in
            ["a.voicemail", "a.interpreter", "a.rest-pain", "a.exertional-syncope", "a.suspected-acs"]
        {
            self.set(question, "false");
        }
        for question in ["a.cardiac-device", "a.diabetes", "a.hypertension", "a.anticoagulant"] {
            if self.value(question).is_empty() {
                self.set(question, "false");
            }
        }
        for (question, answer) in [
            ("a.consent-referral", "agrees"),
            ("a.consent-messages", "phone"),
            ("a.urgency", "routine"),
            ("a.preference", "first-available"),
            ("a.ecg-source", "separate"),
            ("a.onset", ""),
            ("a.smoking-status", ""),
            ("a.language", ""),
        ] {
            if self.value(question).is_empty() {
                self.choose(question, answer);
            }
        }
        for (question, answer) in
            [("a.phone", "613-555-0100"), ("a.clinic-name", "Clinic"), ("a.referrer", "Dr. Okafor")]
        {
            if self.value(question).is_empty() {
                self.set(question, answer);
            }
        }
        self
    }
}
