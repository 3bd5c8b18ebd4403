use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    error::Error,
    store,
    user::{NewUser, Role, User},
};
use crate::{db::Db, fhir::official_name, smart::Identity};

/// Who arrived: an identity the EHR vouches for and, where it could be read, the FHIR resource of the user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// Issuer and subject, verified.
    pub identity: Identity,
    /// The EHR that was launched from.
    pub ehr_id: String,
    /// What the registration says about people we do not know.
    pub linking: Linking,
    /// Practitioner or PractitionerRole, as read.
    pub practitioner: Option<Arc<Value>>,
}

/// What happens to a person we do not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Linking {
    /// They link themselves once, by password or invitation.
    #[default]
    Link,
    /// They get an account.
    Provision,
}

/// What a mapper decides.
#[derive(Clone, Debug)]
pub enum Mapping {
    /// This user.
    Known(User),
    /// A new account, made and linked together with the launch.
    Provision(NewUser),
    /// The one-time linking page.
    AskToLink,
    /// Nobody of ours; the person is told so.
    Refuse,
}

/// Decides which local user an EHR identity is.
///
/// 1. What it is: asked once per launch, after the id_token was verified and before anything is stored; and once more
///    where another launch of the same person linked them at that very moment.
/// 2. Needed: no.
/// 3. Ships: [`OneTimeLinking`].
/// 4. Your own: implement this trait and hand it to `AppBuilder::user_mapper`. Decide by EHR, issuer and subject,
///    never by name or e-mail alone; `testing::user_mapper_contract` checks that.
pub trait UserMapper: Send + Sync + 'static {
    /// Decides. It writes nothing.
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>>;
}

/// The shipped rule: whoever was linked before is known; others link once, or get an account where the
/// registration says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneTimeLinking;

impl UserMapper for OneTimeLinking {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, Error>> {
        Box::pin(async move {
            let Identity { issuer, subject, .. } = &arrival.identity;
            if let Some(user) = store::find_linked_user(db, &arrival.ehr_id, issuer.as_str(), subject).await?
            {
                return Ok(Mapping::Known(user));
            }
            Ok(match arrival.linking {
                Linking::Link => Mapping::AskToLink,
                // An account needs a name; who comes without one links like everybody else.
                Linking::Provision => arrival.name().map_or(Mapping::AskToLink, |name| {
                    Mapping::Provision(NewUser { name, email: None, role: Role::Clinician })
                }),
            })
        })
    }
}

impl Arrival {
    /// The name the EHR gives this person, if it gives one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let resource = self.practitioner.as_ref()?;
        let name = official_name(resource).for_letter();
        // A PractitionerRole names its person in a reference.
        let display = resource["practitioner"]["display"].as_str().unwrap_or_default().trim();
        let name = if name.is_empty() { display.to_owned() } else { name };
        (!name.is_empty()).then_some(name)
    }
}
