//! Static files, addressed by the hash of their content.

use std::{borrow::Cow, collections::HashMap};

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    files::{Folder, SiteFolder},
    page::{Addresses, Web},
};

/// Static files, each under an address with the hash of its content, so that browsers can cache it for ever.
pub(super) struct Assets {
    by_address: HashMap<String, (Bytes, &'static str)>,
    addresses: Addresses,
}

impl Assets {
    pub(super) fn load(site: &SiteFolder) -> Result<Self, String> {
        let mut assets = Self { by_address: HashMap::new(), addresses: HashMap::new() };
        for (name, data) in site.files(Folder::Static).map_err(|error| error.to_string())? {
            let hash = digest::digest(&digest::SHA256, &data);
            let version = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..9]);
            let address = format!("{version}/{name}");
            let data = match data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            assets.addresses.insert(name.clone(), format!("/static/{address}"));
            assets.by_address.insert(address, (data, media_type(&name)));
        }
        Ok(assets)
    }

    pub(super) fn addresses(&self) -> &Addresses {
        &self.addresses
    }
}

/// Registers `GET /static/{version}/{path}`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::scope("/static").route("/{address:.*}", web::get().to(serve)));
}

async fn serve(address: Path<String>, web: Data<Web>) -> HttpResponse {
    let Some((data, media_type)) = web.assets().by_address.get(address.as_str()) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .content_type(*media_type)
        .body(data.clone())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
