use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    chart_request::{ChartRequest, ReferralRequest},
    session::see_other,
};
use crate::{
    audit::EventKind,
    db::row_id,
    forms::{Form, Problem, check, enabled, outline, view},
    referral::{
        EditPage, Error, Referrals, SavedPage,
        draft::Referral,
        editing::Begun,
        form_html::form_html,
        lists::store as list_store,
        not_granted::not_granted_html,
        saving::{Editor, Posted, Saved},
        service::{Visit, event},
        store,
        ticket::Ticket,
    },
    users::SignedIn,
    web::{Chrome, Error as WebError, Lang, RequestState, Web},
};

#[derive(Deserialize)]
pub(super) struct NewQuery {
    form: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct EditQuery {
    #[serde(default)]
    notice: String,
}

pub(super) async fn new(asked: ChartRequest, query: Query<NewQuery>) -> Result<HttpResponse, WebError> {
    let mut visit = asked.click().await?;
    let ChartRequest { state, referrals, web, .. } = &asked;
    let (context, viewer) = (&visit.context, Referrals::viewer(&visit));
    if let (Some(order), None) = (&context.order(), &query.form) {
        let about = (context.patient_key.as_str(), context.ehr.id.as_str(), order.as_str());
        let found =
            list_store::find_for_order(&referrals.ground.db, about, viewer).await.map_err(Error::Db)?;
        if let Some(id) = found {
            return Ok(see_other(&format!("{}/referrals/{id}/edit", context.path())));
        }
    }
    let about = (context.patient_key.as_str(), context.ehr.id.as_str());
    let waiting = list_store::find_waiting(&referrals.ground.db, about, &context.id, viewer)
        .await
        .map_err(Error::Db)?;
    let form = match &query.form {
        Some(id) => referrals.form(id)?,
        None => match referrals.only_form().filter(|_| !waiting.drafts) {
            Some(form) => form,
            None => return Ok(see_other(&format!("{}/", context.path()))),
        },
    };
    let begun = referrals.begin(state, &visit, form, waiting.untouched(form.id())).await?;
    let page = referrals.new_page(web, &visit, form, &begun, state.lang())?;
    visit.chrome.own_language_switch = true;
    web.page(state, &visit.chrome, &page)
}

pub(super) async fn edit(asked: ReferralRequest, query: Query<EditQuery>) -> Result<HttpResponse, WebError> {
    let (mut visit, referral) = asked.referral().await?;
    if !referral.status.is_open() {
        return Ok(see_other(&asked.base()));
    }
    let ChartRequest { state, referrals, web, .. } = &*asked;
    referrals.record_referral_view(state, &visit, &asked.id).await?;
    let form = referrals.form(&referral.form_id)?;
    let (problems, notice) = match query.notice.as_str() {
        known @ ("saved" | "reloaded") => (Vec::new(), known),
        "check" => (check(form, &referral.answers, &referral.snapshot.prefill), ""),
        _ => (Vec::new(), ""),
    };
    let page = referrals.edit_page(web, &visit, form, &referral, (&problems, notice, state.lang()))?;
    visit.chrome.own_language_switch = true;
    web.page(state, &visit.chrome, &page)
}

/// Saves, whether or not there is a draft yet.
pub(super) async fn save(
    req: HttpRequest,
    path: Path<(String, String)>,
    session: Session,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    body: String,
) -> Result<HttpResponse, WebError> {
    let (context, id) = path.into_inner();
    let posted = Posted::read(&body);
    let ticket = referrals.open_ticket(&posted);
    let page = (&posted, ticket.as_ref());
    let visit = referrals.visit_of_page((&state, &web), SignedIn::find(&session), &context, page).await?;
    let Some(mut visit) = visit else {
        return rescued(&req, &state, (&referrals, &web), ticket.as_ref(), (&id, &posted)).await;
    };
    let saved = referrals.save(&state, &Editor::present(&visit, ticket.as_ref()), &id, &posted).await?;
    match saved {
        Saved::Done(mut referral) => {
            let page_id = ticket.as_ref().map(|ticket| ticket.page_id.as_str());
            after_save(&req, &state, &referrals, (visit, &mut referral), (&posted, page_id)).await
        }
        Saved::Conflict(referral) if !referral.status.is_open() => Err(Error::Conflict.into()),
        Saved::Conflict(_) if is_background(&req) => {
            Ok(HttpResponse::Conflict().json(json!({ "conflict": true })))
        }
        // What was typed stays on the page; saving again then writes it over the other version, on purpose.
        Saved::Conflict(referral) => {
            let form = referrals.form(&referral.form_id)?;
            let page = referrals.edit_page(&web, &visit, form, &referral, (&[], "conflict", state.lang()))?;
            visit.chrome.own_language_switch = true;
            web.page_with(StatusCode::CONFLICT, &state, &visit.chrome, &page)
        }
    }
}

/// What follows a save depends on the button: the same page, another language, a new reading, or the next step.
async fn after_save(
    req: &HttpRequest,
    state: &RequestState,
    referrals: &Referrals,
    (visit, referral): (Visit, &mut Referral),
    (posted, page_id): (&Posted, Option<&str>),
) -> Result<HttpResponse, WebError> {
    let form = referrals.form(&referral.form_id)?;
    let path = format!("{}/referrals/{}", visit.context.path(), referral.id);
    if is_background(req) {
        return Ok(HttpResponse::Ok().json(json!({
            "action": format!("{path}/edit"),
            "revision": referral.revision,
            "ticket": referrals.ticket(&visit, (form.id(), &referral.id), page_id),
            "number": referral.number,
            "saved": referrals.clock_time(),
            "enabled": enabled(form, &referral.answers),
            "calculated": Referrals::calculated(form, referral, state.lang().code()),
        })));
    }
    if posted.reload {
        referrals.reload(state, &visit, form, referral).await?;
        return Ok(see_other(&format!("{path}/edit?notice=reloaded")));
    }
    if referrals.switch_language(&visit.signed_in, &posted.action).await? {
        return Ok(see_other(&format!("{path}/edit")));
    }
    Ok(match (posted.action.as_str(), &referral.service_id) {
        ("continue", None) => see_other(&format!("{path}/destination")),
        ("continue", Some(_)) => see_other(&format!("{path}/review")),
        ("close", _) => see_other(&format!("{}/", visit.context.path())),
        _ => see_other(&format!("{path}/edit?notice=saved")),
    })
}

/// The session ended while somebody typed: their text is saved all the same, and they are told.
async fn rescued(
    req: &HttpRequest,
    state: &RequestState,
    (referrals, web): (&Referrals, &Web),
    ticket: Option<&Ticket>,
    (id, posted): (&str, &Posted),
) -> Result<HttpResponse, WebError> {
    let saved = match ticket {
        Some(ticket) => referrals.rescue(state, ticket, id, posted).await,
        None => Err(Error::NotFound),
    };
    if is_background(req) {
        let revision = match saved {
            Ok(Saved::Done(referral)) => Some(referral.revision),
            Ok(Saved::Conflict(_)) | Err(Error::NotFound | Error::Conflict) => None,
            // Whatever else it is may pass, and the script tries again.
            Err(error) => return Err(error.into()),
        };
        let told = json!({ "signed_out": true, "saved": revision.is_some(), "revision": revision });
        return Ok(HttpResponse::Unauthorized().json(told));
    }
    match saved {
        Ok(Saved::Done(_)) => {
            web.allow_frames(state);
            web.page_with(StatusCode::UNAUTHORIZED, state, &Chrome::default(), &SavedPage {})
        }
        Ok(Saved::Conflict(_)) => Err(Error::Conflict.into()),
        Err(Error::NotFound) => Err(WebError::new(crate::web::ErrorKind::SignedOut, "nobody is signed in")),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn discard(asked: ReferralRequest, body: String) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&Posted::read(&body).csrf_token)?;
    let (visit, referral) = asked.referral().await?;
    asked.referrals.discard(&asked.state, &visit, &referral).await?;
    Ok(see_other(&format!("{}/?discarded=1", visit.context.path())))
}

fn is_background(req: &HttpRequest) -> bool {
    req.headers().contains_key("x-background")
}

impl Referrals {
    /// The form to begin with when there is only one.
    fn only_form(&self) -> Option<&Form> {
        let mut forms = self.forms.list();
        forms.next().filter(|_| forms.next().is_none())
    }

