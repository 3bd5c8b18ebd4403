use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::{error::Error, service::Admin};
use crate::{
    ehrs::{ClientAuthMethod, Preset, Registration, SCOPES, add_registration},
    users::Linking,
};

/// `passerelle ehr add …`
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Its id: a-z, 0-9 and hyphens; gives /callback/ID
    pub id: String,
    /// Name as people know it
    #[arg(long)]
    pub name: String,
    /// Base URL of its FHIR server, the `iss` of its launches
    #[arg(long, value_name = "URL")]
    pub base: String,
    /// Our id there
    #[arg(long)]
    pub client_id: String,
    /// Who signs its id_tokens
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// Start from the settings of a kind of EHR: smile, aidbox, epic, oracle, smart-1.0 or halo
    #[arg(long, value_name = "KIND")]
    pub like: Option<Preset>,
    /// File with the client secret
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client_secret_env", "keys"])]
    pub client_secret_file: Option<PathBuf>,
    /// Environment variable with the client secret
    #[arg(long, value_name = "NAME", conflicts_with = "keys")]
    pub client_secret_env: Option<String>,
    /// Prove ourselves with keys instead of a secret
    #[arg(long)]
    pub keys: bool,
    /// Private address range it may have; may be given several times
    #[arg(long = "allow-network", value_name = "RANGE")]
    pub allowed_networks: Vec<IpNet>,
    /// Origin that may show us in a frame; may be given several times
    #[arg(long = "frame-ancestor", value_name = "ORIGIN")]
    pub frame_ancestors: Vec<String>,
    /// Give people we do not know an account instead of asking them to link one
    #[arg(long)]
    pub provision: bool,
    /// Print it as a table for ehr.file, and store nothing
    #[arg(long)]
    pub print: bool,
}

impl AddArguments {
    /// The registration these arguments ask for.
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
        registration.allowed_networks.clone_from(&self.allowed_networks);
        registration.frame_ancestors.clone_from(&self.frame_ancestors);
        registration.linking = if self.provision { Linking::Provision } else { Linking::Link };
        registration
    }
}

/// Registers an EHR, or prints how to.
///
/// # Errors
/// Everything that is wrong with it, each with its key and what to do.
pub async fn run_add(admin: &Admin, arguments: &AddArguments) -> Result<String, Error> {
    let registration = arguments.registration();
    if let Some(preset) =
        arguments.like.filter(|preset| preset.needs_issuer() && registration.issuer.is_none())
    {
        return Err(Error::Request(format!("Give --issuer as well. {}", preset.about())));
    }
    if arguments.print {
        return registration.to_toml().map_err(|error| Error::Request(error.to_string()));
    }
    let id = registration.id.clone();
    add_registration(&admin.ground, &admin.observers, registration).await?;
    let mut said = vec![format!("{id} is registered.")];
    said.extend(arguments.like.map(|preset| preset.about().to_owned()));
    said.push(format!(
        "Next: `passerelle ehr check {id}`, which also prints what its administrator needs from you."
    ));
    Ok(said.join("\n"))
}
