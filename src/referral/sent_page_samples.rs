//! Samples of the page of a sent referral, for the test that renders all pages.

use super::{
    message_view::{MessageView, SentLine},
    page_samples::sample_sections,
    pages::{DetailPage, Letterhead, ServiceRow, TimelineStep},
    sending::views::{CopiedView, CopyView, DeliveryView},
    signing::views::ReturnedView,
};
use crate::web::Page;

impl DeliveryView {
    fn sample(why: &str) -> Self {
        Self {
            attempts: if why.is_empty() { 0 } else { 2 },
            next: "10:43".into(),
            why: why.into(),
            words: if why == "refused" { "The birth date is missing".into() } else { String::new() },
            may_act: true,
            may_double: why == "unknown",
            may_have_arrived: why == "retry-later",
            may_copy: true,
            settled_by: if why == "refused" { "R26-EZPS-AZGT".into() } else { String::new() },
            held: match why {
                "our-fault" => "held".into(),
                "restored" => "held-restored".into(),
                _ => String::new(),
            },
        }
    }
}

impl CopyView {
    fn samples() -> Vec<Self> {
        let copy = |state: &str, path: &str| Self {
            path: path.into(),
            number: "R26-EZPS-AZGT".into(),
            state: state.into(),
            at: "3 Sep 2026, 10:20".into(),
        };
        vec![
            copy("sent", "/c/x/referrals/2"),
            copy("placed", ""),
            copy("faxed", ""),
            copy("signed", "/c/x/referrals/3"),
        ]
    }
}

/// Kinds of the steps of a timeline.
const STEP_KINDS: [&str; 20] = [
    "begun",
    "ready-to-sign",
    "returned",
    "taken-back",
    "discarded",
    "submitted",
    "held",
    "delivery-retry",
    "delivery-waiting",
    "delivered",
    "placed",
    "not-delivered",
    "unconfirmed",
    "order-updated",
    "order-not-updated",
    "delivery-our-fault",
    "sent-again",
    "faxed",
    "not-faxed",
    "replaced",
];

impl TimelineStep {
    fn sample(kind: &str) -> Self {
        Self { kind: kind.into(), at: "2 Sep 2026, 09:14".into(), by: "Ngozi Okafor".into() }
    }
}

impl Page for DetailPage {
    const TEMPLATE: &'static str = "referral/detail.html";

    fn samples() -> Vec<Self> {
        let steps = STEP_KINDS.map(TimelineStep::sample);
        let is_sent = |status: &str| !matches!(status, "draft" | "ready-to-sign");
        let page = |status: &str| Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            destination: "Heart Clinic".into(),
            service: Some(ServiceRow::sample()),
            status: status.into(),
            tone: "good".into(),
            steps: steps.to_vec(),
            sections: sample_sections(),
            separate: if status == "sent" { vec!["ECG".into()] } else { Vec::new() },
            alerts: if status == "sent" { vec!["Call the radiologist.".into()] } else { Vec::new() },
            recorded: status != "draft",
            message: MessageView::sample(),
            patient: vec![SentLine { kind: "identifier".into(), text: "1234 567 890".into() }],
            signer: if status == "ready-to-sign" { "Dr. Ngozi Okafor".into() } else { String::new() },
            prepared_by: if status == "sent" { "Harpreet Gill".into() } else { String::new() },
            signed: if is_sent(status) { "2 Sep 2026, 09:14".into() } else { String::new() },
            signed_by: if is_sent(status) { "Dr. Ngozi Okafor".into() } else { String::new() },
            provisional: status == "sent",
            has_files: is_sent(status),
            may_take_back: status == "ready-to-sign",
            returned: (status == "draft").then(ReturnedView::sample),
            open: matches!(status, "draft" | "ready-to-sign"),
            progress: if status == "sending" { "sending 1".into() } else { String::new() },
            back: "/c/x/referrals".into(),
            place: "?page=2".into(),
            letter: if status == "draft" { String::new() } else { "/c/x/referrals/1/letter.pdf".into() },
            kept_until: if status == "draft" { "14 Oct 2026".into() } else { String::new() },
            message_removed: if status == "sent" { "2 Sep 2028, 09:14".into() } else { String::new() },
            delivery: None,
            copied: (status == "sent").then(CopiedView::sample),
            copies: match status {
                "not-delivered" | "replaced" => CopyView::samples(),
                _ => Vec::new(),
            },
            may_unmark_faxed: status == "faxed",
            letterhead: Letterhead::sample(),
        };
        let failed = [
            ("retrying", "retry-later"),
            ("retrying", "our-fault"),
            ("retrying", ""),
            ("sending", "restored"),
            ("sending", ""),
            ("not-delivered", "refused"),
            ("not-delivered", "misdirected"),
            ("unconfirmed", "unknown"),
            ("unconfirmed", "handed-over"),
            ("unconfirmed", "already-has"),
        ];
        let failed =
            failed.map(|(status, why)| Self { delivery: Some(DeliveryView::sample(why)), ..page(status) });
        let plain = ["draft", "ready-to-sign", "sending", "sent", "placed", "faxed", "replaced"].map(page);
        plain.into_iter().chain(failed).collect()
    }
}
