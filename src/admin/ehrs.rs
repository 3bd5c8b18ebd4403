//! Commands `passerelle ehr …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{
    client_keys::{ClientKeysCommand, run_client_keys},
    ehr_add::{AddArguments, run_add},
    ehr_check::run_check,
    ehr_set::{SetArguments, run_set, run_show},
    error::Error,
    service::{Admin, SERVERS_FOLLOW},
};
use crate::ehrs::{
    import_file,
    origins::{approve_origin, store::find_origins},
    remove_ehr, set_suspended, store,
};

/// `passerelle ehr …`
#[derive(Debug, Subcommand)]
pub enum EhrCommand {
    /// Registers an EHR; nothing is sent to it before `passerelle ehr check` or its first launch
    #[command(
        after_help = "Example: passerelle ehr add riverside --name \"Riverside EMR\" --base https://ehr.example.ca/fhir --client-id abc --client-secret-file secret.txt"
    )]
    Add(Box<AddArguments>),
    /// Reads a TOML file of EHR registrations and stores the new and changed ones; others are kept
    #[command(after_help = "Example: passerelle ehr import ehr.toml")]
    Import {
        /// TOML file with `[[ehr]]` tables
        file: PathBuf,
    },
    /// Lists the registered EHRs, each as active or suspended
    #[command(after_help = "Example: passerelle ehr list")]
    List,
    /// Compares what an EHR publishes with its registration; each line that needs action names the setting
    ///
    /// Sends no secret and changes nothing. Fails if it finds a problem, so that scripts notice. Ends with the values that
    /// the EHR's administrator needs.
    #[command(after_help = "Example: passerelle ehr check riverside")]
    Check {
        /// Id of the EHR
        id: String,
    },
    /// Prints the registration of an EHR, without its secret
    #[command(after_help = "Example: passerelle ehr show riverside")]
    Show {
        /// Id of the EHR
        id: String,
    },
    /// Changes settings of an EHR, with effect at the next launch
    ///
    /// If the base URL, the issuer or the client id changes, every user from this EHR is signed out; drafts are kept.
    #[command(
        after_help = "Examples:\n  passerelle ehr set riverside scope_syntax=v1\n  passerelle ehr set riverside scopes+=online_access\n  passerelle ehr set riverside --client-secret-file secret.txt"
    )]
    Set(SetArguments),
    /// Suspends an EHR: its launches are refused and its sessions end at once; drafts are kept
    #[command(after_help = "Example: passerelle ehr suspend riverside")]
    Suspend {
        /// Id of the EHR
        id: String,
    },
    /// Accepts launches from a suspended EHR again
    #[command(after_help = "Example: passerelle ehr resume riverside")]
    Resume {
        /// Id of the EHR
        id: String,
    },
    /// Removes a suspended EHR, its secret and our keys for it
    ///
    /// Accounts, referrals and the audit trail are kept; users link their account again if the EHR is re-added.
    #[command(after_help = "Example: passerelle ehr remove riverside")]
    Remove {
        /// Id of the EHR
        id: String,
    },
    /// Approves an origin to which an EHR moved its endpoints
    ///
    /// Confirm the move with the EHR's administrator first: an attacker would publish a different token endpoint.
    #[command(after_help = "Example: passerelle ehr approve riverside https://auth.ehr.example.ca")]
    Approve {
        /// Id of the EHR
        id: String,
        /// Origin: scheme and host, as in the log and the audit trail
        origin: String,
    },
    /// Shows and rotates our client keys for EHRs with `private_key_jwt`
    Keys {
        /// Command on the keys
        #[command(subcommand)]
        command: ClientKeysCommand,
    },
}

/// Runs a command and returns its output.
///
/// # Errors
/// [`Error::Request`] if the EHR is not registered or not in the required state; [`Error::Import`] with the problems of a
/// registration.
pub async fn run_ehr(admin: &Admin, command: EhrCommand) -> Result<String, Error> {
    match command {
        EhrCommand::Add(arguments) => run_add(admin, &arguments).await,
        EhrCommand::Import { file } => {
            let changed = import_file(&admin.ground, &admin.observers, &file).await?;
            Ok(match changed.len() {
                0 => "Nothing changed.".to_owned(),
                _ => format!("Registered: {}. {SERVERS_FOLLOW}", changed.join(", ")),
            })
        }
        EhrCommand::List => list(admin).await,
        EhrCommand::Check { id } => Ok(run_check(admin, &id).await?.text),
        EhrCommand::Show { id } => run_show(admin, &id).await,
        EhrCommand::Set(arguments) => run_set(admin, arguments).await,
        EhrCommand::Suspend { id } => suspend(admin, &id, true).await,
        EhrCommand::Resume { id } => suspend(admin, &id, false).await,
        EhrCommand::Remove { id } => remove(admin, &id).await,
        EhrCommand::Approve { id, origin } => approve(admin, &id, &origin).await,
        EhrCommand::Keys { command } => run_client_keys(admin, command).await,
    }
}

async fn list(admin: &Admin) -> Result<String, Error> {
    let rows = store::find_ehrs(&admin.ground.db).await?;
    if rows.is_empty() {
        return Ok("No EHR is registered. Use `passerelle ehr add`.".to_owned());
    }
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{}\t{}", row.id, if row.suspended_at.is_some() { "suspended" } else { "active" }))
        .collect();
    Ok(lines.join("\n"))
}

async fn remove(admin: &Admin, id: &str) -> Result<String, Error> {
    match remove_ehr(&admin.ground, &admin.observers, id).await? {
        true => Ok(format!("{id} is removed. {SERVERS_FOLLOW}")),
        false => Err(Error::Request(format!(
            "No EHR `{id}`, or it is not suspended. Run `passerelle ehr suspend {id}` first, and delete it from ehr.file."
        ))),
    }
}

async fn approve(admin: &Admin, id: &str, origin: &str) -> Result<String, Error> {
    if approve_origin(&admin.ground, id, origin).await? {
        return Ok(format!("{origin} is approved for the endpoints of {id}. {SERVERS_FOLLOW}"));
    }
    let pending =
        find_origins(&admin.ground.db, id).await?.into_iter().filter(|row| row.approved_at.is_none());
    let pending: Vec<String> = pending.map(|row| row.origin).collect();
    Err(Error::Request(match &pending[..] {
        [] => format!("No origin of {id} is pending approval."),
        _ => format!("{origin} is not pending approval for {id}. Pending: {}.", pending.join(", ")),
    }))
}

async fn suspend(admin: &Admin, id: &str, suspended: bool) -> Result<String, Error> {
    match set_suspended(&admin.ground, &admin.observers, id, suspended).await? {
        None => Err(Error::Request(format!(
            "No EHR `{id}`, or it is already {}. List the registered EHRs: `passerelle ehr list`.",
            if suspended { "suspended" } else { "active" }
        ))),
        Some(ended) if suspended => {
            Ok(format!("{id} is suspended; {ended} sessions ended. {SERVERS_FOLLOW}"))
        }
        Some(_) => Ok(format!("{id} is active again. {SERVERS_FOLLOW}")),
    }
}
