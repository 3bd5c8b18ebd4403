//! `passerelle demo`: the app with a simulated EHR, on a temporary database.

use std::{
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, ValueEnum};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    App,
    demo_receiver::DemoReceiver,
    errors::with_causes,
    form_preview::{DemoCharts, PreviewArguments, Watch},
};
use crate::{
    admin::{self, UserCommand, add_user, run_user},
    clock::SystemClock,
    config::{KeysFile, Settings},
    db::Db,
    demo_ehr::{self, DemoEhr},
    ehrs::{Registration, import_registration},
    random,
    referral::WatchedForm,
    users::{self, Arrival, Linking, Mapping, NewUser, OneTimeLinking, Role, UserMapper},
    web::start_log,
};

const CLIENT_ID: &str = "passerelle-demo";
const EHR_ID: &str = "riverside";
const ADMINISTRATOR: &str = "administrator@demo.example";

/// Arguments of `passerelle demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Port of the app
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the simulated EHR
    #[arg(long, default_value_t = 8081)]
    ehr_port: u16,
    /// Host name of the simulated EHR; with 127.0.0.1 it is a different site than the app, like a real EHR
    #[arg(long, default_value = "localhost")]
    ehr_host: String,
    /// Folder for database, keys and delivered messages [default: a temporary folder, removed at the end]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Treatment of a clinician without an account
    #[arg(long, default_value = "provision")]
    unknown_people: UnknownPeople,
    /// Log filter, such as warn or info
    #[arg(long, default_value = "warn")]
    log: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UnknownPeople {
    /// Create an account at the first launch
    Provision,
    /// Ask for the invitation code that is printed here
    Link,
}

/// Mapper of the demo: medical office assistants of the simulated EHR become delegates, who prepare and do not sign.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoUsers;

impl UserMapper for DemoUsers {
    fn map<'a>(&'a self, db: &'a Db, arrival: &'a Arrival) -> BoxFuture<'a, Result<Mapping, users::Error>> {
        Box::pin(async move {
            Ok(match OneTimeLinking.map(db, arrival).await? {
                Mapping::Provision(new) if !demo_ehr::signs(&arrival.identity.subject) => {
                    Mapping::Provision(NewUser { role: Role::Delegate, ..new })
                }
                mapping => mapping,
            })
        })
    }
}

/// Temporary folder, removed when dropped.
struct Scratch(Option<PathBuf>);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // The operating system clears its temporary folder later.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Runs the app and the simulated EHR until `stop`, with the settings of `config`, except those that the demo needs to be
/// its own: addresses, database, keys, folder of delivered messages, log.
pub(super) async fn run(
    arguments: DemoArguments,
    config: Option<&Path>,
    stop: CancellationToken,
) -> Result<(), String> {
    run_with(arguments, config, None, stop).await
}

/// Runs the demo with one form, whose file is watched, until `stop`.
pub(super) async fn run_preview(
    arguments: PreviewArguments,
    config: Option<&Path>,
    stop: CancellationToken,
) -> Result<(), String> {
    fs::metadata(&arguments.file).map_err(|error| format!("{}: {error}", arguments.file.display()))?;
    let demo = DemoArguments {
        port: arguments.port,
        ehr_port: arguments.ehr_port,
        ehr_host: "localhost".to_owned(),
        folder: None,
        unknown_people: UnknownPeople::Provision,
        log: "warn".to_owned(),
    };
    run_with(demo, config, Some(arguments), stop).await
}

