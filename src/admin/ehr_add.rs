//! Command `passerelle ehr add`.

use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::{
    error::Error,
    service::{Admin, SERVERS_FOLLOW},
};
use crate::{
    ehrs::{ClientAuthMethod, Preset, Registration, SCOPES, add_registration, parse_network},
    users::Linking,
};

/// `passerelle ehr add …`
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Id: a-z, 0-9 and hyphens; the redirect URI ends with /callback/ID
    pub id: String,
    /// Name that users know
    #[arg(long)]
    pub name: String,
    /// FHIR base URL, the `iss` of its launches
    #[arg(long, value_name = "URL")]
    pub base: String,
    /// Our client id at the EHR
    #[arg(long)]
    pub client_id: String,
    /// Issuer of its id_tokens
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// Kind of EHR, for its default settings: smile, aidbox, epic, oracle, smart-1.0 or halo
    #[arg(long, value_name = "KIND")]
    pub like: Option<Preset>,
    /// File with the client secret
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client_secret_env", "keys"])]
    pub client_secret_file: Option<PathBuf>,
    /// Environment variable with the client secret
    #[arg(long, value_name = "NAME", conflicts_with = "keys")]
    pub client_secret_env: Option<String>,
    /// Authenticates with client keys (`private_key_jwt`) instead of a secret
    #[arg(long)]
    pub keys: bool,
    /// PEM file with the certificates of the EHR's private CA
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Allowed private address or address range of the EHR; repeatable
    #[arg(long = "allow-network", value_name = "RANGE", value_parser = parse_network)]
    pub allowed_networks: Vec<IpNet>,
    /// Origin that may frame us; repeatable
    #[arg(long = "frame-ancestor", value_name = "ORIGIN")]
    pub frame_ancestors: Vec<String>,
    /// Creates an account for unknown users, instead of asking them to link one
    #[arg(long)]
    pub provision: bool,
    /// Prints the registration as a table for ehr.file, instead of storing it
    #[arg(long)]
    pub print: bool,
}

impl AddArguments {
    /// Returns the registration that the arguments describe.
    #[must_use]
    pub fn registration(&self) -> Registration {
        let mut registration = Registration::new(&self.id, &self.name, &self.base, &self.client_id, &SCOPES);
        if let Some(preset) = self.like {
            preset.apply(&mut registration);
        }
        if self.client_secret_file.is_some() || self.client_secret_env.is_some() {
            registration.client_auth = ClientAuthMethod::ClientSecretBasic;
            registration.signing_alg = None;
        }
        if self.keys {
            registration.client_auth = ClientAuthMethod::PrivateKeyJwt;
        }
        registration.issuer.clone_from(&self.issuer);
        registration.client_secret_file.clone_from(&self.client_secret_file);
        registration.client_secret_env.clone_from(&self.client_secret_env);
        registration.ca_file.clone_from(&self.ca_file);
        registration.allowed_networks.clone_from(&self.allowed_networks);
        registration.frame_ancestors.clone_from(&self.frame_ancestors);
        registration.linking = if self.provision { Linking::Provision } else { Linking::Link };
        registration
    }
}

/// Registers an EHR, or prints its registration with `--print`.
///
/// # Errors
/// [`Error::Request`] if the kind of EHR needs an issuer and none is given; [`Error::Import`] with every problem of the
/// registration.
pub async fn run_add(admin: &Admin, arguments: &AddArguments) -> Result<String, Error> {
    let registration = arguments.registration();
    if let Some(preset) =
        arguments.like.filter(|preset| preset.needs_issuer() && registration.issuer.is_none())
    {
        return Err(Error::Request(format!("--issuer is missing: add it. {}", preset.about())));
    }
    if arguments.print {
        return registration.to_toml().map_err(|error| Error::Request(error.to_string()));
    }
    let id = registration.id.clone();
    add_registration(&admin.ground, &admin.observers, registration).await?;
    let mut lines = vec![format!("{id} is registered. {SERVERS_FOLLOW}")];
    lines.extend(arguments.like.map(|preset| preset.about().to_owned()));
    lines.push(format!(
        "Next: `passerelle ehr check {id}`. It also prints what the EHR's administrator needs to register us."
    ));
    Ok(lines.join("\n"))
}
