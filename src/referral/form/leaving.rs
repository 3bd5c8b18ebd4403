//! Pages on which a user leaves a form: its referral was signed in another window, or the draft is to be discarded.

use crate::{
    forms::readable,
    referral::{
        draft::Referral,
        draft_pages::{DiscardPage, KeptTextPage},
        error::Error,
        sending::review_page::grouped,
        service::Referrals,
        visit::Visit,
    },
    web::PostedField,
};

impl Referrals {
    /// Builds the page of what was typed in a form whose referral was signed meanwhile: the answers that the referral does
    /// not have. `typed` has those answers. Returns `None` if it has them all.
    pub(in crate::referral) async fn kept_text_page(
        &self,
        visit: &Visit,
        typed: &Referral,
        fields: Vec<(String, String)>,
        has_files: bool,
        lang: &str,
    ) -> Result<Option<KeptTextPage>, Error> {
        let sent = self.find_referral(&typed.id).await?.ok_or(Error::NotFound)?;
        let form = &*self.form_of(&sent)?;
        let sent_answers = readable(form, &sent.answers, &sent.snapshot.prefill, lang);
        let mut answers = readable(form, &typed.answers, &sent.snapshot.prefill, lang);
        answers.retain(|answer| !answer.section.is_empty() && !sent_answers.contains(answer));
        if answers.is_empty() && !has_files {
            return Ok(None);
        }
        Ok(Some(KeptTextPage {
            path: visit.referral_path(&sent.id),
            number: sent.number.clone(),
            form: form.title(lang).to_owned(),
            status: sent.status.as_str().to_owned(),
            tone: sent.status.tone().to_owned(),
            sections: grouped(answers, false),
            has_files,
            fields: fields.into_iter().map(|(name, value)| PostedField { name, value }).collect(),
        }))
    }

    /// Builds the page that asks before a draft is discarded.
    pub(in crate::referral) fn discard_page(
        &self,
        visit: &Visit,
        referral: &Referral,
        lang: &str,
    ) -> Result<DiscardPage, Error> {
        Ok(DiscardPage {
            path: visit.referral_path(&referral.id),
            number: referral.number.clone(),
            form: self.form_of(referral)?.title(lang).to_owned(),
            saved: self.readable_time(referral.updated_at, lang),
        })
    }
}