async fn run_with(
    mut arguments: DemoArguments,
    config: Option<&Path>,
    preview: Option<PreviewArguments>,
    stop: CancellationToken,
) -> Result<(), String> {
    let temporary = std::env::temp_dir().join(format!("passerelle-demo-{}", &random::id()[..8]));
    let folder = arguments.folder.clone().unwrap_or_else(|| temporary.clone());
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _scratch = Scratch(arguments.folder.is_none().then_some(temporary));
    let (app_listener, ehr_listener) = (listen(&mut arguments.port)?, listen(&mut arguments.ehr_port)?);
    let settings = settings(&arguments, config, &folder)?;
    start_log(&settings.log);
    let (ehr, registration, secret) = simulated_ehr(&arguments)?;
    let watch = preview.as_ref().map(|preview| watch(&arguments, &ehr, preview)).transpose()?;
    let builder = App::builder(settings)
        .user_mapper(DemoUsers)
        .delivery_channel(DemoReceiver::new(&folder.join("delivered")))
        .previews(DemoCharts { ehr: Arc::clone(&ehr), ehr_id: EHR_ID, client_id: CLIENT_ID })
        .watched(watch.as_ref().map(|watch| Arc::clone(&watch.form)))
        .migrate();
    let app = Box::pin(builder.build()).await.map_err(with_causes)?;
    import_registration(app.ground(), app.registration_observers(), &registration, Some(&secret))
        .await
        .map_err(|error| error.to_string())?;
    app.refresh_registrations().await.map_err(|error| error.to_string())?;
    let ehr_server = demo_ehr::start(ehr_listener, ehr).map_err(with_causes)?;
    let ehr_handle = ehr_server.handle();
    tokio::task::spawn_local(ehr_server);
    match (watch, &preview) {
        (Some(mut watch), Some(preview)) => {
            watch.look(&app).await?;
            greet_preview(&arguments, preview);
            tokio::task::spawn_local(watch.run(app.clone(), stop.clone()));
        }
        _ => greet(&arguments, &folder, &app).await?,
    }
    app.serve(app_listener, stop).await.map_err(with_causes)?;
    ehr_handle.stop(true).await;
    app.db().close().await;
    say("Stopped.");
    Ok(())
}

/// Listens on a port of this machine; 0 becomes a free one.
fn listen(port: &mut u16) -> Result<TcpListener, String> {
    let failed =
        |error: std::io::Error| format!("port {port}: {error}. Choose others with --port and --ehr-port.");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).map_err(failed)?;
    *port = listener.local_addr().map_err(with_causes)?.port();
    Ok(listener)
}

/// Returns the watch of the file of a preview.
///
/// # Errors
/// The ids of all patients, if there is none with the one that was given.
fn watch(arguments: &DemoArguments, ehr: &DemoEhr, preview: &PreviewArguments) -> Result<Watch, String> {
    let patients = ehr.patients();
    if !patients.iter().any(|(id, _)| *id == preview.patient) {
        let ids: Vec<_> = patients.iter().map(|(id, _)| id.as_str()).collect();
        return Err(format!("there is no patient {}. Choose among {}.", preview.patient, ids.join(", ")));
    }
    let launch_url = format!("{}/launch-app?patient=", ehr_origin(arguments));
    let name = preview.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Watch::new(Arc::new(WatchedForm::new(name, launch_url)), &preview.file))
}

/// Prints the address of a preview.
fn greet_preview(arguments: &DemoArguments, preview: &PreviewArguments) {
    let PreviewArguments { file, patient, lang, .. } = preview;
    let (port, lang) = (arguments.port, lang.code());
    say(&format!("http://localhost:{port}/preview?patient={patient}&lang={lang}   <- open this\n"));
    say(&format!("The page follows {} as it changes, and shows its problems.", file.display()));
    say(&format!("The simulated EHR   {}   launches the app with this form", ehr_origin(arguments)));
    say("Stop with Ctrl-C.");
}

