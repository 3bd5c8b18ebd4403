//! Delivery channels, the extension point for other transports.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{envelope::Envelope, outcome::Outcome};

/// Transport for messages to a destination.
///
/// 1. What it is: called by the worker, once per attempt, with no transaction open.
/// 2. Needed: at least one that the directory's destinations name.
/// 3. Ships: [`Folder`](super::Folder) and [`FhirMessaging`](super::FhirMessaging).
/// 4. Your own: implement this trait and hand it to `AppBuilder::delivery_channel`. Return [`Outcome::Delivered`] only if
///    the destination confirmed the message, [`Outcome::Placed`] if it is where the destination fetches it, and
///    [`Outcome::Unknown`] if it may have arrived. Send id and bytes
///    unchanged. `testing::delivery_channel_contract` checks that.
pub trait DeliveryChannel: Send + Sync + 'static {
    /// Returns the name that destinations use, such as `folder`.
    fn name(&self) -> &'static str;

    /// Attempts to deliver one message. Every failure is an outcome.
    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome>;
}

/// Channels of an app, by name.
#[derive(Clone, Default)]
pub struct Channels(Vec<Arc<dyn DeliveryChannel>>);

impl Channels {
    /// Adds a channel. Replaces a channel of the same name.
    pub fn add(&mut self, channel: Arc<dyn DeliveryChannel>) {
        self.0.retain(|other| other.name() != channel.name());
        self.0.push(channel);
    }

    /// Finds a channel by name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn DeliveryChannel>> {
        self.0.iter().find(|channel| channel.name() == name)
    }
}
