//! Handlers of the form: new, edit, save, discard.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Form, Path, Payload, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::form_body;
use super::request::{ChartRequest, PageRequest, ReferralRequest, see_other};
use crate::{
    forms::{Change, Problem},
    referral::{
        draft::Referral,
        draft_pages::SavedPage,
        error::Error,
        files::{Refusals, refusal_problems},
        form::{
            page::{NewReferral, Notice},
            posted::Posted,
            saving::{Editor, NextStep, Saved},
        },
        pages::EditPage,
        status::Status,
        ticket::Ticket,
        visit::Visit,
    },
    users::SignedIn,
    web::{Chrome, Error as WebError, ErrorKind, is_background},
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

#[derive(Deserialize)]
pub(super) struct DiscardForm {
    csrf_token: String,
    /// `1` once the user confirmed it.
    #[serde(default)]
    sure: String,
}

pub(super) async fn new(asked: ChartRequest, query: Query<NewQuery>) -> Result<HttpResponse, WebError> {
    tracing::trace!(target: "walk", "open the form");
    let mut visit = asked.click().await?;
    let PageRequest { state, referrals, web } = &*asked;
    match referrals.new_referral(state, web, &visit, query.form.as_deref()).await? {
        NewReferral::Existing(id) => {
            let referral = referrals.referral(&visit, &id).await?;
            Ok(see_other(&visit.entry_path(&referral)))
        }
        NewReferral::Choose => Ok(see_other(&format!("{}/", visit.context.path()))),
        NewReferral::Page(page) => {
            visit.chrome.own_language_switch = true;
            web.framed_page(state, &visit.chrome, &*page)
        }
    }
}

pub(super) async fn edit(asked: ReferralRequest, query: Query<EditQuery>) -> Result<HttpResponse, WebError> {
    let shown = show_form(&asked, &query).await;
    asked.or_moved(shown).await
}

async fn show_form(asked: &ReferralRequest, query: &EditQuery) -> Result<HttpResponse, WebError> {
    let (mut visit, mut referral) = asked.referral().await?;
    if !referral.status.is_open() || referral.is_handed_over_by(&visit.signed_in.user.id) {
        return Ok(see_other(&asked.path()));
    }
    let PageRequest { state, referrals, web } = &***asked;
    referrals.record_referral_view(state, &visit, &asked.id).await?;
    if let Some(changes) = referrals.reload_if_old(state, &visit, &mut referral).await? {
        return show_renewed(asked, visit, &referral, changes).await;
    }
    let notice = Notice::parse(&query.notice);
    let page = Box::pin(referrals.edit_page(web, &visit, &referral, notice, state.lang())).await?;
    visit.chrome.own_language_switch = true;
    web.page(state, &visit.chrome, &page)
}

/// Shows the form of a draft whose chart was read again in this launch, with what changed in it.
pub(super) async fn show_renewed(
    asked: &ReferralRequest,
    mut visit: Visit,
    referral: &Referral,
    changes: Vec<Change>,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = &***asked;
    let page = Box::pin(referrals.edit_page(web, &visit, referral, Notice::Renewed, state.lang())).await?;
    visit.chrome.own_language_switch = true;
    web.page(state, &visit.chrome, &EditPage { changes, ..page })
}

/// Saves the form, with or without a stored draft, and with or without a session.
pub(super) async fn save(
    req: HttpRequest,
    path: Path<(String, String)>,
    session: Session,
    asked: PageRequest,
    payload: Payload,
) -> Result<HttpResponse, WebError> {
    let (context_id, id) = path.into_inner();
    let PageRequest { state, referrals, web } = &asked;
    let signed_in = SignedIn::find(&session);
    let mut posted = Box::pin(form_body::read(&req, payload, referrals, signed_in.is_some())).await?;
    let files = std::mem::take(&mut posted.files);
    let ticket = referrals.open_ticket(&posted);
    let visit = referrals.visit_of_page(state, web, signed_in, &context_id, &posted, ticket.as_ref()).await?;
    let Some(mut visit) = visit else {
        let saved = Box::pin(referrals.rescue(state, ticket.as_ref(), &id, &posted)).await;
        return rescued(&req, &asked, saved, !files.added.is_empty());
    };
    // What a page saves was typed by a person.
    referrals.record_activity(&visit.signed_in).await?;
    if posted.action == "take-back" {
        take_back_first(&asked, &visit, &id).await?;
    }
    let saved =
        Box::pin(referrals.save(state, &Editor::present(&visit, ticket.as_ref()), &id, &posted)).await?;
    match saved {
        Saved::Done(mut referral) => {
            let refusals = match files.is_empty() {
                true => Refusals::new(),
                false => Box::pin(referrals.change_files(state, &visit, &mut referral, files)).await?,
            };
            let problems = refusal_problems(web.words(), state.lang(), &refusals);
            Box::pin(saved_response(&req, &asked, visit, referral, (&posted, ticket), problems)).await
        }
        Saved::Conflict(referral) if is_background(req.headers()) => {
            Ok(HttpResponse::Conflict().json(json!({ "conflict": conflict_of(&referral, &visit) })))
        }
        Saved::Conflict(referral) if !referral.status.is_open() => {
            match referrals
                .kept_text_page(&visit, &referral, posted.fields, !files.is_empty(), state.lang().code())
                .await?
            {
                Some(page) => web.page_with(StatusCode::CONFLICT, state, &visit.chrome, &page),
                None => Ok(see_other(&visit.referral_path(&referral.id))),
            }
        }
        // The page keeps the text that was typed; saving it again overwrites the other version on purpose.
        Saved::Conflict(referral) => {
            let problems = refusal_problems(web.words(), state.lang(), &files.not_saved());
            let (notice, lang) = (Notice::Conflict, state.lang());
            let page = referrals.edit_page_with(web, &visit, &referral, notice, &problems, lang);
            let page = Box::pin(page).await?;
            visit.chrome.own_language_switch = true;
            web.page_with(StatusCode::CONFLICT, state, &visit.chrome, &page)
        }
    }
}

/// Takes a referral back before the text of its page is saved. Nothing to do if it is a draft again already.
async fn take_back_first(asked: &PageRequest, visit: &Visit, id: &str) -> Result<(), Error> {
    match asked.referrals.take_back(&asked.state, visit, id).await {
        Err(Error::Conflict) => Ok(()),
        taken_back => taken_back,
    }
}

/// Answers a save: JSON for the page's script, or a redirect to the step that the button asks for.
async fn saved_response(
    req: &HttpRequest,
    asked: &PageRequest,
    mut visit: Visit,
    mut referral: Referral,
    (posted, ticket): (&Posted, Option<Ticket>),
    problems: Vec<Problem>,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = asked;
    if is_background(req.headers()) {
        let page_id = ticket.as_ref().map(|ticket| ticket.page_id.as_str());
        let mut body = referrals.saved_json(web, &visit, &referral, page_id, &problems, state.lang()).await?;
        body["anew"] = json!(ticket.as_ref().is_some_and(|ticket| ticket.is_anew_in(&referral.id)));
        return Ok(HttpResponse::Ok().json(body));
    }
    if !problems.is_empty() {
        let (notice, lang) = (Notice::Saved, state.lang());
        let page = referrals.edit_page_with(web, &visit, &referral, notice, &problems, lang).await?;
        visit.chrome.own_language_switch = true;
        return web.page_with(StatusCode::UNPROCESSABLE_ENTITY, state, &visit.chrome, &page);
    }
    let visit = &visit;
    let (path, at) = (visit.referral_path(&referral.id), posted.fragment(&referral.answers));
    let next = match referrals.after_save(state, visit, &mut referral, posted).await? {
        NextStep::Reloaded(notice) => format!("{path}/edit?notice={}{at}", notice.name()),
        NextStep::Language => format!("{path}/edit{at}"),
        NextStep::Problems => format!("{path}/edit?notice={}", Notice::Check.name()),
        NextStep::Destination => format!("{path}/destination"),
        NextStep::Review => format!("{path}/review"),
        NextStep::Close => format!("{}/", visit.context.path()),
        NextStep::Stay if ticket.as_ref().is_some_and(|ticket| ticket.is_anew_in(&referral.id)) => {
            format!("{path}/edit?notice={}", Notice::Anew.name())
        }
        NextStep::Stay => format!("{path}/edit?notice={}{at}", Notice::Saved.name()),
    };
    Ok(see_other(&next))
}

/// Answers a save after the session ended: whether the text was saved, and nothing of the chart.
fn rescued(
    req: &HttpRequest,
    asked: &PageRequest,
    saved: Result<Saved, Error>,
    has_files: bool,
) -> Result<HttpResponse, WebError> {
    if is_background(req.headers()) {
        let revision = match saved {
            Ok(Saved::Done(referral)) => Some(referral.revision),
            Ok(Saved::Conflict(_)) | Err(Error::NotFound | Error::Conflict) => None,
            // Other errors may be temporary, and the script retries.
            Err(error) => return Err(error.into()),
        };
        let body = json!({ "signed_out": true, "saved": revision.is_some(), "revision": revision });
        return Ok(HttpResponse::Unauthorized().json(body));
    }
    match saved {
        Ok(Saved::Done(_)) => {
            asked.web.allow_frames(&asked.state);
            let page = SavedPage { has_files };
            asked.web.page_with(StatusCode::UNAUTHORIZED, &asked.state, &Chrome::default(), &page)
        }
        Ok(Saved::Conflict(_)) => Err(Error::Conflict.into()),
        Err(Error::NotFound) => Err(WebError::new(ErrorKind::SignedOut, "not signed in")),
        Err(error) => Err(error.into()),
    }
}

/// Discards a draft, if the user pressed the button that says so or confirmed it in the script's dialog. Asks otherwise.
pub(super) async fn discard(
    asked: ReferralRequest,
    Form(form): Form<DiscardForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(&form.csrf_token)?;
    let discarded = discard_posted(&asked, form.sure == "1").await;
    asked.or_moved(discarded).await
}

async fn discard_posted(asked: &ReferralRequest, is_sure: bool) -> Result<HttpResponse, WebError> {
    let (visit, referral) = asked.referral().await?;
    let PageRequest { state, referrals, web } = &***asked;
    if referral.is_handed_over_by(&visit.signed_in.user.id) {
        return Err(Error::Conflict.into());
    }
    if !is_sure && referral.status.is_open() {
        let page = referrals.discard_page(&visit, &referral, state.lang().code())?;
        return web.page(state, &visit.chrome, &page);
    }
    referrals.discard(state, &visit, &referral).await?;
    Ok(see_other(&format!("{}/?discarded=1", visit.context.path())))
}

/// Name of the sentence that the script shows about a save that was not made.
fn conflict_of(referral: &Referral, visit: &Visit) -> &'static str {
    match referral.status {
        status if !status.is_open() => "sent",
        Status::ReadyToSign if referral.is_prepared_by(&visit.signed_in.user.id) => "handedOver",
        _ => "changed",
    }
}
