//! Commands `passerelle user …`.

use std::io::Read as _;

use clap::Subcommand;
use secrecy::SecretString;

use super::{
    accounts::{self, CODE_DAYS, NewCode, add_user, change_password, checked_user},
    error::Error,
    service::Admin,
    user_list::list,
};
use crate::{
    db::row_id,
    users::{Account, LinkedIdentity, NewUser, Role, account_store},
};

/// `passerelle user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Lists accounts: status, role, last sign-in, linked EHR identities
    #[command(after_help = "Example: passerelle user list okafor")]
    List {
        /// Words of a name or email; if omitted, every account is listed
        search: Vec<String>,
    },
    /// Creates an account and prints a one-time code for it, valid for seven days
    ///
    /// A clinician or delegate enters the code after the launch from the EHR, which links the account. An administrator
    /// chooses a password with it at /admin/new-password. The code is not shown again; `passerelle user code` prints
    /// another.
    #[command(
        after_help = "Example: passerelle user invite --name \"Ngozi Okafor\" --email ngozi@clinic.example"
    )]
    Invite {
        /// Name shown to users
        #[arg(long)]
        name: String,
        /// Email for signing in with a password; required for an administrator
        #[arg(long)]
        email: Option<String>,
        /// Role: clinician, delegate or administrator
        #[arg(long, default_value = "clinician")]
        role: Role,
    },
    /// Creates an account with a password, read from standard input
    #[command(
        after_help = "Example: passerelle user add --name \"Ada Administrator\" --email ada@clinic.example --role administrator < password.txt"
    )]
    Add {
        /// Name shown to users
        #[arg(long)]
        name: String,
        /// Email for signing in: once to link the account, or at /admin
        #[arg(long)]
        email: String,
        /// Role: clinician, delegate or administrator
        #[arg(long, default_value = "clinician")]
        role: Role,
    },
    /// Prints a new one-time code for an account, valid for seven days; earlier codes become invalid
    #[command(after_help = "Example: passerelle user code ngozi@clinic.example")]
    Code {
        /// Email or id of the account
        account: String,
    },
    /// Changes the role of an account, with effect at once; refused for the last administrator
    #[command(after_help = "Example: passerelle user role ngozi@clinic.example delegate")]
    Role {
        /// Email or id of the account
        account: String,
        /// New role: clinician, delegate or administrator
        role: Role,
    },
    /// Unlinks an EHR identity from an account and signs the account out of its charts
    ///
    /// At the next launch from this EHR the user is asked to link an account again, or gets a new account if the EHR is
    /// registered with `linking = "provision"`.
    #[command(after_help = "Example: passerelle user unlink ngozi@clinic.example --ehr riverside")]
    Unlink {
        /// Email or id of the account
        account: String,
        /// Id of the EHR
        #[arg(long, value_name = "ID")]
        ehr: String,
        /// Subject of the identity, if the account has several at this EHR
        #[arg(long)]
        subject: Option<String>,
    },
    /// Disables an account, ends its sessions at once and withdraws its codes; refused for the last administrator
    #[command(after_help = "Example: passerelle user disable ngozi@clinic.example")]
    Disable {
        /// Email or id of the account
        account: String,
    },
    /// Enables a disabled account; its password and linked identities are valid again
    #[command(after_help = "Example: passerelle user enable ngozi@clinic.example")]
    Enable {
        /// Email or id of the account
        account: String,
    },
    /// Sets a new password, read from standard input; ends the account's administrator sessions and unlocks it
    #[command(
        after_help = "Examples:\n  passerelle user password ada@clinic.example < password.txt\n  passerelle user password ada@clinic.example --code"
    )]
    Password {
        /// Email or id of the account
        account: String,
        /// Deletes the password and prints a one-time code instead, with which the user chooses a new one; refused for the
        /// last administrator
        #[arg(long)]
        code: bool,
    },
}

/// Runs a command and returns its output.
///
/// # Errors
/// [`Error::Request`] if the account does not exist, is disabled or the password is missing; [`Error::Users`] if the email
/// is taken, the password has a wrong length, or the account is the last administrator's.
pub async fn run_user(admin: &Admin, command: UserCommand) -> Result<String, Error> {
    match command {
        UserCommand::List { search } => list(admin, &search.join(" ")).await,
        UserCommand::Invite { name, email, role } => invite(admin, &name, email.as_deref(), role).await,
        UserCommand::Add { name, email, role } => {
            let user = NewUser { name: name.clone(), email: Some(email), role };
            Ok(format!("Account {} for {name}.", add_user(admin, user, read_password()?).await?))
        }
        UserCommand::Code { account } => {
            let account = accounts::find(admin, &account).await?;
            let code = accounts::issue_code(admin, &account).await?;
            let code = code.ok_or_else(|| disabled(&account))?;
            Ok(code_text(admin, &account.name, account.role, &code))
        }
        UserCommand::Role { account, role } => change_role(admin, &account, role).await,
        UserCommand::Unlink { account, ehr, subject } => {
            unlink(admin, &account, &ehr, subject.as_deref()).await
        }
        UserCommand::Disable { account } => disable(admin, &account).await,
        UserCommand::Enable { account } => enable(admin, &account).await,
        UserCommand::Password { account, code: true } => reset_password(admin, &account).await,
        UserCommand::Password { account, code: false } => {
            let id = change_password(admin, &account, read_password()?).await?;
            Ok(format!("Account {id} has a new password, and its administrator sessions have ended."))
        }
    }
}

