//! Settings of delivery.

use std::{path::PathBuf, time::Duration};

use ipnet::IpNet;

use super::{
    destinations::{self, DestinationSettings},
    reader::Reader,
};

/// Settings `delivery.*`.
#[derive(Clone, Debug)]
pub struct DeliverySettings {
    /// Folder of the `folder` channel, if it is enabled.
    pub folder: Option<PathBuf>,
    /// Private address ranges a destination may have.
    pub allowed_networks: Vec<IpNet>,
    /// PEM file of certificate authorities trusted for destinations in addition to those this machine trusts.
    pub ca_file: Option<PathBuf>,
    /// Authentication at destinations.
    pub destinations: Vec<DestinationSettings>,
    /// Attempts before a person has to decide; 0 means that only the hours count.
    pub attempts: u32,
    /// Time before a person has to decide about a routine, an urgent and an emergent message.
    pub give_up: [Duration; 3],
    /// File beside the database by which a restored database is recognised, if not the default.
    pub state_file: Option<PathBuf>,
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
            destinations: read_destinations(reader),
            attempts: reader.integer("delivery.attempts", 0..=1000),
            give_up: [
                "delivery.give_up_hours",
                "delivery.give_up_hours_urgent",
                "delivery.give_up_hours_emergent",
            ]
            .map(|key| Duration::from_hours(reader.integer(key, 1..=720).into())),
            state_file: reader.path("delivery.state_file"),
            retry: Duration::from_secs(reader.integer("delivery.retry_seconds", 1..=3600).into()),
            poll: Duration::from_secs(reader.integer("delivery.poll_seconds", 1..=300).into()),
        }
    }
}

fn read_destinations(reader: &mut Reader) -> Vec<DestinationSettings> {
    let Some(file) = reader.path("delivery.destinations_file") else { return Vec::new() };
    destinations::read(&file).unwrap_or_else(|problem| {
        let fix = "Correct the file; docs/operate.md describes it.";
        reader.problems.add("delivery.destinations_file", problem, fix);
        Vec::new()
    })
}
