//! Template of each page, and samples of it for the test that renders all pages.

use super::{
    lists::views::EarlierNote,
    message_view::{MessageView, Piece},
    pages::{
        AnswerLine, AnswerSection, BegunDraft, DestinationPage, EditPage, FormFrame, Letterhead, SectionRow,
        ServiceRow, SignedOutPage,
    },
    restored::SendingNote,
    review_parts::{DifferingLine, DoubtLine, FindingView, OpenQuestion, PartRow, ReviewPage},
    sending::views::CopiedView,
    signing::views::{HandedOverNote, MovedPage, ReturnedView, SignerOption, WaitsNote},
};
use crate::{
    forms::{Change, DoubtView, ProblemView},
    web::{Html, Page},
};

impl ReturnedView {
    pub(super) fn sample() -> Self {
        Self {
            by: "Dr. Ngozi Okafor".into(),
            at: "2 Sep 2026, 09:14".into(),
            remark: "Which leg?\nPlease add the ECG.".into(),
        }
    }
}

impl WaitsNote {
    fn sample() -> Self {
        Self { signer: "Dr. Ngozi Okafor".into(), at: "2 Sep 2026, 09:14".into() }
    }
}

impl CopiedView {
    pub(super) fn sample() -> Self {
        Self { number: "R26-8HS1-BXEH".into(), day: "2 Sep 2026".into(), typed: false }
    }
}

impl HandedOverNote {
    fn sample() -> Self {
        let change = |label: &str| Change {
            label: label.into(),
            added: vec!["Dr. Ngozi Okafor".into()],
            removed: vec!["Harpreet Gill".into()],
            kept: false,
            unread: true,
        };
        Self {
            by: "Harpreet Gill".into(),
            at: "2 Sep 2026, 09:14".into(),
            signer: "Dr. Wei-Lin Chen".into(),
            returned: Some(ReturnedView::sample()),
            to_you: vec![change("Referring clinician")],
            changes: vec![change("Medications")],
            without_remark: true,
        }
    }
}

impl Letterhead {
    pub(super) fn sample() -> Self {
        Self {
            clinic: "Rideau Family Health Team".into(),
            address: "210 Bank Street, Ottawa".into(),
            phone: "613-555-0100".into(),
            fax: "613-555-0101".into(),
            not_loaded: false,
        }
    }
}

impl ServiceRow {
    pub(super) fn sample() -> Self {
        Self {
            id: "civic".into(),
            name: "Heart Clinic".into(),
            specialties: vec!["Cardiology".into()],
            organization: "The Ottawa Valley Hospital".into(),
            place: "1053 Carling Avenue".into(),
            phone: "613-555-0162".into(),
            fax: "613-555-0163".into(),
            comment: "Attach an ECG.".into(),
            chosen: true,
        }
    }
}

impl DifferingLine {
    fn samples() -> Vec<Self> {
        let line = |answer: &str, dated: &str| Self {
            path: "/c/x/referrals/r-1/edit#f-weight".into(),
            label: "Weight".into(),
            answer: answer.into(),
            is_list: false,
            chart: "74 kg".into(),
            dated: dated.into(),
        };
        let list = Self { is_list: true, chart: "Metformin".into(), ..line("", "") };
        vec![line("", "3 Mar 2026"), line("", ""), line("81 kg", "3 Mar 2026"), line("81 kg", ""), list]
    }
}

pub(super) fn sample_sections() -> Vec<AnswerSection> {
    let line = |label: &str| AnswerLine { label: label.into(), ..AnswerLine::default() };
    let one = AnswerLine { value: "Chest tightness".into(), ..line("Main concern") };
    let several = AnswerLine { items: vec!["Latex".into(), "Penicillin".into()], ..line("Allergies") };
    let signer = AnswerLine { by_signer: true, ..line("Referring clinician") };
    vec![AnswerSection { title: "Reason for referral".into(), lines: vec![one, several, signer] }]
}

impl PartRow {
    fn samples() -> Vec<Self> {
        let piece = |kind: &str, text: &str| Piece { kind: kind.into(), text: text.into() };
        let phone = Self {
            name: "phone".into(),
            usage: "mobile".into(),
            key: "telecom|613-555-0142 (mobile)".into(),
            value: vec![piece("text", "613-555-0142")],
            corrected: "you".into(),
            chart: "613-555-0100".into(),
            sent: true,
            needed: false,
        };
        let other = Self { corrected: "form".into(), ..phone.clone() };
        let added = Self { chart: String::new(), value: vec![piece("use", "home")], ..phone.clone() };
        let by_other = Self { corrected: "form".into(), ..added.clone() };
        let name = Self { name: "name".into(), needed: true, corrected: String::new(), ..added.clone() };
        vec![name, phone, added, other, by_other]
    }
}

