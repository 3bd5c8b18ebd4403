use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use config::{Config, Environment, File, FileFormat};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    database::DatabaseSettings, delivery::DeliverySettings, keys::Keys, messages::MessageSettings,
    problem::Problems, reader::Reader, server::ServerSettings,
};

type Sources = config::ConfigBuilder<config::builder::DefaultState>;

const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Everything an operator can set, checked.
#[derive(Clone)]
pub struct Settings {
    /// `server.*`
    pub server: ServerSettings,
    /// `database.*`
    pub database: DatabaseSettings,
    /// `session.*`
    pub session: SessionSettings,
    /// `delivery.*`
    pub delivery: DeliverySettings,
    /// `messages.*`
    pub messages: MessageSettings,
    /// `log.*`
    pub log: LogSettings,
    /// The keys of `keys.file`.
    pub keys: Keys,
    /// `admin.enabled`: whether administrators have pages.
    pub admin_pages: bool,
    /// `metrics.bind`, if metrics are on.
    pub metrics: Option<SocketAddr>,
    /// `ehr.file`, if registrations come from a file.
    pub ehr_file: Option<PathBuf>,
    /// `forms.folder`, if not the forms that ship.
    pub forms: Option<PathBuf>,
    /// `directory.file`, if not the samples that ship.
    pub directory: Option<PathBuf>,
    /// `site.folder`, looked in first for templates, static files and locales.
    pub site: Option<PathBuf>,
    /// `site.time_zone`: where people read times.
    pub time_zone: TimeZone,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// Without a click.
    pub idle: Duration,
    /// Whatever happens.
    pub absolute: Duration,
}

/// What the log looks like.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// One JSON object a line, or text.
    pub format: LogFormat,
    /// A `tracing` filter.
    pub filter: String,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For machines.
    Json,
    /// For people.
    Text,
}

impl Settings {
    /// Reads defaults, `file` if given, and the environment.
    ///
    /// # Errors
    /// Every problem found, each with its key and what to do.
    pub fn load(file: Option<&Path>) -> Result<Self, Problems> {
        Self::from_sources(Self::sources(file))
    }

    /// Reads only the address to listen on: what a health check needs, which may not read the keys.
    ///
    /// # Errors
    /// When the sources cannot be read or hold no such address.
    pub fn load_bind(file: Option<&Path>) -> Result<SocketAddr, Problems> {
        let (merged, known) = merge(Self::sources(file))?;
        let mut reader = Reader::new(merged, &known);
        let bind = reader.parsed("server.bind", "0.0.0.0:8080");
        bind.ok_or(reader.problems)
    }

    fn sources(file: Option<&Path>) -> Sources {
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        builder.add_source(Environment::with_prefix("PASSERELLE").prefix_separator("__").separator("__"))
    }

    /// Reads defaults and then `toml`, for tests and for apps that bring their own file format.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_toml(toml: &str) -> Result<Self, Problems> {
        let builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        Self::from_sources(builder.add_source(File::from_str(toml, FileFormat::Toml)))
    }

    fn from_sources(sources: Sources) -> Result<Self, Problems> {
        let (merged, known) = merge(sources)?;
        Self::read(Reader::new(merged, &known))
    }

    fn read(mut reader: Reader) -> Result<Self, Problems> {
        let server = ServerSettings::read(&mut reader);
        let database = DatabaseSettings::read(&mut reader);
        let session = SessionSettings::read(&mut reader);
        let delivery = DeliverySettings::read(&mut reader);
        let messages = MessageSettings::read(&mut reader);
        let log = LogSettings::read(&mut reader);
        let keys = Keys::read(&mut reader);
        let metrics = match reader.text("metrics.bind").as_str() {
            "" => None,
            _ => reader.parsed("metrics.bind", "127.0.0.1:9464, or leave it empty"),
        };
        let admin_pages = reader.parsed("admin.enabled", "true, or false").unwrap_or_default();
        let ehr_file = reader.path("ehr.file");
        let forms = reader.path("forms.folder");
        let directory = reader.path("directory.file");
        let site = reader.path("site.folder");
        let time_zone = read_time_zone(&mut reader);
        let Reader { problems, .. } = reader;
        match (server, database, keys, time_zone) {
            (Some(server), Some(database), Some(keys), Some(time_zone)) => problems.or(Self {
                server,
                database,
                session,
                delivery,
                messages,
                log,
                keys,
                admin_pages,
                metrics,
                ehr_file,
                forms,
                directory,
                site,
                time_zone,
            }),
            _ => Err(problems),
        }
    }
}

/// The merged values, and the defaults as the list of known keys.
fn merge(sources: Sources) -> Result<(Value, Value), Problems> {
    let merged = sources.build().and_then(Config::try_deserialize);
    let merged = merged.map_err(|error| {
        let mut problems = Problems::default();
        let fix = "Correct the file; config/default.toml shows every key.";
        problems.add("(file)", error.to_string(), fix);
        problems
    })?;
    let known = Config::builder()
        .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
        .build()
        .and_then(Config::try_deserialize)
        .expect("the defaults are part of the program and every test reads them");
    Ok((merged, known))
}

fn read_time_zone(reader: &mut Reader) -> Option<TimeZone> {
    let name = reader.text("site.time_zone");
    let zone = TimeZone::get(&name).ok();
    if zone.is_none() {
        let fix = "Write a name such as America/Toronto, and install tzdata.";
        reader.problems.add("site.time_zone", format!("\"{name}\" is not a time zone"), fix);
    }
    zone
}

impl SessionSettings {
    fn read(reader: &mut Reader) -> Self {
        let idle = reader.integer("session.idle_minutes", 1..=60);
        let absolute = reader.integer("session.absolute_hours", 1..=24);
        Self {
            idle: Duration::from_secs(u64::from(idle) * 60),
            absolute: Duration::from_secs(u64::from(absolute) * 3600),
        }
    }
}

impl LogSettings {
    fn read(reader: &mut Reader) -> Self {
        let format = match reader.text("log.format").as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                reader.problems.add("log.format", "is not valid", "Write \"json\" or \"text\".");
                LogFormat::Json
            }
        };
        Self { format, filter: reader.text("log.filter") }
    }
}
