//! Answers to the shipped cardiology form.

pub use passerelle::testing::FormFields;

/// Answers to the questions of the cardiology form that a chart cannot answer.
pub trait Cardiology {
    /// States the concern and answers every required question.
    fn complete(&mut self, concern: &str) -> &mut Self;
}

impl Cardiology for FormFields {
    fn complete(&mut self, concern: &str) -> &mut Self {
        self.set("a.concern", concern).choose("a.reason", "80313002");
        for question in ["a.voicemail", "a.interpreter"] {
            self.set(question, "false");
        }
        for (question, answer) in [
            ("a.consent-referral", "agrees"),
            ("a.consent-messages", "phone"),
            ("a.urgency", "routine"),
            ("a.preference", "first-available"),
            ("a.ecg-source", "separate"),
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
        self.answer_required();
        self
    }
}
