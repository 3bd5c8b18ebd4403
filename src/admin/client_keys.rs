//! Commands `passerelle ehr keys …`.

use clap::Subcommand;
use jiff::SignedDuration;

use super::{error::Error, service::Admin};
use crate::ehrs::{
    Registry,
    client_keys::{Rotation, RotationError, rotate_keys},
};

/// `passerelle ehr keys …`
#[derive(Debug, Subcommand)]
pub enum ClientKeysCommand {
    /// Prints our key set for an EHR, to hand over to its administrator
    #[command(after_help = "Example: passerelle ehr keys show riverside")]
    Show {
        /// Id of the EHR
        id: String,
    },
    /// Publishes new keys now, which sign after a lead time in which the EHR fetches them
    #[command(
        after_help = "Examples:\n  passerelle ehr keys rotate riverside --ahead 48\n  passerelle ehr keys rotate riverside --compromised"
    )]
    Rotate {
        /// Id of the EHR
        id: String,
        /// Hours until the new keys sign; the current keys stay published one day longer
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=720))]
        ahead: u16,
        /// Replaces and withdraws the current keys at once, because they may be compromised
        #[arg(long, conflicts_with = "ahead")]
        compromised: bool,
    },
}

/// Runs a command and returns its output.
///
/// # Errors
/// [`Error::Request`] if the EHR is not registered or uses no client keys.
pub async fn run_client_keys(admin: &Admin, command: ClientKeysCommand) -> Result<String, Error> {
    match command {
        ClientKeysCommand::Show { id } => show(admin, &id).await,
        ClientKeysCommand::Rotate { id, ahead, compromised } => {
            let ahead = Rotation::Ahead(SignedDuration::from_hours(ahead.into()));
            rotate(admin, &id, if compromised { Rotation::Compromised } else { ahead }).await
        }
    }
}

async fn show(admin: &Admin, id: &str) -> Result<String, Error> {
    let registry = Registry::new(admin.ground.sealer.clone(), admin.public_url.clone());
    registry.refresh(&admin.ground.db).await?;
    let published = registry.find(id).and_then(|ehr| ehr.jwks(admin.ground.clock.now()));
    let published = published.ok_or_else(|| no_keys(id))?;
    Ok(format!("{}\n\n{published:#}", admin.public_url.join(&format!("/jwks/{id}.json"))))
}

async fn rotate(admin: &Admin, id: &str, rotation: Rotation) -> Result<String, Error> {
    match rotate_keys(&admin.ground, id, rotation).await {
        Ok(()) => Ok(match rotation {
            Rotation::Ahead(ahead) => format!(
                "New keys for {id} are published within ten seconds and sign in {} hours. If the EHR does not \
                 fetch our key set URL, give it the new key set by then: `passerelle ehr keys show {id}`.",
                ahead.as_hours()
            ),
            Rotation::Compromised => format!(
                "The keys for {id} are replaced. Launches fail until the EHR fetches the new ones. If it does not \
                 fetch our key set URL, give it the new key set now: `passerelle ehr keys show {id}`."
            ),
        }),
        Err(RotationError::NoKeys) => Err(no_keys(id)),
        Err(error) => Err(error.into()),
    }
}

fn no_keys(id: &str) -> Error {
    Error::Request(format!(
        "No EHR `{id}`, or its client_auth is not private_key_jwt. List the registered EHRs: `passerelle ehr list`."
    ))
}
