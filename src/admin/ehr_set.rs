//! Commands `passerelle ehr set` and `passerelle ehr show`.

use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::SecretString;

use super::{
    error::Error,
    service::{Admin, SERVERS_FOLLOW},
};
use crate::ehrs::{
    read_ca_file,
    settings::{Change, change_registration},
    store,
};

/// Setting of a command and a registration file that stands for `ca_certificates`.
const CA_FILE: &str = "ca_file";

/// `passerelle ehr set …`
#[derive(Debug, Args)]
pub struct SetArguments {
    /// Id of the EHR
    pub id: String,
    /// NAME=VALUE, with the names that `passerelle ehr show` prints; separate several values by spaces, leave VALUE empty
    /// to clear the setting; NAME+=VALUE adds to a list; `ca_file=FILE` reads the certificates of a private CA
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    pub settings: Vec<(String, String)>,
    /// File with a new client secret
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Changes settings of an EHR.
///
/// # Errors
/// [`Error::Request`] if the EHR is not registered or nothing is to be set; [`Error::Import`] with every problem of the
/// changed registration.
pub async fn run_set(admin: &Admin, arguments: SetArguments) -> Result<String, Error> {
    let SetArguments { id, settings, client_secret_file } = arguments;
    if settings.is_empty() && client_secret_file.is_none() {
        return Err(Error::Request("Nothing to set: give NAME=VALUE or --client-secret-file.".to_owned()));
    }
    let secret = client_secret_file.map(|file| read_secret(&file)).transpose()?;
    let settings = settings.into_iter().map(with_ca_certificates).collect::<Result<_, _>>()?;
    let change = Change { settings, secret, seen: None };
    let changed = change_registration(&admin.ground, &admin.observers, &id, change).await?;
    match changed {
        None => Err(unknown(&id)),
        Some(false) => Ok("Nothing changed.".to_owned()),
        Some(true) => Ok(format!(
            "{id} is changed. {SERVERS_FOLLOW} If it is also in the file named by ehr.file, change it there too: the file is read at the next \
             start.\n\
             Next: `passerelle ehr check {id}`."
        )),
    }
}

/// Replaces `ca_file` by the setting that holds the certificates of that file.
fn with_ca_certificates((name, value): (String, String)) -> Result<(String, String), Error> {
    if name != CA_FILE {
        return Ok((name, value));
    }
    let certificates = match value.trim() {
        "" => String::new(),
        file => read_ca_file(Path::new(file)).map_err(|what| Error::Request(format!("{CA_FILE}: {what}")))?,
    };
    Ok(("ca_certificates".to_owned(), certificates))
}

fn read_secret(file: &PathBuf) -> Result<SecretString, Error> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Error::Request(format!("{}: {error}", file.display())))?;
    match text.trim() {
        "" => Err(Error::Request(format!("{} is empty: expected the client secret.", file.display()))),
        secret => Ok(SecretString::from(secret)),
    }
}

/// Prints the registration of an EHR as a table for `ehr.file`, without its secret.
///
/// # Errors
/// [`Error::Request`] if the EHR is not registered.
pub async fn run_show(admin: &Admin, id: &str) -> Result<String, Error> {
    let row = store::find_ehr(&admin.ground.db, id).await?.ok_or_else(|| unknown(id))?;
    row.registration()?
        .to_toml()
        .map(|text| text.trim_end().to_owned())
        .map_err(|error| Error::Request(error.to_string()))
}

pub(super) fn unknown(id: &str) -> Error {
    Error::Request(format!("No EHR `{id}`. List the registered EHRs: `passerelle ehr list`."))
}
