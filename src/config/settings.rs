//! All settings of an installation.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use config::{Config, Environment, File, FileFormat};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    attachments::AttachmentSettings, database::DatabaseSettings, delivery::DeliverySettings,
    forms::FormSettings, keys::Keys, messages::MessageSettings, problem::Problems, reader::Reader,
    retention::RetentionSettings, server::ServerSettings,
};

type Sources = config::ConfigBuilder<config::builder::DefaultState>;

const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Validated settings.
#[derive(Clone)]
pub struct Settings {
    /// `server.*`
    pub server: ServerSettings,
    /// `database.*`
    pub database: DatabaseSettings,
    /// `session.*`
    pub session: SessionSettings,
    /// `attachments.*`
    pub attachments: AttachmentSettings,
    /// `delivery.*`
    pub delivery: DeliverySettings,
    /// `messages.*`
    pub messages: MessageSettings,
    /// `retention.*`
    pub retention: RetentionSettings,
    /// `log.*`
    pub log: LogSettings,
    /// Keys from `keys.file`.
    pub keys: Keys,
    /// `admin.enabled`: whether the admin pages are served.
    pub admin_pages: bool,
    /// `metrics.bind`, if metrics are enabled.
    pub metrics: Option<SocketAddr>,
    /// `ehr.file`, if registrations are imported from a file.
    pub ehr_file: Option<PathBuf>,
    /// `forms.*`
    pub forms: FormSettings,
    /// `directory.file`, if it replaces the built-in samples.
    pub directory: Option<PathBuf>,
    /// `site.folder`, which overrides templates, static files and locales.
    pub site: Option<PathBuf>,
    /// `site.time_zone`, in which times are shown.
    pub time_zone: TimeZone,
}

/// Settings `session.*`: limits of a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// Longest time without a click, or typing that a page saves.
    pub idle: Duration,
    /// Longest time since sign-in.
    pub absolute: Duration,
}

/// Settings `log.*`.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// Format of a line.
    pub format: LogFormat,
    /// Filter in the syntax of `tracing`.
    pub filter: String,
}

/// Format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// Plain text.
    Text,
}

impl Settings {
    /// Reads defaults, `file` if given, and the environment.
    ///
    /// # Errors
    /// All problems found, each with its key and its fix.
    pub fn load(file: Option<&Path>) -> Result<Self, Problems> {
        Self::from_sources(Self::sources(file))
    }

    /// Reads only the address to listen on, for a health check, which may not have access to the keys.
    ///
    /// # Errors
    /// [`Problems`] if the sources cannot be read or the address is not valid.
    pub fn load_bind(file: Option<&Path>) -> Result<SocketAddr, Problems> {
        let (merged, known) = merge(Self::sources(file))?;
        let mut reader = Reader::new(merged, &known);
        let bind = reader.parsed("server.bind", "0.0.0.0:8080");
        bind.ok_or(reader.problems)
    }

    /// Whether a file or a variable of the environment configures an installation.
    #[must_use]
    pub fn is_configured(file: Option<&Path>) -> bool {
        let is_ours = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("PASSERELLE__");
        file.is_some() || std::env::vars_os().any(|(name, _)| is_ours(&name))
    }

    fn sources(file: Option<&Path>) -> Sources {
        Self::files(file)
            .add_source(Environment::with_prefix("PASSERELLE").prefix_separator("__").separator("__"))
    }

    /// Reads defaults and then `toml`, for tests and for apps with their own configuration format.
    ///
    /// # Errors
    /// The same as [`Settings::load`].
    pub fn from_toml(toml: &str) -> Result<Self, Problems> {
        Self::from_file_and_toml(None, toml)
    }

    /// Reads defaults, `file` if given, and then `toml`, which overrides both.
    ///
    /// # Errors
    /// The same as [`Settings::load`].
    pub fn from_file_and_toml(file: Option<&Path>, toml: &str) -> Result<Self, Problems> {
        Self::from_sources(Self::files(file).add_source(File::from_str(toml, FileFormat::Toml)))
    }

    /// Defaults, then `file` if given.
    fn files(file: Option<&Path>) -> Sources {
        let builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        match file {
            Some(file) => builder.add_source(File::from(file).format(FileFormat::Toml)),
            None => builder,
        }
    }

    fn from_sources(sources: Sources) -> Result<Self, Problems> {
        let (merged, known) = merge(sources)?;
        Self::read(Reader::new(merged, &known))
    }

    fn read(mut reader: Reader) -> Result<Self, Problems> {
        let server = ServerSettings::read(&mut reader);
        let database = DatabaseSettings::read(&mut reader);
        let session = SessionSettings::read(&mut reader);
        let attachments = AttachmentSettings::read(&mut reader);
        let delivery = DeliverySettings::read(&mut reader);
        let messages = MessageSettings::read(&mut reader);
        let retention = RetentionSettings::read(&mut reader);
        let log = LogSettings::read(&mut reader);
        let keys = Keys::read(&mut reader);
        let metrics = match reader.text("metrics.bind").as_str() {
            "" => None,
            _ => reader.parsed("metrics.bind", "127.0.0.1:9464, or leave it empty"),
        };
        let admin_pages = reader.parsed("admin.enabled", "true, or false").unwrap_or_default();
        let ehr_file = reader.path("ehr.file");
        let forms = FormSettings::read(&mut reader);
        let directory = reader.path("directory.file");
        let site = reader.path("site.folder");
        let time_zone = read_time_zone(&mut reader);
        let Reader { problems, .. } = reader;
        match (server, database, keys, time_zone) {
            (Some(server), Some(database), Some(keys), Some(time_zone)) => problems.or(Self {
                server,
                database,
                session,
                attachments,
                delivery,
                messages,
                retention,
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

/// Returns the merged values, and the defaults, which are the known keys.
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
        .expect("the defaults are compiled in and every test reads them");
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