/// Problem of a missing answer, and a warning of the form's own rule.
fn problems() -> Vec<ProblemView> {
    let problem = ProblemView {
        place: "urgency".into(),
        id: "f-urgency".into(),
        label: "Urgency".into(),
        kind: "required".into(),
        limit: String::new(),
        text: String::new(),
        blocks: true,
    };
    let of_rule = ProblemView {
        kind: "warning".into(),
        text: "Say when it began.".into(),
        blocks: false,
        ..problem.clone()
    };
    vec![problem, of_rule]
}

impl FormFrame {
    /// Returns a frame with one section and problems.
    pub(super) fn sample() -> Self {
        let section = SectionRow {
            place: "reason".into(),
            id: "f-reason".into(),
            title: "Reason for referral".into(),
            enabled: true,
            left: 2,
        };
        Self {
            title: "Cardiology consultation".into(),
            asked: 48,
            from_chart: 28,
            sections: vec![section],
            problems: problems(),
        }
    }
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "referral/edit.html";

    fn pieces(&self) -> &[Html] {
        &self.pieces
    }

    fn samples() -> Vec<Self> {
        let form = FormFrame::sample();
        let page = |notice: &str| Self {
            form: form.clone(),
            pieces: vec![Html::literal("<fieldset></fieldset>")],
            action: "/c/x/referrals/1/edit".into(),
            multipart: notice == "saved",
            ticket: "x".into(),
            revision: 1,
            number: "R26-7Q4K-92MD".into(),
            saved: "09:14".into(),
            notice: notice.into(),
            changes: match notice {
                "renewed" => vec![Change {
                    label: "Medications".into(),
                    added: vec!["Apixaban 5 mg".into()],
                    removed: vec!["Warfarin 5 mg".into()],
                    kept: true,
                    unread: false,
                }],
                _ => Vec::new(),
            },
            earlier: EarlierNote::default(),
            sending: SendingNote::default(),
            begun: Vec::new(),
            copied: match notice {
                "reloaded" => Some(CopiedView::sample()),
                "renewed" => Some(CopiedView { typed: true, ..CopiedView::sample() }),
                _ => None,
            },
            returned: (notice == "saved").then(ReturnedView::sample),
            waits: None,
            newer_form: (notice == "saved").then(|| vec!["Smoking: former".into()]),
            destination: Some(ServiceRow::sample()),
            letterhead: Letterhead::sample(),
            provisional: notice == "saved",
        };
        let notices = [
            "",
            "saved",
            "reloaded",
            "reloaded-in-part",
            "reload-failed",
            "renewed",
            "check",
            "conflict",
            "anew",
        ]
        .map(page);
        let handed_over = Self { waits: Some(WaitsNote::sample()), ..page("conflict") };
        let newer = Self { newer_form: Some(Vec::new()), ..page("newer-form") };
        let blank = Self {
            destination: None,
            number: String::new(),
            earlier: EarlierNote::sample(),
            sending: SendingNote::sample(),
            begun: vec![BegunDraft { path: "/c/x/referrals/1/edit".into(), number: "R26-7Q4K-92MD".into() }],
            ..page("")
        };
        notices.into_iter().chain([handed_over, newer, blank]).collect()
    }
}

impl Page for DestinationPage {
    const TEMPLATE: &'static str = "referral/destination.html";

    fn samples() -> Vec<Self> {
        let full = Self {
            path: "/c/x/referrals/1".into(),
            revision: 1,
            query: "heart".into(),
            specialty: "Cardiology".into(),
            services: vec![ServiceRow::sample()],
            other_count: 1,
            others: vec![ServiceRow { chosen: false, ..ServiceRow::sample() }],
            form: "Cardiology consultation".into(),
        };
        let hidden = Self { others: Vec::new(), ..full.clone() };
        let none = Self { services: Vec::new(), other_count: 0, ..hidden.clone() };
        vec![full, Self { services: Vec::new(), ..hidden.clone() }, hidden, none]
    }
}

impl OpenQuestion {
    fn sample() -> Self {
        Self {
            path: "/x".into(),
            label: "Urgency".into(),
            kind: "required".into(),
            limit: String::new(),
            text: String::new(),
        }
    }
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "referral/review.html";

