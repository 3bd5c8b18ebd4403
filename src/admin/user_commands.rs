use std::io::Read as _;

use clap::Subcommand;
use secrecy::SecretString;

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    users::{InvitationCode, NewUser, Role, password_store, session_store, store},
};

const INVITATION_DAYS: i64 = 7;

/// `passerelle user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Makes an account and prints a one-time code for linking it, good for seven days
    Invite {
        /// Name as people read it
        #[arg(long)]
        name: String,
        /// clinician, delegate or administrator
        #[arg(long, default_value = "clinician")]
        role: Role,
    },
    /// Makes an account with a password, which is read from standard input
    Add {
        /// Name as people read it
        #[arg(long)]
        name: String,
        /// For signing in once, to link the account
        #[arg(long)]
        email: String,
        /// clinician, delegate or administrator
        #[arg(long, default_value = "clinician")]
        role: Role,
    },
    /// Gives an account another password, which is read from standard input; ends its sessions in the administrators'
    /// part, and lets it try again at once
    Password {
        /// Its e-mail or id
        account: String,
    },
    /// Switches an account off and ends its sessions
    Disable {
        /// Its id, as `invite` and `add` print it
        id: String,
    },
}

/// Runs a command and gives what to print.
///
/// # Errors
/// Why it was not done.
pub async fn run_user(admin: &Admin, command: UserCommand) -> Result<String, Error> {
    match command {
        UserCommand::Invite { name, role } => invite(admin, NewUser { name, email: None, role }).await,
        UserCommand::Add { name, email, role } => {
            add(admin, NewUser { name, email: Some(email), role }, read_password()?).await
        }
        UserCommand::Password { account } => {
            let id = change_password(admin, &account, read_password()?).await?;
            Ok(format!("Account {id} has another password."))
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
    Error::Request("Give the password on standard input, such as `passerelle user … < FILE`.".to_owned())
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
        "Account {id} for {}.\nInvitation code, good once and for {INVITATION_DAYS} days: {}",
        user.name,
        code.expose()
    ))
}

async fn add(admin: &Admin, user: NewUser, password: SecretString) -> Result<String, Error> {
    let name = user.name.clone();
    let id = add_user(admin, user, password).await?;
    Ok(format!("Account {id} for {name}."))
}

/// Makes an account with a password and gives its id.
///
/// # Errors
/// When the e-mail is taken, the password is too short or too long, or the database fails.
pub async fn add_user(admin: &Admin, user: NewUser, password: SecretString) -> Result<String, Error> {
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = store::insert_user(&mut tx, &*admin.ground.clock, &user, Some(&hash)).await?;
    admin.ground.audit.record(&mut tx, &Event::success(EventKind::UserInvited, "command").by(&id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives the account with this id or e-mail another password, ends its sessions in the administrators' part and forgets
/// the tries at the password before. Gives its id.
///
/// # Errors
/// When there is no such account, the password is too short or too long, or the database fails.
pub async fn change_password(admin: &Admin, account: &str, password: SecretString) -> Result<String, Error> {
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = password_store::update_password(&mut tx, account, &hash).await?;
    let id = id.ok_or_else(|| {
        Error::Request(format!(
            "There is no account {account}, it is off, or it has no e-mail to sign in with."
        ))
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
    if !store::disable_user(&mut tx, &*admin.ground.clock, id).await? {
        return Err(Error::Request(format!("There is no account {id}, or it is off already.")));
    }
    admin.ground.audit.record(&mut tx, &Event::success(EventKind::UserDisabled, "command").by(id)).await?;
    tx.commit().await?;
    Ok(format!("Account {id} is off and its sessions have ended."))
}
