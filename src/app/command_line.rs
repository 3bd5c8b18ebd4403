//! `passerelle …`: commands of the shipped program.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    time::Duration,
};

use clap::{Parser, Subcommand};

use super::{
    App,
    backup_commands::{run_backup, run_restore},
    demo,
    errors::with_causes,
    form_commands::{FormsCommand, run_form},
    keys_commands::{KeysCommand, run_keys},
    sendable::check_files,
    serve::stop_on_signal,
};
use crate::{
    admin::{
        Admin, DeliveriesCommand, EhrCommand, RetentionCommand, TraceArguments, UserCommand, run_check,
        run_deliveries, run_ehr, run_retention, run_trace, run_user,
    },
    clock::{Clock as _, SystemClock},
    config::Settings,
    db::Db,
    web::start_log,
};

const CONFORMANCE: &str = include_str!("../../docs/conformance.md");

/// Referrals launched from any SMART on FHIR EHR.
#[derive(Debug, Parser)]
#[command(name = "passerelle", version, about, max_term_width = 100)]
struct CommandLine {
    /// TOML file with settings; config/default.toml documents every key
    #[arg(long, global = true, value_name = "FILE", env = "PASSERELLE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves requests; with SQLite, also delivers messages
    Serve,
    /// Delivers messages from the outbox, without serving requests
    Work,
    /// Runs the app with a simulated EHR, on a temporary database
    Demo(demo::DemoArguments),
    /// Creates the database, or updates its schema
    Migrate,
    /// Writes a copy of the SQLite database, also while it is used
    ///
    /// The copy is one file that only its owner can read, and is checked before it gets its name. Keep the keys file apart from it:
    /// each is useless without the other. PostgreSQL is backed up with `pg_dump`.
    #[command(after_help = "Example: passerelle backup /backup/passerelle-monday.db")]
    Backup {
        /// File to write; must not exist
        file: PathBuf,
    },
    /// Puts a copy of the SQLite database in its place, and holds all sending
    ///
    /// Stop `serve` first. The database that was there is kept beside it. Messages may have been sent after the backup, so nothing
    /// is sent until `passerelle deliveries release`. PostgreSQL is restored with `pg_restore`.
    #[command(after_help = "Example: passerelle restore /backup/passerelle-monday.db")]
    Restore {
        /// File that `passerelle backup` wrote
        file: PathBuf,
    },
    /// Checks the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Checks and previews form files; imports, lists, retires and offers forms
    Form {
        #[command(subcommand)]
        command: FormsCommand,
    },
    /// Creates and rotates the keys that seal the database
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Registers EHRs, checks and changes their registrations, suspends them
    Ehr {
        #[command(subcommand)]
        command: EhrCommand,
    },
    /// Shows the steps of a launch, by the reference on the user's page
    ///
    /// Without a reference, lists the newest launches that are kept. Secrets, codes, tokens and personal data are
    /// redacted.
    #[command(after_help = "Examples:\n  passerelle trace 7Q4K-92MD\n  passerelle trace --ehr riverside")]
    Trace(TraceArguments),
    /// Lists and invites users; changes roles, links, passwords and access
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Lists deliveries, sends one again, holds or releases all sending
    Deliveries {
        #[command(subcommand)]
        command: DeliveriesCommand,
    },
    /// Lists what the retention settings remove, and removes it
    Retention {
        #[command(subcommand)]
        command: RetentionCommand,
    },
    /// Prints the requirements and the tests that prove them
    Conformance,
    /// Checks whether the app on this machine is ready; fails if not
    Health,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Reports every problem of the settings, forms and directory, with its key and fix
    Check,
}

