//! Commands `passerelle user …`.

use std::io::Read as _;

use clap::Subcommand;
use secrecy::SecretString;

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    users::{InvitationCode, NewUser, Role, account_store, password_store, session_store, store},
};

const INVITATION_DAYS: i64 = 7;

/// `passerelle user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Creates an account and prints a one-time code for linking it, valid for seven days
    Invite {
        /// Name shown to users
        #[arg(long)]
        name: String,
        /// Role: clinician, delegate or administrator
        #[arg(long, default_value = "clinician")]
        role: Role,
    },
    /// Creates an account with a password, read from standard input
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
    /// Sets a new password, read from standard input; ends the account's administrator sessions and unlocks it
    Password {
        /// Email or id of the account
        account: String,
    },
    /// Disables an account and ends its sessions
    Disable {
        /// Id of the account, as printed by `invite` and `add`
        id: String,
    },
}

/// Runs a command and returns its output.
///
/// # Errors
/// [`Error::Request`] if the account does not exist, is disabled or the password is missing; [`Error::Users`] if the email
/// is taken or the password has a wrong length.
pub async fn run_user(admin: &Admin, command: UserCommand) -> Result<String, Error> {
    match command {
        UserCommand::Invite { name, role } => invite(admin, NewUser { name, email: None, role }).await,
        UserCommand::Add { name, email, role } => {
            add(admin, NewUser { name, email: Some(email), role }, read_password()?).await
        }
        UserCommand::Password { account } => {
            let id = change_password(admin, &account, read_password()?).await?;
            Ok(format!("Account {id} has a new password."))
        }
        UserCommand::Disable { id } => disable(admin, &id).await,
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

async fn invite(admin: &Admin, user: NewUser) -> Result<String, Error> {
    let code = InvitationCode::random();
    let mut tx = admin.ground.db.begin_write().await?;
    let id = store::insert_user(&mut tx, &*admin.ground.clock, &user, None).await?;
    store::insert_invitation(
        &mut tx,
        &*admin.ground.clock,
        &admin.ground.sealer,
        &code,
        &id,
        INVITATION_DAYS,
    )
    .await?;
    admin.ground.audit.record(&mut tx, &Event::success(EventKind::UserInvited, "command").by(&id)).await?;
    tx.commit().await?;
    Ok(format!(
        "Account {id} for {}.\nInvitation code, valid once and for {INVITATION_DAYS} days: {}",
        user.name,
        code.expose()
    ))
}

async fn add(admin: &Admin, user: NewUser, password: SecretString) -> Result<String, Error> {
    let name = user.name.clone();
    let id = add_user(admin, user, password).await?;
    Ok(format!("Account {id} for {name}."))
}

/// Creates an account with a password and returns its id.
///
/// # Errors
/// [`Error::Users`] if the email is taken or the password is too short or too long.
pub async fn add_user(admin: &Admin, user: NewUser, password: SecretString) -> Result<String, Error> {
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = store::insert_user(&mut tx, &*admin.ground.clock, &user, Some(&hash)).await?;
    admin.ground.audit.record(&mut tx, &Event::success(EventKind::UserInvited, "command").by(&id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets the password of the account with this id or email, ends its administrator sessions and resets its count of failed
/// attempts. Returns the id of the account.
///
/// # Errors
/// [`Error::Request`] if no enabled account with an email has this id or email; [`Error::Users`] if the password is too
/// short or too long.
pub async fn change_password(admin: &Admin, account: &str, password: SecretString) -> Result<String, Error> {
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = password_store::update_password(&mut tx, account, &hash).await?;
    let id = id.ok_or_else(|| {
        Error::Request(format!("No account `{account}`, it is disabled, or it has no email to sign in with."))
    })?;
    session_store::end_admin_sessions(&mut tx, &*admin.ground.clock, &id).await?;
    admin
        .ground
        .audit
        .record(&mut tx, &Event::success(EventKind::PasswordChanged, "command").by(&id))
        .await?;
    tx.commit().await?;
    Ok(id)
}

async fn disable(admin: &Admin, id: &str) -> Result<String, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    if !account_store::disable_user(&mut tx, &*admin.ground.clock, id).await? {
        return Err(Error::Request(format!("No account `{id}`, or it is already disabled.")));
    }
    admin.ground.audit.record(&mut tx, &Event::success(EventKind::UserDisabled, "command").by(id)).await?;
    tx.commit().await?;
    Ok(format!("Account {id} is disabled and its sessions have ended."))
}
