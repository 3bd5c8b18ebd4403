use std::{path::PathBuf, time::Duration};

use ipnet::IpNet;

use super::reader::Reader;

/// How referrals leave us.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    /// Where the `folder` channel writes, if it is on.
    pub folder: Option<PathBuf>,
    /// Private address ranges a destination may have.
    pub allowed_networks: Vec<IpNet>,
    /// Certificates of authorities that vouch for destinations besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Tries before a person has to look.
    pub attempts: u32,
    /// Wait before the first retry.
    pub retry: Duration,
    /// Wait between two looks for due deliveries.
    pub poll: Duration,
}

impl DeliverySettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            folder: reader.path("delivery.folder"),
            allowed_networks: reader.list("delivery.allowed_networks", "10.0.0.0/8"),
            ca_file: reader.path("delivery.ca_file"),
            attempts: reader.integer("delivery.attempts", 1..=100),
            retry: Duration::from_secs(reader.integer("delivery.retry_seconds", 1..=3600).into()),
            poll: Duration::from_secs(reader.integer("delivery.poll_seconds", 1..=300).into()),
        }
    }
}
