//! Parts of delivery: channels, observers, limits, and the mark beside the database.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::StartError;
use crate::{
    config::{DatabaseUrl, Settings},
    delivery::{
        Channels, DeliveryChannel, FhirMessaging, Folder, GiveUpAfter, SentMark, SettleObserver, WorkerSettings,
    },
    egress::{Authorities, Networks, Outbound},
    ehrs::Registry,
    ground::Ground,
    referral::{EhrOrder, OrderObserver, ReferralObserver},
    web::Metrics,
};

/// Longest duration of an attempt: less than the two minutes after which another worker may claim the delivery.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(100);
/// Concurrent attempts of one worker.
const CONCURRENT: u32 = 32;
/// Concurrent attempts to one destination.
const PER_DESTINATION: u32 = 4;

/// Builds the channels: those that ship and those of a vendor.
pub(super) fn channels(
    settings: &Settings,
    own: Vec<Arc<dyn DeliveryChannel>>,
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
    channels.add(Arc::new(FhirMessaging::new(Arc::new(outbound), ground.clock.clone())));
    let system = settings.server.public_url.join("/referrals");
    channels.add(Arc::new(EhrOrder { registry: registry.clone(), ground: ground.clone(), system }));
    for channel in own {
        channels.add(channel);
    }
    Ok(channels)
}

/// Rooms that follow the outcome of deliveries.
pub(super) fn settle_observers(
    ground: &Ground,
    registry: &Registry,
    metrics: &Metrics,
) -> Vec<Arc<dyn SettleObserver>> {
    vec![
        Arc::new(ReferralObserver {
            ground: ground.clone(),
            registry: registry.clone(),
            metrics: metrics.clone(),
        }),
        Arc::new(OrderObserver { clock: ground.clock.clone() }),
    ]
}

/// File by which a restored database is recognised: the configured one, or one beside the SQLite file.
pub(super) fn sent_mark(settings: &Settings) -> Option<SentMark> {
    let beside = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".sent");
            Some(PathBuf::from(name))
        }
        DatabaseUrl::Postgres { .. } => None,
    };
    settings.delivery.state_file.clone().or(beside).as_deref().map(SentMark::new)
}

/// Limits and intervals of the worker.
pub(super) fn worker_settings(settings: &Settings) -> WorkerSettings {
    let delivery = &settings.delivery;
    let [routine, urgent, emergent] = delivery.give_up;
    WorkerSettings {
        attempts: delivery.attempts,
        give_up: GiveUpAfter { routine, urgent, emergent },
        retry: delivery.retry,
        poll: delivery.poll,
        attempt_timeout: ATTEMPT_TIMEOUT,
        concurrent: CONCURRENT,
        per_destination: PER_DESTINATION,
    }
}

fn authorities(settings: &Settings) -> Result<Authorities, StartError> {
    let Some(file) = &settings.delivery.ca_file else { return Ok(Authorities::default()) };
    let problem = |what: String| StartError::File(format!("delivery.ca_file {}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    Authorities::from_pem(&text).map_err(|what| problem(what.to_owned()))
}
