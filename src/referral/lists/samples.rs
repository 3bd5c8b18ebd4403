//! Templates of the pages that list referrals, and samples of them for the test that renders all pages.

use super::views::{
    ChartReferralsPage, EarlierNote, EarlierRow, FormRow, HomePage, MinePage, Row, SignList, SignRow,
};
use crate::{
    referral::restored::SendingNote,
    web::{Page, Paging},
};

impl Row {
    fn sample() -> Self {
        Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            patient: "TREMBLAY-SINGH, Éléonore".into(),
            born: "14 Mar 1961".into(),
            gender: "female".into(),
            form: "Cardiology consultation".into(),
            destination: "Heart Clinic".into(),
            begun_by: "Ngozi Okafor".into(),
            status: "sent".into(),
            tone: "good".into(),
            place: 2,
            signer: String::new(),
            returned_by: String::new(),
            remark: String::new(),
            updated: "2 Sep 2026, 09:14".into(),
            open: false,
            kept_until: String::new(),
        }
    }

    fn returned_sample() -> Self {
        Self {
            status: "returned".into(),
            tone: "warn".into(),
            place: 0,
            returned_by: "Dr. Ngozi Okafor".into(),
            remark: "Which leg?".into(),
            ..Self::sample()
        }
    }
}

impl SignRow {
    fn samples() -> Vec<Self> {
        let own = Self {
            path: "/c/x/referrals/1/review".into(),
            number: "R26-7Q4K-92MD".into(),
            patient: "TREMBLAY-SINGH, Éléonore".into(),
            born: "14 Mar 1961".into(),
            gender: "female".into(),
            service: "Heart Clinic".into(),
            urgency: "Urgent".into(),
            urgent: true,
            prepared_by: "Harpreet Gill".into(),
            since: "2 Sep 2026, 09:14".into(),
            for_user: true,
            signer: String::new(),
        };
        let other = Self {
            for_user: false,
            signer: "Dr. Wei-Lin Chen".into(),
            urgency: String::new(),
            urgent: false,
            born: String::new(),
            ..own.clone()
        };
        let elsewhere = Self { path: String::new(), since: String::new(), ..own.clone() };
        vec![own, other, elsewhere]
    }
}

impl SignList {
    fn sample() -> Self {
        Self { rows: SignRow::samples(), elsewhere: 2, count: 4 }
    }
}

impl EarlierNote {
    pub(in crate::referral) fn sample() -> Self {
        let row = |status: &str, tone: &str, needs: &str| EarlierRow {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            destination: "Heart Clinic".into(),
            signed: "2 Sep 2026, 09:14".into(),
            by: String::new(),
            status: status.into(),
            tone: tone.into(),
            needs: needs.into(),
            copy: if needs.starts_with("copied") { "R26-EZPS-AZGT".into() } else { String::new() },
            copied: if needs.starts_with("copied") { "3 Sep 2026, 10:20".into() } else { String::new() },
        };
        let unreadable =
            EarlierRow { form: String::new(), destination: String::new(), ..row("sent", "good", "") };
        Self {
            urgent: vec![
                row("not-delivered", "bad", "not-delivered"),
                row("unconfirmed", "bad", "unconfirmed"),
                row("retrying", "warn", "retrying"),
                row("retrying", "warn", "copied-sending"),
                row("sending", "warn", "held"),
                row("sending", "warn", "held-restored"),
            ],
            rows: vec![
                row("sending", "", "sending"),
                row("not-delivered", "bad", "copied"),
                row("sent", "good", ""),
                unreadable,
            ],
            more: true,
            colleagues_urgent_count: 1,
            colleagues_urgent: vec![EarlierRow {
                by: "Ngozi Okafor".into(),
                path: String::new(),
                ..row("not-delivered", "bad", "not-delivered")
            }],
            colleagues: 2,
            days: 90,
        }
    }
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "referral/home.html";

    fn samples() -> Vec<Self> {
        let form = FormRow {
            id: "x".into(),
            title: "Cardiology consultation".into(),
            description: "Adults".into(),
            is_draft: true,
        };
        let row = Row { status: "draft".into(), open: true, ..Row::sample() };
        let ending = Row { kept_until: "14 Oct 2026".into(), ..row.clone() };
        let waits = Row { status: "ready-to-sign".into(), signer: "Dr. Roy".into(), ..row.clone() };
        let returned = Row::returned_sample();
        let full = Self {
            earlier: EarlierNote::sample(),
            undelivered_elsewhere: 2,
            to_sign: SignList::sample(),
            drafts: vec![row, ending, waits, returned],
            ending_elsewhere: 2,
            forms: vec![form],
            sent: vec![Row::sample()],
            more_sent: true,
            sending: SendingNote::sample(),
            notice: "discarded".into(),
            ..Self::default()
        };
        let stops =
            ["patient-deceased", "patient-replaced", "patient-unidentified"].map(str::to_owned).to_vec();
        let held = SendingNote { held: true, ..SendingNote::default() };
        let elsewhere = Self {
            undelivered_elsewhere: 1,
            sending: held,
            to_sign: SignList { elsewhere: 1, count: 1, ..SignList::default() },
            notice: "returned".into(),
            ..Self::default()
        };
        vec![full, elsewhere, Self { stops, ..Self::default() }, Self::default()]
    }
}

impl Page for ChartReferralsPage {
    const TEMPLATE: &'static str = "referral/chart_referrals.html";

    fn samples() -> Vec<Self> {
        vec![Self { rows: vec![Row::sample()], paging: Paging::sample() }, Self::default()]
    }
}

impl Page for MinePage {
    const TEMPLATE: &'static str = "referral/mine.html";

    fn samples() -> Vec<Self> {
        let failed = Row { status: "not-delivered".into(), tone: "bad".into(), place: 0, ..Row::sample() };
        let waits = Row { status: "ready-to-sign".into(), place: 1, ..Row::sample() };
        let all = Self {
            to_sign: SignRow::samples(),
            clinic_unknown: false,
            rows: vec![failed, Row::returned_sample(), waits, Row::sample()],
            found: 60,
            paging: Paging::sample(),
            back: "/c/x/".into(),
            from: "x".into(),
            all: "/referrals?from=x".into(),
            sending: SendingNote::sample(),
            ..Self::default()
        };
        let searched = Self {
            search: "tremblay".into(),
            older: "/referrals?find=x&before=1-x".into(),
            before: "2 Sep 2026, 09:14".into(),
            ..all.clone()
        };
        let none = Self {
            rows: Vec::new(),
            to_sign: Vec::new(),
            clinic_unknown: true,
            found: 0,
            older: String::new(),
            ..searched.clone()
        };
        vec![all, searched, none, Self::default()]
    }
}
