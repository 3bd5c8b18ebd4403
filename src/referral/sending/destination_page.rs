//! Search for a destination.

use crate::{
    directory::{Service, display_in},
    referral::{
        draft::Referral,
        error::Error,
        lists::pages::in_language,
        pages::{DestinationPage, ServiceRow},
        service::Referrals,
        visit::Visit,
    },
};

impl Referrals {
    /// Builds the search for a destination. Lists the services that have the specialty of the form; with `show_others`,
    /// the others too.
    pub(in crate::referral) fn destination_page(
        &self,
        visit: &Visit,
        referral: &Referral,
        query: String,
        show_others: bool,
        lang: &str,
    ) -> Result<DestinationPage, Error> {
        let form = &*self.form_of(referral)?;
        let found = self.directory.search(&query, form.service_codings());
        let chosen = referral.service_id.as_deref();
        let rows = |services: &[&Service]| services.iter().map(|it| service_row(it, chosen, lang)).collect();
        Ok(DestinationPage {
            revision: referral.revision,
            query,
            specialty: form.service_codings().first().map(|code| display_in(code, lang)).unwrap_or_default(),
            services: rows(&found.fitting),
            other_count: found.others.len(),
            others: if show_others { rows(&found.others) } else { Vec::new() },
            form: form.title(lang).to_owned(),
            path: visit.referral_path(&referral.id),
        })
    }

    /// Builds the row of a referral's destination, with only its name if the directory no longer has it. `None` until it
    /// is chosen.
    pub(in crate::referral) fn service_row_of(&self, referral: &Referral, lang: &str) -> Option<ServiceRow> {
        let id = referral.service_id.as_deref()?;
        let name = || in_language(&referral.summary.destination, lang);
        let gone = || ServiceRow { name: name(), ..ServiceRow::default() };
        Some(self.directory.find(id).map_or_else(gone, |service| service_row(service, Some(id), lang)))
    }
}

/// Builds the row of a service; `chosen` is the id of the chosen destination.
pub(super) fn service_row(service: &Service, chosen: Option<&str>, lang: &str) -> ServiceRow {
    ServiceRow {
        id: service.id.clone(),
        name: service.name_in(lang).to_owned(),
        specialties: service.specialties_in(lang).map(str::to_owned).collect(),
        organization: service.organization.clone(),
        place: service.place.clone(),
        phone: service.phone.clone(),
        fax: service.fax.clone(),
        comment: service.comment_in(lang).to_owned(),
        chosen: chosen == Some(&service.id),
    }
}
