//! Page about the audit trail.

use actix_web::{
    HttpResponse,
    web::{self, Query, ServiceConfig},
};
use serde::Deserialize;

use super::visit::Visit;
use crate::{
    admin::audit_view::{AuditPlace, audit_page},
    web::Error as WebError,
};

const AUDIT: &str = "/admin/audit";
/// Longest text that is searched, in characters.
const MAX_LENGTH: usize = 100;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/audit").route(web::get().to(list)));
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    search: String,
    #[serde(default)]
    patient: String,
    #[serde(default)]
    before: String,
}

async fn list(visit: Visit, Query(query): Query<ListQuery>) -> Result<HttpResponse, WebError> {
    let text = |text: &str| -> String {
        text.trim().chars().filter(|sign| !sign.is_control()).take(MAX_LENGTH).collect()
    };
    let ListQuery { search, patient, before } = query;
    let place = AuditPlace { search: text(&search), patient: text(&patient), before: text(&before) };
    let page = audit_page(&visit.admin, visit.lang(), AUDIT, &place).await?;
    visit.page(AUDIT, &page)
}