    fn samples() -> Vec<Self> {
        let ready = Self {
            path: "/c/x/referrals/1".into(),
            revision: 3,
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            patient: "TREMBLAY-SINGH, Éléonore".into(),
            clinician: "Ngozi Okafor".into(),
            account: "N. Okafor".into(),
            copied: Some(CopiedView::sample()),
            ehr: "Riverside".into(),
            destination: ServiceRow::sample(),
            sections: sample_sections(),
            message: MessageView::sample(),
            exact: true,
            parts: PartRow::samples(),
            not_made: vec!["Allergies".into()],
            differing: DifferingLine::samples(),
            doubts: ["phone", "phone-international", "email"].map(doubt).to_vec(),
            may_sign: true,
            letterhead: Letterhead::sample(),
            ..Self::default()
        };
        let open = OpenQuestion::sample();
        let of_rule = OpenQuestion { text: "Say when it began.".into(), ..open.clone() };
        let earlier = ["", "-placed", "-faxed", "-sending", "-retrying", "-not-delivered", "-unconfirmed"]
            .map(|state| finding(&format!("recent-duplicate{state}"), false));
        let original = ["sending", "not-delivered", "unconfirmed", "sent", "placed", "faxed"]
            .map(|state| finding(&format!("original-{state}"), false));
        let inactive = finding("patient-inactive", false);
        let other = finding("other-specialty", false);
        let blocking =
            ["patient-deceased", "patient-replaced", "message-chart"].map(|text| finding(text, true));
        let named = SignerOption { id: "x".into(), name: "Dr. Ngozi Okafor".into(), chosen: true };
        vec![
            Self { problems: vec![open, of_rule], exact: false, ..ready.clone() },
            Self {
                findings: vec![inactive, finding("patient-test", false), other],
                unconfirmed: true,
                ..ready.clone()
            },
            Self { unconfirmed: true, ..ready.clone() },
            Self { findings: earlier.into_iter().chain(original).collect(), ..ready.clone() },
            Self { chosen: true, ..ready.clone() },
            unknown_clinic(&ready, false),
            unknown_clinic(&ready, true),
            Self { findings: blocking.into(), unconfirmed: true, ..ready.clone() },
            Self {
                handed_over: Some(HandedOverNote::sample()),
                prepared_by: "Jean Roy".into(),
                ..ready.clone()
            },
            Self { handed_over: Some(HandedOverNote::default()), ..ready.clone() },
            Self { may_sign: false, signers: vec![named], no_signer: true, ..ready.clone() },
            Self { may_sign: false, any_signer: true, ..ready.clone() },
            Self { may_sign: false, waits: Some(WaitsNote::sample()), ..ready.clone() },
            Self { may_sign: false, waits: Some(WaitsNote::default()), ..ready.clone() },
            ready,
        ]
    }
}

/// Review of a provisional form while sending is held, with a clinic that has no name.
fn unknown_clinic(ready: &ReviewPage, not_loaded: bool) -> ReviewPage {
    ReviewPage {
        letterhead: Letterhead { not_loaded, ..Letterhead::default() },
        asks_clinic: true,
        provisional: true,
        sending: SendingNote::sample(),
        ..ready.clone()
    }
}

impl Page for MovedPage {
    const TEMPLATE: &'static str = "referral/moved.html";

    fn samples() -> Vec<Self> {
        let page = |what: &str| Self {
            what: what.into(),
            by: "Dr. Ngozi Okafor".into(),
            at: "2 Sep 2026, 09:14".into(),
            form: "Cardiology consultation".into(),
            number: "R26-7Q4K-92MD".into(),
            path: if what == "discarded" { String::new() } else { "/c/x/referrals/1".into() },
            may_take_back: what.starts_with("handed-over"),
        };
        ["handed-over", "handed-over-any", "taken-back", "returned", "discarded", "sent"].map(page).into()
    }
}

impl Page for SignedOutPage {
    const TEMPLATE: &'static str = "referral/signed_out.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

fn finding(id: &str, blocks: bool) -> FindingView {
    let (name, detail) = ("R26-7Q4K-92MD, Dr. Ngozi Okafor".to_owned(), "28 Nov 2026, 10:22".to_owned());
    let path = if id == "recent-duplicate" { "/c/x/referrals/2" } else { "" }.to_owned();
    FindingView { id: id.to_owned(), text: id.to_owned(), name, detail, blocks, path }
}

fn doubt(kind: &str) -> DoubtLine {
    let doubt = DoubtView { label: "Phone".into(), kind: kind.into(), count: 9, ..DoubtView::default() };
    DoubtLine { path: "/c/x/referrals/1/edit#f-phone".into(), doubt }
}
