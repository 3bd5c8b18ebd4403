//! Sample of the view of a message, for the test that renders all pages.

use super::{
    entry::{SentEntry, SentFile, SentGroup},
    letter::MessageView,
    piece::{Detail, Piece},
};

impl MessageView {
    /// View with an entry of each kind, and a piece of each kind.
    pub(in crate::referral) fn sample() -> Self {
        let piece = |kind: &str, text: &str| Piece { kind: kind.into(), text: text.into() };
        let detail = |name: &str, usage: &str, kind: &str, text: &str| Detail {
            name: name.into(),
            usage: usage.into(),
            value: vec![piece(kind, text)],
        };
        let entry = |kind: &str, text: &str| SentEntry {
            kind: kind.into(),
            title: vec![piece("text", text), piece("flag", "H")],
            lead: vec![detail("phone", "work", "text", "613-555-0142")],
            details: vec![detail("status", "", "code", "final"), detail("code", "", "en", "Potassium")],
            files: vec![
                SentFile {
                    content_type: "image/jpeg".into(),
                    kilobytes: 12,
                    hash: "2jmj7l5rSw0yVb/vlWAYkK/YBwk=".into(),
                    path: "/c/x/referrals/1/attachments/2".into(),
                },
                SentFile::default(),
            ],
        };
        let untitled = SentEntry { title: Vec::new(), ..entry("messageheader", "") };
        let group = SentGroup { kind: "observation".into(), entries: vec![entry("observation", "148 mmHg")] };
        Self {
            reason: "Chest tightness".into(),
            priority: "urgent".into(),
            requested: vec![vec![piece("en", "Cardiology")]],
            patient: vec![detail("gender", "", "code", "female"), detail("address", "", "element", "city")],
            from: vec![entry("practitioner", "Dr. Ngozi Okafor")],
            to: vec![entry("healthcareservice", "Heart Clinic")],
            made: vec![entry("observation", "Body weight, 71.5 kg")],
            chart: vec![group],
            attached: vec![entry("documentreference", "ECG (2 Sep 2026)")],
            about: vec![untitled],
            ..Self::default()
        }
    }
}
