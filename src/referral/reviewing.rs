use super::{
    Error, FindingKind, Referrals,
    draft::Referral,
    lists::store::{self as list_store, Listed},
    pages::{
        DetailPage, FindingView, FormRow, HomePage, Line, Open, ReviewPage, Row, Section, ServiceRow, Step,
    },
    service::Visit,
    submit::Readiness,
    timeline,
};
use crate::{
    directory::Service,
    forms::{Form, moment, readable, view},
};

impl Referrals {
    pub(super) async fn home(&self, visit: &Visit, lang: &str, notice: &str) -> Result<HomePage, Error> {
        let context = &visit.context;
        let viewer = Self::viewer(visit);
        let drafts = list_store::find_drafts(
            &self.ground.db,
            &self.ground.sealer,
            &context.patient_key,
            &context.ehr.id,
            viewer,
        )
        .await?;
        let path = context.path();
        let forms = self.forms.list().map(|form| FormRow {
            id: form.id().to_owned(),
            title: form.title(lang).to_owned(),
            description: form.description(lang).to_owned(),
        });
        Ok(HomePage {
            drafts: drafts
                .iter()
                .map(|draft| self.row(draft, &format!("{path}/referrals"), "/edit", lang))
                .collect(),
            forms: forms.collect(),
            notice: notice.to_owned(),
        })
    }

    pub(super) fn row(&self, listed: &Listed, base: &str, page: &str, lang: &str) -> Row {
        Row {
            path: format!("{base}/{}{page}", listed.id),
            number: listed.number.clone(),
            patient: listed.summary.patient_name.clone(),
            form: pick(&listed.summary.form_title, lang),
            destination: pick(&listed.summary.destination, lang),
            begun_by: listed.summary.begun_by.clone(),
            status: listed.status.as_str().to_owned(),
            tone: listed.status.tone().to_owned(),
            updated: self.readable_time(listed.updated_at, lang),
        }
    }

    pub(super) fn review(
        visit: &Visit,
        (form, referral, service): (&Form, &Referral, &Service),
        readiness: &Readiness,
        lang: &str,
    ) -> ReviewPage {
        let path = format!("{}/referrals/{}", visit.context.path(), referral.id);
        let user = &visit.signed_in.user;
        let other = referral.user_id != user.id;
        let problems =
            view(form, &referral.answers, &referral.snapshot.prefill, &readiness.problems, lang).problems;
        ReviewPage {
            revision: referral.revision,
            number: referral.number.clone(),
            form: form.title(lang).to_owned(),
            patient: visit.context.patient().name.for_chart(),
            clinician: user.name.clone(),
            prepared_by: if other { referral.summary.begun_by.clone() } else { String::new() },
            ehr: visit.context.chart.place.clone(),
            destination: service_row(service, Some(&service.id), lang),
            sections: sections(form, referral, lang),
            problems: problems
                .into_iter()
                .map(|problem| Open {
                    path: format!("{path}/edit?notice=check#{}", problem.id),
                    label: problem.label,
                    kind: problem.kind,
                    limit: problem.limit,
                })
                .collect(),
            findings: readiness
                .findings
                .iter()
                .map(|finding| FindingView {
                    id: finding.id.clone(),
                    blocks: finding.kind == FindingKind::Blocks,
                })
                .collect(),
            may_sign: user.role.may_sign(),
            unconfirmed: false,
            path,
        }
    }

    pub(super) async fn detail(
        &self,
        referral: &Referral,
        base: &str,
        lang: &str,
    ) -> Result<DetailPage, Error> {
        let events = timeline::find_events(&self.ground.db, &referral.id).await?;
        let form = self.form(&referral.form_id)?;
        Ok(DetailPage {
            path: format!("{base}/{}", referral.id),
            number: referral.number.clone(),
            form: form.title(lang).to_owned(),
            destination: pick(&referral.summary.destination, lang),
            status: referral.status.as_str().to_owned(),
            tone: referral.status.tone().to_owned(),
            steps: events
                .into_iter()
                .map(|event| Step {
                    kind: event.kind,
                    at: self.readable_time(event.at, lang),
                    by: event.user_name.unwrap_or_default(),
                })
                .collect(),
            sections: sections(form, referral, lang),
            open: false,
            moving: referral.status == super::Status::Sending,
            back: base.to_owned(),
        })
    }

    /// A moment as people read it: `2 Sep 2026, 09:14`.
    pub(super) fn readable_time(&self, at: i64, lang: &str) -> String {
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        moment(&at.to_string(), lang, &self.time_zone)
    }
}

pub(super) fn service_row(service: &Service, chosen: Option<&str>, lang: &str) -> ServiceRow {
    ServiceRow {
        id: service.id.clone(),
        name: service.name_in(lang).to_owned(),
        specialties: service.specialties_in(lang).map(str::to_owned).collect(),
        organization: service.organization.clone(),
        place: service.place.clone(),
        phone: service.phone.clone(),
        comment: service.comment_in(lang).to_owned(),
        chosen: chosen == Some(&service.id),
    }
}

fn sections(form: &Form, referral: &Referral, lang: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (title, label, value) in readable(form, &referral.answers, &referral.snapshot.prefill, lang) {
        let line = Line { label, value };
        match sections.last_mut().filter(|section| section.title == title) {
            Some(section) => section.lines.push(line),
            None => sections.push(Section { title, lines: vec![line] }),
        }
    }
    sections
}

pub(super) fn pick(names: &[String; 2], lang: &str) -> String {
    names[usize::from(lang == "fr")].clone()
}