/// Prints a line. A reader such as `head` may close the pipe early, which is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn settings(arguments: &DemoArguments, config: Option<&Path>, folder: &Path) -> Result<Settings, String> {
    let keys = folder.join("keys.toml");
    if !keys.exists() {
        KeysFile::write_new(&keys).map_err(|error| format!("{}: {error}", keys.display()))?;
    }
    let quoted = |path: PathBuf| format!("{:?}", path.to_string_lossy());
    let database = format!("sqlite://{}", folder.join("passerelle.db").display());
    let own = format!(
        "[server]\nbind = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\n\
         [server.tls]\nmode = \"proxy\"\n[metrics]\nbind = \"\"\n\
         [database]\nurl = {database:?}\n[keys]\nfile = {keys}\n[delivery]\nfolder = {outbox}\npoll_seconds = 1\n\
         [log]\nformat = \"text\"\nfilter = {log:?}\n",
        port = arguments.port,
        keys = quoted(keys),
        outbox = quoted(folder.join("delivered")),
        log = arguments.log,
    );
    Settings::from_file_and_toml(config, &own).map_err(|problems| problems.to_string())
}

fn simulated_ehr(arguments: &DemoArguments) -> Result<(Arc<DemoEhr>, Registration, SecretString), String> {
    let origin = ehr_origin(arguments);
    let public_url = format!("http://localhost:{}", arguments.port);
    let secret = random::id();
    let ehr = DemoEhr::new(demo_ehr::Settings {
        base_url: Url::parse(&origin).map_err(|error| error.to_string())?,
        idp_base_url: None,
        shape: demo_ehr::Shape::Plain,
        app_launch_url: format!("{public_url}/launch"),
        clients: vec![demo_ehr::Client {
            client_id: CLIENT_ID.to_owned(),
            credential: demo_ehr::Credential::Secret(secret.clone()),
            redirect_uris: vec![format!("{public_url}/callback/riverside")],
        }],
        clock: Arc::new(SystemClock),
    })
    .map_err(|error| error.to_string())?;
    let name = "Riverside Family Health EMR (simulated)";
    let registration = Registration {
        issuer: Some(ehr.issuer()),
        frame_ancestors: vec![origin],
        allowed_networks: vec!["127.0.0.0/8".parse().map_err(|_| "invalid range".to_owned())?],
        linking: match arguments.unknown_people {
            UnknownPeople::Provision => Linking::Provision,
            UnknownPeople::Link => Linking::Link,
        },
        ..Registration::new(EHR_ID, name, &ehr.fhir_base_url(), CLIENT_ID, &demo_ehr::SCOPES)
    };
    Ok((ehr, registration, SecretString::from(secret)))
}

fn ehr_origin(arguments: &DemoArguments) -> String {
    format!("http://{}:{}", arguments.ehr_host, arguments.ehr_port)
}

/// Creates the administrator and returns their password, or `None` if the folder has an administrator already.
async fn administrator(app: &App) -> Result<Option<String>, String> {
    let password = random::id()[..16].to_owned();
    let (name, email) = ("Demo administrator".to_owned(), Some(ADMINISTRATOR.to_owned()));
    let user = NewUser { name, email, role: Role::Administrator };
    match add_user(&app.admin(), user, SecretString::from(password.as_str())).await {
        Ok(_) => Ok(Some(password)),
        Err(admin::Error::Users(users::Error::EmailTaken)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Prints the addresses and credentials of the demo.
async fn greet(arguments: &DemoArguments, folder: &Path, app: &App) -> Result<(), String> {
    println!("The simulated EHR   {}   <- open this", ehr_origin(arguments));
    println!("The app             http://localhost:{}", arguments.port);
    println!("Administration      http://localhost:{}/admin", arguments.port);
    println!("  e-mail            {ADMINISTRATOR}");
    match administrator(app).await? {
        Some(password) => println!("  password          {password}"),
        None => println!("  password          as printed at the first start in this folder"),
    }
    println!("Delivered messages  {}", folder.join("delivered").display());
    println!("  attached files    beside each message, in a folder of its id");
    println!();
    println!("In the EHR, choose a patient and click \"Launch referral\".");
    if arguments.unknown_people == UnknownPeople::Link {
        let invite =
            UserCommand::Invite { name: "Demo clinician".to_owned(), email: None, role: Role::Clinician };
        println!("{}", run_user(&app.admin(), invite).await.map_err(|error| error.to_string())?);
    }
    println!("Stop with Ctrl-C.");
    Ok(())
}
