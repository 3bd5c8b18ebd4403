//! Settings of delivery.

use std::{path::PathBuf, time::Duration};

use ipnet::IpNet;

use super::reader::Reader;

/// Settings `delivery.*`.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    /// Folder of the `folder` channel, if it is enabled.
    pub folder: Option<PathBuf>,
    /// Private address ranges a destination may have.
    pub allowed_networks: Vec<IpNet>,
    /// PEM file of certificate authorities trusted for destinations in addition to those this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// Attempts before a person has to decide.
    pub attempts: u32,
    /// Delay before the first retry.
    pub retry: Duration,
    /// Interval at which the outbox is polled.
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
