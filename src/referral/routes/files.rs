//! Handlers that return a file which a person added to a referral.

use actix_web::{
    HttpResponse,
    http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
    web::Path,
};

use super::request::{PageRequest, ReferralRequest, UserRequest};
use crate::{
    attachments::Attachment,
    audit::EventKind,
    referral::{draft::Referral, error::Error},
    web::Error as WebError,
};

/// Policy of a file: nothing in it runs, and no page frames it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// File of a referral in an open chart. A page requests it by itself, so that it does not extend the session.
pub(super) async fn show(
    asked: ReferralRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, WebError> {
    let (visit, referral) = asked.looked_at().await?;
    let (_, _, id) = path.into_inner();
    let entity = format!("attachment/{id}");
    let PageRequest { state, referrals, .. } = &**asked;
    let (attachment, bytes) = found(&asked, &referral, &id).await?;
    referrals.record_view(state, &visit, EventKind::ReferralViewed, entity).await?;
    Ok(file_response(&attachment, bytes))
}

/// File of a user's own referral, outside of its chart.
pub(super) async fn mine_show(
    asked: UserRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (referral_id, id) = path.into_inner();
    let PageRequest { state, referrals, .. } = &*asked;
    let referral = referrals.own_referral(state, &asked.signed_in, &referral_id).await?;
    let (attachment, bytes) = found(&asked, &referral, &id).await?;
    let entity = format!("attachment/{id}");
    let patient = Some(referral.patient_key.as_str());
    referrals.record_outside_chart(state, &asked.signed_in, entity, patient).await?;
    Ok(file_response(&attachment, bytes))
}

async fn found(asked: &PageRequest, referral: &Referral, id: &str) -> Result<(Attachment, Vec<u8>), Error> {
    asked.referrals.file(referral, id).await?.ok_or(Error::NotFound)
}

/// Response with a file. A photo may be shown in the browser; a document is saved, since its viewer runs what it contains.
fn file_response(attachment: &Attachment, bytes: Vec<u8>) -> HttpResponse {
    let is_image = attachment.content_type.starts_with("image/");
    let disposition = if is_image { DispositionType::Inline } else { DispositionType::Attachment };
    response(Download { name: &attachment.name, content_type: &attachment.content_type, disposition, bytes })
}

/// File in a response.
pub(super) struct Download<'a> {
    /// Name of the file on the user's machine.
    pub(super) name: &'a str,
    pub(super) content_type: &'a str,
    pub(super) disposition: DispositionType,
    pub(super) bytes: Vec<u8>,
}

/// Response with a file, which no cache keeps.
pub(super) fn response(download: Download<'_>) -> HttpResponse {
    let Download { name, content_type, disposition, bytes } = download;
    let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    let disposition = ContentDisposition {
        disposition,
        parameters: vec![
            DispositionParam::Filename(plain),
            DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: name.as_bytes().to_vec(),
            }),
        ],
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(disposition)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(bytes)
}
