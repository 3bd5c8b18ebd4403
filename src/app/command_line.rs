//! `passerelle …`: the commands of the shipped program.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    time::Duration,
};

use clap::{Parser, Subcommand};

use super::{App, StartError, demo, serve::stop_on_signal};
use crate::{
    admin::{
        Admin, DeliveriesCommand, EhrCommand, TraceArguments, UserCommand, run_check, run_deliveries,
        run_ehr, run_trace, run_user,
    },
    config::{Keys, Settings},
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
    /// Answers requests; on SQLite it delivers as well
    Serve,
    /// Delivers what waits in the outbox
    Work,
    /// Runs the app beside a simulated EHR, on a database that is thrown away
    Demo(demo::DemoArguments),
    /// Makes the database, or brings its schema up to date
    Migrate,
    /// Looks at the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Makes sealing keys
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Looks after EHR registrations
    Ehr {
        #[command(subcommand)]
        command: EhrCommand,
    },
    /// Tells what happened in a launch, step by step, by the reference a person reads out
    Trace(TraceArguments),
    /// Looks after accounts
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Lists deliveries, sends one again, holds or releases all sending
    Deliveries {
        #[command(subcommand)]
        command: DeliveriesCommand,
    },
    /// Prints what is required of the program and which test proves it
    Conformance,
    /// Asks the running app on this machine whether it is ready
    Health,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Reports every problem, each with its key and what to do
    Check,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Writes a new keys file that only you can read
    New {
        /// The file, which must not exist yet
        file: PathBuf,
    },
}

/// Runs the command of this process.
///
/// # Errors
/// What to tell the person who ran it.
pub async fn run() -> Result<(), String> {
    let CommandLine { config, command } = CommandLine::parse();
    let settings = || Settings::load(config.as_deref()).map_err(say);
    match command {
        Command::Serve => Box::pin(serve(settings()?)).await,
        Command::Work => Box::pin(work(settings()?)).await,
        Command::Demo(arguments) => Box::pin(demo::run(arguments, stop_on_signal().map_err(say)?)).await,
        Command::Migrate => {
            let db = Db::open(&settings()?.database, true).await.map_err(say)?;
            db.migrate().await.map_err(say)?;
            print("The schema is up to date.")
        }
        Command::Config { command: ConfigCommand::Check } => {
            settings()?;
            print("The configuration is fine.")
        }
        Command::Keys { command: KeysCommand::New { file } } => {
            Keys::write_new(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            print(&format!("Wrote {}. Keep it apart from the database, and keep a copy.", file.display()))
        }
        Command::Ehr { command } => Box::pin(ehr(settings()?, command)).await,
        Command::Trace(arguments) => {
            print(&run_trace(&admin(settings()?).await?, &arguments).await.map_err(say)?)
        }
        Command::User { command } => {
            print(&run_user(&admin(settings()?).await?, command).await.map_err(say)?)
        }
        Command::Deliveries { command } => {
            print(&run_deliveries(&admin(settings()?).await?, command).await.map_err(say)?)
        }
        Command::Conformance => print(CONFORMANCE.trim_end()),
        Command::Health => health(Settings::load_bind(config.as_deref()).map_err(say)?),
    }
}

async fn serve(settings: Settings) -> Result<(), String> {
    start_log(&settings.log);
    App::builder(settings).build().await.map_err(say)?.run().await.map_err(say)
}

async fn work(settings: Settings) -> Result<(), String> {
    start_log(&settings.log);
    let app = App::builder(settings).build().await.map_err(say)?;
    app.work(stop_on_signal().map_err(say)?).await.map_err(say)?;
    app.db().close().await;
    Ok(())
}

/// A check that found problems has printed them, and fails all the same, so that scripts notice.
async fn ehr(settings: Settings, command: EhrCommand) -> Result<(), String> {
    let admin = admin(settings).await?;
    if let EhrCommand::Check { id } = command {
        let checked = run_check(&admin, &id).await.map_err(say)?;
        print(&checked.text)?;
        return if checked.problems == 0 { Ok(()) } else { Err("The check found problems.".to_owned()) };
    }
    print(&run_ehr(&admin, command).await.map_err(say)?)
}

async fn admin(settings: Settings) -> Result<Admin, String> {
    let app = App::builder(Settings { ehr_file: None, ..settings }).build().await.map_err(say)?;
    Ok(app.admin())
}

/// Prints what a command has to say. Whoever reads only the beginning closes the pipe, which is no error.
fn print(text: &str) -> Result<(), String> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(say(error)),
        _ => Ok(()),
    }
}

/// Plain HTTP to ourselves: this is what a container's health check runs.
fn health(bind: SocketAddr) -> Result<(), String> {
    let ip = if bind.ip().is_unspecified() { [127, 0, 0, 1].into() } else { bind.ip() };
    let address = SocketAddr::new(ip, bind.port());
    let ask = || -> std::io::Result<String> {
        let wait = Duration::from_secs(3);
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|error| format!("{address}: {error}"))?;
    if answer.split(' ').nth(1) == Some("200") { Ok(()) } else { Err(format!("{address} is not ready")) }
}

fn say(error: impl Into<StartErrorOrOther>) -> String {
    error.into().0
}

/// Any error, with its causes, as one text.
struct StartErrorOrOther(String);

impl<E: std::error::Error> From<E> for StartErrorOrOther {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        Self(text)
    }
}

impl StartError {
    pub(super) fn told(self) -> String {
        say(self)
    }
}
