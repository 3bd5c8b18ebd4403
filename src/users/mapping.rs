//! Mapping of an EHR identity to a local user.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::Error,
    store,
    user::{NewUser, Role, User},
};
use crate::{db::Db, fhir::user_name_on, smart::Identity};

/// Verified EHR identity of a launch and, if it could be read, the FHIR resource of the user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// Issuer and subject from the verified id_token.
    pub identity: Identity,
    /// EHR of the launch.
    pub ehr_id: String,
    /// Treatment of unknown identities, from the EHR's registration.
    pub linking: Linking,
    /// `Practitioner` or `PractitionerRole`, as the EHR sent it.
    pub practitioner: Option<Arc<Value>>,
    /// Time at which it was read.
    pub arrived_at: Timestamp,
}

/// Treatment of an identity that is not linked to an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Linking {
    /// The user links an existing account once, by password or invitation.
    #[default]
    Link,
    /// A new account is created.
    Provision,
}

/// Decision of a mapper.
#[derive(Clone, Debug)]
pub enum Mapping {
    /// Sign in as this user.
    Known(User),
    /// Create this account and link it, in the transaction of the launch.
    Provision(NewUser),
    /// Show the one-time linking page.
    AskToLink,
    /// Refuse the launch with an error page.
    Refuse,
}

/// Maps an EHR identity to a local user.
///
/// 1. What it is: called once per launch, after the id_token was verified and before anything is stored; and once more
///    if a concurrent launch of the same person has linked the identity in the meantime.
/// 2. Needed: no.
/// 3. Ships: [`OneTimeLinking`].
/// 4. Your own: implement this trait and hand it to `AppBuilder::user_mapper`. Decide by EHR, issuer and subject,
///    never by name or e-mail alone; `testing::user_mapper_contract` checks that.
pub trait UserMapper: Send + Sync + 'static {
    /// Returns the decision. Must not write to the database.
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>>;
}

/// Built-in mapper: a linked identity is known. Any other is linked once, or gets a new account if the
/// registration allows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneTimeLinking;

impl UserMapper for OneTimeLinking {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
        tracing::trace!(target: "walk", "map the identity to a local user");
        Box::pin(async move {
            let Identity { issuer, subject, .. } = &arrival.identity;
            if let Some(user) = store::find_linked_user(db, &arrival.ehr_id, issuer.as_str(), subject).await?
            {
                return Ok(Mapping::Known(user));
            }
            Ok(match arrival.linking {
                Linking::Link => Mapping::AskToLink,
                // An account needs a name. An identity without one is linked instead.
                Linking::Provision => arrival.name().map_or(Mapping::AskToLink, |name| {
                    Mapping::Provision(NewUser { name, email: None, role: Role::Clinician })
                }),
            })
        })
    }
}

impl Arrival {
    /// Returns the user's name according to the EHR, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let name = user_name_on(self.practitioner.as_ref()?, self.arrived_at.to_zoned(TimeZone::UTC).date());
        (!name.is_empty()).then_some(name)
    }
}
