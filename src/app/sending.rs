//! Parts of delivery: channels, observers, limits, and the mark beside the database.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use url::Url;

use super::errors::StartError;
use crate::{
    config::{Authentication, DatabaseUrl, DestinationSettings, Problems, Settings},
    db,
    delivery::{
        Channels, Credentials, DeliveryChannel, FhirMessaging, Folder, GiveUpAfter, Peer, SentMark,
        SettleObserver, WorkerSettings, control_store,
    },
    egress::{Authorities, ClientCertificate, Networks, Outbound, Validity},
    ehrs::Registry,
    ground::Ground,
    referral::{EhrOrder, OrderObserver, ReferralObserver},
    smart::{AssertionKey, ClientId, CredentialsClient, CredentialsProof},
    web::Metrics,
};

/// Longest duration of an attempt: less than the two minutes after which another worker may claim the delivery.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(100);
/// Time before the expiry of a client certificate from which starts warn of it.
const EXPIRY_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);
const DESTINATIONS: &str = "delivery.destinations_file";
const FIX_DESTINATION: &str = "Correct the file; docs/operate.md describes it.";
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
    let messaging = FhirMessaging::new(Arc::new(outbound), ground.clock.clone());
    let peers = peers(settings)?;
    warn_of_expiry(&peers, ground.clock.now());
    channels.add(Arc::new(messaging.authenticating(peers)));
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

/// Destinations at which we authenticate.
///
/// # Errors
/// Every destination that cannot be used.
fn peers(settings: &Settings) -> Result<Vec<Peer>, Problems> {
    let (mut peers, mut problems) = (Vec::new(), Problems::default());
    for destination in &settings.delivery.destinations {
        match peer(settings, destination) {
            Ok(peer) => peers.push(peer),
            Err(problem) => problems.add(DESTINATIONS, of(&destination.url, &problem), FIX_DESTINATION),
        }
    }
    problems.or(peers)
}

fn of(url: &dyn fmt::Display, problem: &dyn fmt::Display) -> String {
    format!("destination {url}: {problem}")
}

/// Problems of destinations at which we authenticate, among them client certificates that cannot be used at `now`.
pub(super) fn destination_problems(settings: &Settings, now: Timestamp) -> Problems {
    let mut problems = Problems::default();
    match peers(settings) {
        Err(unusable) => problems.extend(unusable),
        Ok(peers) => {
            for (url, what) in peers.iter().filter_map(|peer| Some((peer.base(), invalid(peer, now)?))) {
                problems.add(DESTINATIONS, of(url, &what), "Renew it and replace certificate_file.");
            }
        }
    }
    problems
}

fn invalid(peer: &Peer, now: Timestamp) -> Option<String> {
    match peer.certificate_validity(now)? {
        Validity::Valid => None,
        Validity::NotYet(from) => Some(format!("the client certificate is not valid before {from}")),
        Validity::Expired(at) => Some(format!("the client certificate expired at {at}")),
    }
}

/// Warns of client certificates that have expired or expire within thirty days.
fn warn_of_expiry(peers: &[Peer], now: Timestamp) {
    for peer in peers {
        if let Some(Validity::Expired(at)) = peer.certificate_validity(now + EXPIRY_NOTICE) {
            tracing::warn!(destination = %peer.base(), expires = %at, "our client certificate has to be renewed");
        }
    }
}

/// Builds the client of a destination, and what proves who we are there.
pub(super) fn peer(settings: &Settings, destination: &DestinationSettings) -> Result<Peer, String> {
    let url = |text: &str| text.parse::<Url>().map_err(|error| format!("{text} is not a URL: {error}"));
    let credentials = match &destination.authentication {
        Authentication::None => Credentials::None,
        Authentication::ApiKey { header, key } => {
            let name = header.parse().map_err(|_| format!("header {header} is not the name of a header"))?;
            Credentials::ApiKey(name, key.clone())
        }
        Authentication::OAuth { token_url, client_id, scope, proof, signs } => {
            let key = || AssertionKey::from_pem(proof.expose_secret());
            let unreadable = |_| "secret_file is not an RSA or EC P-384 private key in PEM".to_owned();
            Credentials::OAuth(CredentialsClient {
                token_endpoint: url(token_url)?,
                client_id: ClientId::new(client_id),
                scope: scope.clone(),
                proof: match signs {
                    true => CredentialsProof::Key(key().map_err(unreadable)?),
                    false => CredentialsProof::Secret(proof.clone()),
                },
            })
        }
    };
    let certificate = destination.certificate.as_ref();
    let certificate = certificate.map(|(chain, key)| ClientCertificate::from_pem(chain, key.expose_secret()));
    let certificate = certificate.transpose().map_err(|what| format!("the client certificate {what}"))?;
    let authorities = match &destination.ca {
        Some(pem) => Authorities::from_pem(pem).map_err(|what| format!("ca_file {what}"))?,
        None => authorities(settings).map_err(|error| error.to_string())?,
    };
    let networks = Networks::new(&settings.delivery.allowed_networks);
    let outbound = Outbound::new(networks).trusting(authorities).identified_by(certificate);
    Ok(Peer::new(url(&destination.url)?, outbound, credentials))
}

fn authorities(settings: &Settings) -> Result<Authorities, StartError> {
    let Some(file) = &settings.delivery.ca_file else { return Ok(Authorities::default()) };
    let problem = |what: String| StartError::File(format!("delivery.ca_file {}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    Authorities::from_pem(&text).map_err(|what| problem(what.to_owned()))
}

/// Statuses of a delivery that metrics count.
const STATUSES: [&str; 5] = ["pending", "delivered", "not-delivered", "unconfirmed", "withdrawn"];

/// Sets the metrics of the outbox. Returns the age of the oldest pending delivery, in seconds.
pub(super) async fn watch_outbox(ground: &Ground, metrics: &Metrics) -> db::Result<i64> {
    let counts = control_store::count_by_status(&ground.db).await?;
    let now = ground.clock.now_ms();
    let mut oldest_pending = 0;
    for status in STATUSES {
        let found = counts.iter().find(|count| count.status == status);
        let oldest = found.map_or(0, |found| (now - found.oldest_at) / 1000);
        metrics.note_outbox(status, found.map_or(0, |found| found.count), oldest);
        if status == "pending" {
            oldest_pending = oldest;
        }
    }
    metrics.note_held(control_store::find_hold(&ground.db).await?.is_some());
    Ok(oldest_pending)
}