/// Runs the command that the arguments of this process name.
///
/// # Errors
/// A message for the operator, with its causes.
pub async fn run() -> Result<(), String> {
    let CommandLine { config, command } = CommandLine::parse();
    let settings = || Settings::load(config.as_deref()).map_err(with_causes);
    match command {
        Command::Serve => Box::pin(serve(settings()?)).await,
        Command::Work => Box::pin(work(settings()?)).await,
        Command::Demo(arguments) => {
            let stop = stop_on_signal().map_err(with_causes)?;
            Box::pin(demo::run(arguments, config.as_deref(), stop)).await
        }
        Command::Migrate => {
            let db = Db::open(&settings()?.database, true).await.map_err(with_causes)?;
            db.migrate().await.map_err(with_causes)?;
            print("The schema is up to date.")
        }
        Command::Backup { file } => print(&run_backup(&settings()?, &file).await?),
        Command::Restore { file } => print(&Box::pin(run_restore(settings()?, &file)).await?),
        Command::Config { command: ConfigCommand::Check } => {
            check_files(&settings()?, SystemClock.now()).map_err(with_causes)?;
            print("The configuration is valid, and every form and service can be used.")
        }
        Command::Form { command: FormsCommand::Preview(arguments) } => {
            let stop = stop_on_signal().map_err(with_causes)?;
            Box::pin(demo::run_preview(arguments, config.as_deref(), stop)).await
        }
        Command::Form { command: FormsCommand::Report(command) } => {
            let is_configured = Settings::is_configured(config.as_deref());
            print(&Box::pin(run_form(command, is_configured, async || admin(settings()?).await)).await?)
        }
        Command::Keys { command } => print(&Box::pin(run_keys(command, settings)).await?),
        Command::Ehr { command } => Box::pin(ehr(settings()?, command)).await,
        Command::Trace(arguments) => {
            print(&run_trace(&admin(settings()?).await?, &arguments).await.map_err(with_causes)?)
        }
        Command::User { command } => {
            print(&run_user(&admin(settings()?).await?, command).await.map_err(with_causes)?)
        }
        Command::Deliveries { command } => {
            let admin = admin(settings()?).await?;
            print(&Box::pin(run_deliveries(&admin, command)).await.map_err(with_causes)?)
        }
        Command::Retention { command } => {
            let admin = admin(settings()?).await?;
            print(&Box::pin(run_retention(&admin, command, progress)).await.map_err(with_causes)?)
        }
        Command::Conformance => print(CONFORMANCE.trim_end()),
        Command::Health => health(Settings::load_bind(config.as_deref()).map_err(with_causes)?),
    }
}

async fn serve(settings: Settings) -> Result<(), String> {
    start_log(&settings.log);
    Box::pin(App::builder(settings).build()).await.map_err(with_causes)?.run().await.map_err(with_causes)
}

async fn work(settings: Settings) -> Result<(), String> {
    start_log(&settings.log);
    let app = Box::pin(App::builder(settings).build()).await.map_err(with_causes)?;
    app.work(stop_on_signal().map_err(with_causes)?).await.map_err(with_causes)?;
    app.db().close().await;
    Ok(())
}

/// Runs an `ehr` command. A check that finds problems prints them and fails, so that scripts notice.
async fn ehr(settings: Settings, command: EhrCommand) -> Result<(), String> {
    let admin = admin(settings).await?;
    if let EhrCommand::Check { id } = command {
        let checked = run_check(&admin, &id).await.map_err(with_causes)?;
        print(&checked.text)?;
        return if checked.problems == 0 { Ok(()) } else { Err("The check found problems.".to_owned()) };
    }
    print(&run_ehr(&admin, command).await.map_err(with_causes)?)
}

async fn admin(settings: Settings) -> Result<Admin, String> {
    let builder = App::builder(Settings { ehr_file: None, ..settings }).for_commands();
    Ok(Box::pin(builder.build()).await.map_err(with_causes)?.admin())
}

/// Prints the output of a command. A reader such as `head` may close the pipe early, which is no error.
fn print(text: &str) -> Result<(), String> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(with_causes(error)),
        _ => Ok(()),
    }
}

/// Prints a line of progress for a person who waits. A closed terminal is no reason to stop.
fn progress(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Requests `/health/ready` from the app on this machine, over plain HTTP. Containers run it as their health check.
fn health(bind: SocketAddr) -> Result<(), String> {
    let ip = if bind.ip().is_unspecified() { [127, 0, 0, 1].into() } else { bind.ip() };
    let address = SocketAddr::new(ip, bind.port());
    let request = || -> std::io::Result<String> {
        let wait = Duration::from_secs(3);
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = request().map_err(|error| format!("{address}: {error}"))?;
    if answer.split(' ').nth(1) == Some("200") { Ok(()) } else { Err(format!("{address} is not ready")) }
}
