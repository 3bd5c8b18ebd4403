//! Parts that the builder makes from settings: database, templates, forms, directory, delivery.

use std::{sync::Arc, time::Duration};

use super::{
    errors::StartError,
    sendable::{unusable_directory, unusable_forms},
};
use crate::{
    config::{Problems, Settings},
    db::Db,
    delivery::{Channels, DeliveryChannel, FhirMessaging, Folder, WorkerSettings},
    directory::{self, Directory},
    egress::{Authorities, Networks, Outbound},
    ehrs::Registry,
    forms::Library,
    ground::Ground,
    referral::EhrOrder,
    web::{CsrfKey, Metrics, SiteFolder, Web},
};

/// Limit of one delivery attempt. Less than the two minutes after which another worker may claim the delivery.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(100);

/// Opens the database, after creating or migrating it with `create`, and checks its schema.
pub(super) async fn open_database(settings: &Settings, create: bool) -> Result<Db, StartError> {
    let db = Db::open(&settings.database, create).await?;
    if create {
        db.migrate().await?;
    }
    db.check_schema().await?;
    Ok(db)
}

/// Reads templates and messages, those of the site folder first.
pub(super) fn web(settings: &Settings, metrics: &Metrics) -> Result<Web, StartError> {
    let site = SiteFolder::new(settings.site.as_deref());
    let csrf = CsrfKey::new(&settings.keys);
    Web::new(&site, csrf, settings.server.public_url.clone(), metrics.clone()).map_err(StartError::File)
}

/// Reads the forms, or the shipped ones by default.
pub(super) fn forms(settings: &Settings) -> Result<Library, Problems> {
    settings.forms.as_deref().map_or_else(Library::built_in, Library::load).map_err(unusable_forms)
}

/// Reads the directory, or the shipped one by default.
pub(super) fn directory(settings: &Settings) -> Result<Directory, Problems> {
    let read = settings.directory.as_deref().map_or_else(directory::load_built_in, directory::load_file);
    read.map_err(unusable_directory)
}

/// Delivery channels: the shipped ones, then the vendor's, which replace those of the same name.
pub(super) fn channels(
    settings: &Settings,
    vendor: Vec<Arc<dyn DeliveryChannel>>,
    ground: &Ground,
    registry: &Registry,
) -> Result<Channels, StartError> {
    let mut channels = Channels::default();
    if let Some(folder) = &settings.delivery.folder {
        channels.add(Arc::new(Folder::new(folder)));
    }
    let networks = Networks::new(&settings.delivery.allowed_networks);
    let outbound = Outbound::new(networks).trusting(authorities(settings)?);
    outbound.prepare().map_err(|error| StartError::File(error.to_string()))?;
    channels.add(Arc::new(FhirMessaging::new(Arc::new(outbound))));
    let system = settings.server.public_url.join("/referrals");
    channels.add(Arc::new(EhrOrder { registry: registry.clone(), ground: ground.clone(), system }));
    for channel in vendor {
        channels.add(channel);
    }
    Ok(channels)
}

/// CAs to trust for receivers besides those of the machine.
fn authorities(settings: &Settings) -> Result<Authorities, StartError> {
    let Some(file) = &settings.delivery.ca_file else { return Ok(Authorities::default()) };
    let problem = |what: String| StartError::File(format!("delivery.ca_file {}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    Authorities::from_pem(&text).map_err(|what| problem(what.to_owned()))
}

pub(super) fn worker(settings: &Settings) -> WorkerSettings {
    let delivery = &settings.delivery;
    WorkerSettings {
        attempts: delivery.attempts,
        retry: delivery.retry,
        poll: delivery.poll,
        attempt_timeout: ATTEMPT_TIMEOUT,
    }
}
