//! The measured app: its folder, its process, and its measurements from the kernel and from metrics.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::ehr::{CLIENT_ID, CLIENT_SECRET, Ehr, SCOPES};

/// Files of one run, removed at the end.
pub struct Folder {
    pub path: PathBuf,
    program: PathBuf,
    pub address: SocketAddr,
    metrics: SocketAddr,
}

impl Folder {
    /// Writes the configuration, generates the keys and migrates the database.
    pub fn prepare(program: PathBuf, ehr: &Ehr) -> Self {
        let path = std::env::temp_dir().join(format!("passerelle-bench-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a temporary folder can be made");
        let folder = Self { path, program, address: free_address(), metrics: free_address() };
        folder.write("client-secret", CLIENT_SECRET);
        folder.write("ehr.toml", &registration(ehr, &folder.path));
        folder.write("passerelle.toml", &folder.settings());
        folder.run(&["keys", "new", &folder.file("sealing.keys")]);
        folder.run(&["migrate", "--config", &folder.file("passerelle.toml")]);
        folder
    }

    fn file(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).expect("a temporary file can be written");
    }

    fn settings(&self) -> String {
        let (bind, metrics, file) = (self.address, self.metrics, |name| self.file(name));
        format!(
            "[server]\nbind = \"{bind}\"\npublic_url = \"{}\"\n[metrics]\nbind = \"{metrics}\"\n\
             [database]\nurl = \"sqlite://{}\"\n[keys]\nfile = \"{}\"\n[ehr]\nfile = \"{}\"\n\
             [delivery]\nfolder = \"{}\"\n[forms]\noffered = [\"cardiology-consult\"]\n",
            self.public_url(),
            file("passerelle.db"),
            file("sealing.keys"),
            file("ehr.toml"),
            file("delivered"),
        )
    }

    /// File of the database.
    pub fn database(&self) -> PathBuf {
        self.path.join("passerelle.db")
    }

    pub fn public_url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    fn run(&self, arguments: &[&str]) {
        let output = Command::new(&self.program).args(arguments).output().expect("the app can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "passerelle {}: {said}", arguments.join(" "));
    }

    /// End of the app's log, for a failure.
    pub fn log_end(&self) -> String {
        let log = fs::read_to_string(self.path.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

fn registration(ehr: &Ehr, folder: &Path) -> String {
    let scopes: Vec<&str> = SCOPES.split(' ').collect();
    format!(
        "[[ehr]]\nid = \"bench\"\nname = \"Bench EHR\"\nfhir_base_url = \"{}\"\nissuer = \"{}\"\n\
         client_id = \"{CLIENT_ID}\"\nclient_auth = \"client_secret_basic\"\nclient_secret_file = \"{}\"\n\
         scopes = {scopes:?}\nscope_syntax = \"v2\"\nallowed_networks = [\"127.0.0.0/8\"]\nlinking = \"provision\"\n",
        ehr.fhir_base_url(),
        ehr.issuer(),
        folder.join("client-secret").display(),
    )
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket has an address")
}

/// Metrics that are read, in this order.
const COUNTERS: [&str; 4] = [
    "passerelle_database_reads_total",
    "passerelle_write_transactions_total",
    "passerelle_allocations_total",
    "passerelle_allocated_bytes_total",
];

/// The running app. Dropping it ends the process.
pub struct App {
    child: Child,
    metrics: SocketAddr,
    /// Time from the start of the process until it is ready.
    pub ready_after: Duration,
}

impl App {
    /// Starts `passerelle serve` and waits until it is ready.
    pub fn start(folder: &Folder) -> Self {
        let log = fs::File::create(folder.path.join("log")).expect("a log file can be made");
        let errors = log.try_clone().expect("a file handle can be doubled");
        let began = Instant::now();
        let child = Command::new(&folder.program)
            .args(["serve", "--config", &folder.file("passerelle.toml")])
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .expect("the app can be started");
        let mut app = Self { child, metrics: folder.metrics, ready_after: Duration::ZERO };
        while get(folder.address, "/health/ready").is_none() {
            let gone = app.child.try_wait().expect("a child can be asked").is_some();
            let late = began.elapsed() > Duration::from_secs(20);
            assert!(!gone && !late, "the app did not become ready:\n{}", folder.log_end());
            std::thread::sleep(Duration::from_millis(1));
        }
        app.ready_after = began.elapsed();
        app
    }

    /// Id of the app's process.
    pub fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// Counters of the app's metrics so far, each `None` if the app does not count it.
    pub fn counters(&self) -> [Option<f64>; COUNTERS.len()] {
        let metrics = get(self.metrics, "/metrics").unwrap_or_default();
        COUNTERS
            .map(|name| metrics.lines().find(|line| line.starts_with(name))?.rsplit(' ').next()?.parse().ok())
    }

    /// Stops the app as an operator does, and returns how long it took.
    pub fn stop(mut self) -> Duration {
        let began = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the app was gone before it was stopped");
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "the app ended with {status}");
        began.elapsed()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Body of a response with status 200.
fn get(address: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.1 200").then(|| body.to_owned())
}
