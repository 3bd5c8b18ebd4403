//! Handlers of lists of referrals, in a chart and outside, and of one referral's status.

use actix_web::{
    HttpResponse,
    web::{Form, Path, Query},
};
use serde::Deserialize;

use super::request::{ChartRequest, PageRequest, ReferralRequest, UserRequest, see_other};
use crate::{
    audit::EventKind,
    referral::{
        lists::{
            own_referrals::OUTSIDE_CHART,
            place::{Place, is_plain},
        },
        sending::after_sending::may_unmark_faxed,
    },
    web::Error as WebError,
};

#[derive(Deserialize)]
pub(super) struct HomeQuery {
    #[serde(default)]
    discarded: u8,
    #[serde(default)]
    returned: u8,
}

#[derive(Deserialize)]
pub(super) struct PageQuery {
    #[serde(default)]
    page: String,
}

#[derive(Deserialize)]
pub(super) struct SearchForm {
    csrf_token: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    q: String,
}

pub(super) async fn home(asked: ChartRequest, query: Query<HomeQuery>) -> Result<HttpResponse, WebError> {
    let visit = asked.click().await?;
    let notice = match *query {
        HomeQuery { discarded: 1, .. } => "discarded",
        HomeQuery { returned: 1, .. } => "returned",
        HomeQuery { .. } => "",
    };
    let page = Box::pin(asked.referrals.home_page(&visit, asked.lang(), notice)).await?;
    asked.referrals.record_view(&asked.state, &visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
    asked.web.page(&asked.state, &visit.chrome, &page)
}

pub(super) async fn of_chart(asked: ChartRequest, query: Query<PageQuery>) -> Result<HttpResponse, WebError> {
    let mut visit = asked.click().await?;
    let page = asked.referrals.chart_referrals_page(&visit, asked.lang(), number(&query.page)).await?;
    asked.referrals.record_view(&asked.state, &visit, EventKind::ReferralViewed, "list".to_owned()).await?;
    visit.chrome.back = format!("{}/referrals?page={}", visit.context.path(), page.paging.number);
    asked.web.page(&asked.state, &visit.chrome, &page)
}

pub(super) async fn detail(asked: ReferralRequest) -> Result<HttpResponse, WebError> {
    if asked.id == "mine" {
        return Ok(see_other(&format!("/referrals?from={}", asked.context_id)));
    }
    let shown = show_detail(&asked).await;
    asked.or_moved(shown).await
}

async fn show_detail(asked: &ReferralRequest) -> Result<HttpResponse, WebError> {
    let (mut visit, referral) = asked.referral().await?;
    let base = format!("{}/referrals", visit.context.path());
    let mut page = asked.referrals.detail_page(&referral, &base, asked.lang()).await?;
    page.may_take_back = referral.is_handed_over_by(&visit.signed_in.user.id);
    page.open = referral.status.is_open() && !page.may_take_back;
    page.may_unmark_faxed = may_unmark_faxed(&page, &visit.signed_in.user);
    if let Some(delivery) = &mut page.delivery {
        delivery.may_act = visit.signed_in.user.role.may_sign();
        delivery.may_copy = true;
    }
    asked.referrals.add_copies(&mut page, &referral, &visit.signed_in.user, &base, asked.lang()).await?;
    asked.referrals.record_referral_view(&asked.state, &visit, &asked.id).await?;
    visit.chrome.back.clone_from(&page.path);
    asked.web.page(&asked.state, &visit.chrome, &page)
}

/// State of a pending delivery, for a page that waits. It shows nothing of the chart, so it is not audited, and it does not
/// extend the session.
pub(super) async fn progress(asked: ReferralRequest) -> Result<HttpResponse, WebError> {
    let (_, referral) = asked.looked_at().await?;
    Ok(plain(asked.referrals.progress(&referral).await?))
}

pub(super) async fn mine_progress(asked: UserRequest, id: Path<String>) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, .. } = &*asked;
    let referral = referrals.looked_at_own(state, &asked.signed_in, &id).await?;
    Ok(plain(referrals.progress(&referral).await?))
}

fn plain(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

/// All referrals of a user. Without a patient banner: the rows are about several patients.
pub(super) async fn mine(asked: UserRequest, place: Query<Place>) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = &*asked;
    let (chrome, page) = referrals.mine_page(state, web, &asked.signed_in, place.into_inner()).await?;
    web.page(state, &chrome, &page)
}

/// Redirects a search to the address of its result, in which the text is sealed.
pub(super) async fn search(
    asked: UserRequest,
    Form(form): Form<SearchForm>,
) -> Result<HttpResponse, WebError> {
    asked.check_csrf(OUTSIDE_CHART, &form.csrf_token)?;
    let from = Some(form.from).filter(|from| is_plain(from)).unwrap_or_default();
    Ok(see_other(&asked.referrals.search_path(&asked.signed_in, from, &form.q)))
}

/// Number of a page; the first one unless the text is a number.
fn number(text: &str) -> usize {
    text.parse().unwrap_or(1)
}

/// One of a user's referrals, under the banner of its patient.
pub(super) async fn mine_detail(
    asked: UserRequest,
    id: Path<String>,
    place: Query<Place>,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = &*asked;
    let (chrome, page) = referrals.mine_detail_page(state, web, &asked.signed_in, &id, &place).await?;
    web.page(state, &chrome, &page)
}
