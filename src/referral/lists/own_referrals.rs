//! Pages of a user's own referrals, outside any chart.

use super::{
    place::{Place, is_plain},
    store as list_store,
};
use crate::{
    audit::{Event, EventKind},
    fhir::PatientView,
    launch::OpenContext,
    referral::{
        banner::banner, draft::Referral, error::Error, pages::DetailPage,
        sending::after_sending::may_unmark_faxed, service::Referrals, visit::apply_language,
    },
    users::SignedIn,
    web::{Chrome, RequestState, Web},
};

/// CSRF scope of pages that belong to no chart.
pub(in crate::referral) const OUTSIDE_CHART: &str = "";

impl Referrals {
    /// Builds the page of one of the user's referrals, under the banner of its patient. `place` is the page of the list that
    /// it was opened from.
    pub(in crate::referral) async fn mine_detail_page(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: &SignedIn,
        id: &str,
        place: &Place,
    ) -> Result<(Chrome, DetailPage), Error> {
        let referral = self.own_referral(state, signed_in, id).await?;
        let lang = state.lang().code();
        let mut page = self.detail_page(&referral, "/referrals", lang).await?;
        (page.back, page.place) = (place.path(place.number()), place.query(place.number()));
        if let Some(delivery) = &mut page.delivery {
            delivery.may_act = signed_in.user.role.may_sign();
        }
        self.add_copies(&mut page, &referral, &signed_in.user, "/referrals", lang).await?;
        page.may_unmark_faxed = may_unmark_faxed(&page, &signed_in.user);
        let now = self.now();
        let patient = referral.snapshot.resource("patient").ok_or(Error::NotFound)?;
        let patient = PatientView::on(patient, now.date());
        let entity = format!("referral/{}", referral.id);
        self.record_outside_chart(state, signed_in, entity, Some(&referral.patient_key)).await?;
        let chrome = Chrome {
            banner: Some(banner(&patient, &referral.summary.ehr, lang, &now)),
            ..chrome(web, signed_in, format!("{}{}", page.path, page.place))
        };
        Ok((chrome, page))
    }

    /// Returns a referral that the user started or signed, for a page or a click outside its chart.
    pub(in crate::referral) async fn own_referral(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
    ) -> Result<Referral, Error> {
        let found = self.looked_at_own(state, signed_in, id).await?;
        self.record_activity(signed_in).await?;
        Ok(found)
    }

    /// Returns a referral like [`Referrals::own_referral`], for what a page requests by itself: it is no activity.
    pub(in crate::referral) async fn looked_at_own(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
    ) -> Result<Referral, Error> {
        self.enter_outside_chart(state, signed_in, None)?;
        let Some(found) = self.find_referral(id).await? else {
            return Err(self.absent(id).await);
        };
        match list_store::is_mine(&self.ground.db, id, &signed_in.user.id).await? {
            true => Ok(found),
            false => Err(Error::NotFound),
        }
    }

    /// Begins an audit event about a referral outside its chart.
    pub(in crate::referral) fn own_event(
        state: &RequestState,
        signed_in: &SignedIn,
        kind: EventKind,
        referral: &Referral,
    ) -> Event {
        Event::success(kind, state.correlation_id())
            .by(&signed_in.user.id)
            .at(&referral.ehr_id)
            .patient(Some(&referral.patient_key))
    }

    /// Finds the open chart that a list was opened from. Returns `None` unless it is of this session.
    pub(super) async fn chart_of_list(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        context_id: &str,
    ) -> Result<Option<OpenContext>, Error> {
        if !is_plain(context_id) {
            return Ok(None);
        }
        Ok(self.launch.find_context(state, signed_in, context_id).await?)
    }

    /// Checks the role, applies the language, and permits framing by the EHR of the chart that the user came from, or else
    /// by the EHR of the last launch.
    pub(super) fn enter_outside_chart(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        ehr_id: Option<&str>,
    ) -> Result<(), Error> {
        apply_language(state, signed_in);
        if let Some(ehr) = self.launch.registry().find(ehr_id.unwrap_or(&signed_in.ehr_id)) {
            state.set_frame_ancestors(&ehr.frame_ancestors);
        }
        if signed_in.user.role.may_prepare() { Ok(()) } else { Err(Error::NotAllowed) }
    }

    pub(in crate::referral) async fn record_outside_chart(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        entity: String,
        patient_key: Option<&str>,
    ) -> Result<(), Error> {
        let event = Event::success(EventKind::ReferralViewed, state.correlation_id())
            .by(&signed_in.user.id)
            .at(&signed_in.ehr_id)
            .patient(patient_key)
            .on(entity);
        Ok(self.ground.audit.record_alone(&self.ground.db, &event).await?)
    }
}

/// Frame of a page outside any chart. `back` is its path, to which the language switch returns.
pub(in crate::referral) fn chrome(web: &Web, signed_in: &SignedIn, back: String) -> Chrome {
    Chrome {
        signed_in_as: Some(signed_in.user.name.clone()),
        csrf_token: web.csrf().token(&signed_in.session_id, OUTSIDE_CHART),
        session_path: "/session".to_owned(),
        back,
        ..Chrome::default()
    }
}