    fn new_page(
        &self,
        web: &Web,
        visit: &Visit,
        form: &Form,
        begun: &Begun,
        lang: Lang,
    ) -> Result<EditPage, WebError> {
        let id = begun
            .referral
            .as_ref()
            .map_or_else(|| row_id(&*self.ground.clock), |referral| referral.id.clone());
        let shown = outline(form, &begun.answers, &begun.snapshot.prefill, &[], lang.code());
        let (frame, sections) = form_html(web, lang, &shown)?;
        let note = not_granted_html(web, lang, (form, &begun.snapshot.chart), &visit.context)?;
        Ok(EditPage {
            form: frame,
            pieces: note.into_iter().chain(sections).collect(),
            action: format!("{}/referrals/{id}/edit", visit.context.path()),
            ticket: self.ticket(visit, (form.id(), &id), None),
            revision: 0,
            number: String::new(),
            saved: String::new(),
            notice: String::new(),
        })
    }

    fn edit_page(
        &self,
        web: &Web,
        visit: &Visit,
        form: &Form,
        referral: &Referral,
        (problems, notice, lang): (&[Problem], &str, Lang),
    ) -> Result<EditPage, WebError> {
        let shown = outline(form, &referral.answers, &referral.snapshot.prefill, problems, lang.code());
        let (frame, sections) = form_html(web, lang, &shown)?;
        let note = not_granted_html(web, lang, (form, &referral.snapshot.chart), &visit.context)?;
        Ok(EditPage {
            form: frame,
            pieces: note.into_iter().chain(sections).collect(),
            action: format!("{}/referrals/{}/edit", visit.context.path(), referral.id),
            ticket: self.ticket(visit, (form.id(), &referral.id), None),
            revision: referral.revision,
            number: referral.number.clone(),
            saved: self.readable_time(referral.updated_at, lang.code()),
            notice: notice.to_owned(),
        })
    }

    fn clock_time(&self) -> String {
        let now = self.now();
        format!("{:02}:{:02}", now.hour(), now.minute())
    }

    /// Values the form works out by itself, by the name of their field.
    fn calculated(form: &Form, referral: &Referral, lang: &str) -> serde_json::Value {
        let shown = view(form, &referral.answers, &referral.snapshot.prefill, &[], lang);
        let items = shown.sections.iter().flat_map(|section| &section.items);
        let pairs = items.filter(|item| item.read_only).map(|item| (item.name.clone(), json!(item.value)));
        serde_json::Value::Object(pairs.collect())
    }

    async fn discard(&self, state: &RequestState, visit: &Visit, referral: &Referral) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        if !store::discard(&mut tx, &*self.ground.clock, &referral.id).await? {
            return Err(Error::Conflict);
        }
        let event = event(state, visit, EventKind::ReferralDiscarded).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }
}