fn read_password() -> Result<SecretString, Error> {
    let mut password = String::new();
    std::io::stdin().lock().take(1024).read_to_string(&mut password).map_err(|_| no_password())?;
    match password.trim_end_matches(['\r', '\n']) {
        "" => Err(no_password()),
        password => Ok(SecretString::from(password)),
    }
}

fn no_password() -> Error {
    Error::Request(
        "The password is missing: pass it on standard input, such as `passerelle user … < FILE`.".to_owned(),
    )
}

fn disabled(account: &Account) -> Error {
    Error::Request(format!("Account {0} is disabled. Run `passerelle user enable {0}` first.", account.id))
}

async fn invite(admin: &Admin, name: &str, email: Option<&str>, role: Role) -> Result<String, Error> {
    let user = checked_user(name, email.unwrap_or_default(), role)?;
    let code = accounts::invite(admin, &row_id(&*admin.ground.clock), &user).await?;
    Ok(code_text(admin, &user.name, role, &code))
}

/// Formats a one-time code, with the place where the user enters it.
fn code_text(admin: &Admin, name: &str, role: Role, code: &NewCode) -> String {
    let place = match role {
        Role::Administrator => {
            let page = admin.public_url.join("/admin/new-password");
            format!("The administrator chooses a password with it at {page}")
        }
        Role::Clinician | Role::Delegate => "The user enters it after the launch from the EHR.".to_owned(),
    };
    format!(
        "Account {} for {name}.\nInvitation code, valid once and for {CODE_DAYS} days: {}\n{place}",
        code.user_id,
        code.code.expose()
    )
}

async fn change_role(admin: &Admin, account: &str, role: Role) -> Result<String, Error> {
    let account = accounts::find(admin, account).await?;
    Ok(match accounts::change_role(admin, &account, role).await? {
        true => format!("Account {} has the role {role} now, with effect at once.", account.id),
        false => format!("Nothing changed: account {} has the role {role} already.", account.id),
    })
}

async fn unlink(admin: &Admin, account: &str, ehr: &str, subject: Option<&str>) -> Result<String, Error> {
    let account = accounts::find(admin, account).await?;
    let links = account_store::find_links(&admin.ground.db, Some(&account.id)).await?;
    let matching = |link: &&LinkedIdentity| link.ehr_id == ehr && subject.is_none_or(|it| link.subject == it);
    let matching: Vec<&LinkedIdentity> = links.iter().filter(matching).collect();
    match &matching[..] {
        [link] if accounts::unlink(admin, link).await? => Ok(format!(
            "Account {} is unlinked from {} at {ehr}, and signed out of its charts.",
            account.id, link.subject
        )),
        [] | [_] => Err(Error::Request(format!(
            "Account {} has no such identity at {ehr}. `passerelle user list` prints the identities.",
            account.id
        ))),
        several => {
            let subjects: Vec<&str> = several.iter().map(|link| link.subject.as_str()).collect();
            Err(Error::Request(format!("Give --subject, one of: {}.", subjects.join(", "))))
        }
    }
}

async fn disable(admin: &Admin, account: &str) -> Result<String, Error> {
    let account = accounts::find(admin, account).await?;
    if accounts::disable(admin, &account).await? {
        return Ok(format!("Account {} is disabled and its sessions have ended.", account.id));
    }
    Err(Error::Request(format!("Account {} is already disabled.", account.id)))
}

async fn enable(admin: &Admin, account: &str) -> Result<String, Error> {
    let account = accounts::find(admin, account).await?;
    if accounts::enable(admin, &account).await? {
        return Ok(format!("Account {} is enabled again.", account.id));
    }
    Err(Error::Request(format!("Account {} is not disabled.", account.id)))
}

async fn reset_password(admin: &Admin, account: &str) -> Result<String, Error> {
    let account = accounts::find(admin, account).await?;
    let code = accounts::reset_password(admin, &account).await?.ok_or_else(|| {
        Error::Request(format!("Account {} is disabled, or has no email to sign in with.", account.id))
    })?;
    Ok(code_text(admin, &account.name, account.role, &code))
}
