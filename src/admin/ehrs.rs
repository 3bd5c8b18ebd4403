use std::path::PathBuf;

use clap::Subcommand;

use super::{
    client_keys::{ClientKeysCommand, run_client_keys},
    ehr_add::{AddArguments, run_add},
    ehr_check::run_check,
    ehr_set::{SetArguments, run_set, run_show},
    error::Error,
    service::Admin,
};
use crate::ehrs::{
    import_file,
    origins::{approve_origin, store::find_origins},
    remove_ehr, set_suspended, store,
};

/// `passerelle ehr …`
#[derive(Debug, Subcommand)]
pub enum EhrCommand {
    /// Registers an EHR
    Add(Box<AddArguments>),
    /// Reads a TOML file of EHR registrations and stores what is new or changed
    Import {
        /// The file
        file: PathBuf,
    },
    /// Lists the registered EHRs
    List,
    /// Asks an EHR what it publishes, and says line by line what fits, what does not, and which setting changes that
    Check {
        /// Its id
        id: String,
    },
    /// Prints the registration of an EHR, without its secret
    Show {
        /// Its id
        id: String,
    },
    /// Changes settings of an EHR
    Set(SetArguments),
    /// Pauses an EHR: nobody can launch from it, and its sessions end
    Suspend {
        /// Its id
        id: String,
    },
    /// Lets a paused EHR launch again
    Resume {
        /// Its id
        id: String,
    },
    /// Takes an EHR away that was paused before; accounts, referrals and the audit trail stay, and people link once more if it comes back
    Remove {
        /// Its id
        id: String,
    },
    /// Approves an origin to which an EHR moved its endpoints
    Approve {
        /// Its id
        id: String,
        /// The origin: scheme and host, as the log and the audit trail name it
        origin: String,
    },
    /// Looks after our key pairs at EHRs where we prove ourselves with them
    Keys {
        /// What to do
        #[command(subcommand)]
        command: ClientKeysCommand,
    },
}

/// Runs a command and gives what to print.
///
/// # Errors
/// Why it was not done.
pub async fn run_ehr(admin: &Admin, command: EhrCommand) -> Result<String, Error> {
    match command {
        EhrCommand::Add(arguments) => run_add(admin, &arguments).await,
        EhrCommand::Import { file } => {
            let changed = import_file(&admin.ground, &admin.observers, &file).await?;
            Ok(match changed.len() {
                0 => "Nothing changed.".to_owned(),
                _ => format!("Registered: {}", changed.join(", ")),
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
        true => Ok(format!("{id} is removed.")),
        false => Err(Error::Request(format!(
            "There is no EHR {id}, or it is not paused. Use `passerelle ehr suspend {id}` first, and take it out of ehr.file."
        ))),
    }
}

async fn approve(admin: &Admin, id: &str, origin: &str) -> Result<String, Error> {
    if approve_origin(&admin.ground, id, origin).await? {
        return Ok(format!("{id} may have its endpoints at {origin}."));
    }
    let waiting =
        find_origins(&admin.ground.db, id).await?.into_iter().filter(|row| row.approved_at.is_none());
    let waiting: Vec<String> = waiting.map(|row| row.origin).collect();
    Err(Error::Request(match &waiting[..] {
        [] => format!("No origin of {id} waits to be approved."),
        _ => format!("{origin} does not wait to be approved for {id}; these do: {}", waiting.join(", ")),
    }))
}

async fn suspend(admin: &Admin, id: &str, suspended: bool) -> Result<String, Error> {
    match set_suspended(&admin.ground, &admin.observers, id, suspended).await? {
        None => Err(Error::Request(format!(
            "There is no EHR {id}, or it is so already. See `passerelle ehr list`."
        ))),
        Some(ended) if suspended => Ok(format!("{id} is suspended; {ended} sessions ended.")),
        Some(_) => Ok(format!("{id} may launch again.")),
    }
}
