use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{envelope::Envelope, outcome::Outcome};

/// A way to hand a message over.
///
/// 1. What it is: called by the worker, once per try, with no transaction open.
/// 2. Needed: at least one that the directory's destinations name.
/// 3. Ships: [`Folder`](super::Folder) and [`FhirMessaging`](super::FhirMessaging).
/// 4. Your own: implement this trait and hand it to `AppBuilder::delivery_channel`. Say [`Outcome::Delivered`] only
///    when the other side confirmed it; when you cannot tell, say [`Outcome::Unknown`]. Send id and bytes as they
///    are. `testing::delivery_channel_contract` checks that.
pub trait DeliveryChannel: Send + Sync + 'static {
    /// The name destinations use, such as `folder`.
    fn name(&self) -> &'static str;

    /// Hands one message over. Every failure is an outcome.
    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome>;
}

/// The channels of an app, by name.
#[derive(Clone, Default)]
pub struct Channels(Vec<Arc<dyn DeliveryChannel>>);

impl Channels {
    /// Adds a channel; one of the same name is replaced.
    pub fn add(&mut self, channel: Arc<dyn DeliveryChannel>) {
        self.0.retain(|other| other.name() != channel.name());
        self.0.push(channel);
    }

    /// The channel with a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn DeliveryChannel>> {
        self.0.iter().find(|channel| channel.name() == name)
    }
}
