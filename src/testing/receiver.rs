//! Receiving system of a test app: it takes each message from the folder at once, and confirms it.

use std::path::Path;

use futures_util::future::BoxFuture;

use crate::delivery::{DeliveryChannel, Envelope, Folder, Outcome};

/// Channel `folder` whose messages are confirmed.
pub(super) struct Receiver(Folder);

impl Receiver {
    pub(super) fn new(folder: &Path) -> Self {
        Self(Folder::new(folder))
    }
}

impl DeliveryChannel for Receiver {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            match self.0.deliver(envelope).await {
                Outcome::Placed => Outcome::Delivered,
                other => other,
            }
        })
    }
}
