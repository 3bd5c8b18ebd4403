//! Driver process and profile folder of the browser: start and removal.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Error;
use super::patience::{PATIENCE, POLL};

/// A running `ChromeDriver`, its session, and the profile folder of its browser.
pub(super) struct Process {
    child: Child,
    pub port: u16,
    /// Folder for all files of the driver and its browser. Its path is short, since a socket path has at most 108 bytes.
    scratch: PathBuf,
    pub profile: PathBuf,
    pub session: Option<String>,
}

impl Process {
    /// Starts the driver named by `PASSERELLE_TEST_CHROMEDRIVER`, or `chromedriver`, on a port of its choice.
    pub async fn start() -> Result<Self, Error> {
        let program =
            std::env::var("PASSERELLE_TEST_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let name = uuid::Uuid::new_v4().simple().to_string();
        let scratch = std::env::temp_dir().join(format!("browser-{}", &name[..12]));
        fs::create_dir_all(&scratch).map_err(Error::Folder)?;
        let child = spawn(&program, &scratch)?;
        let profile = scratch.join("profile");
        let mut process = Self { child, port: 0, scratch, profile, session: None };
        process.port = process.wait_for_port(&program).await?;
        Ok(process)
    }

    /// Waits until the driver announces its port. The driver exits if another process takes the port that it chose
    /// between its two sockets (IPv6 and IPv4), so it is started again until the time is up.
    async fn wait_for_port(&mut self, program: &str) -> Result<u16, Error> {
        let started = Instant::now();
        loop {
            let exited = self.child.try_wait().map_err(|source| driver_error(program, source))?;
            let printed = fs::read_to_string(self.scratch.join(OUTPUT)).unwrap_or_default();
            if let Some(port) = announced_port(&printed) {
                return Ok(port);
            }
            if started.elapsed() > PATIENCE {
                let state = exited.map_or_else(|| "still running".to_owned(), |status| status.to_string());
                let (program, seconds) = (program.to_owned(), started.elapsed().as_secs());
                return Err(Error::NoPort { program, seconds, state, printed });
            }
            if exited.is_some() {
                self.child = spawn(program, &self.scratch)?;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Ends the session without the async runtime, as `Drop` requires, and with a deadline.
    fn end_session(&self) -> Option<()> {
        let session = self.session.as_deref()?;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .ok()?;
        stream.read(&mut [0; 64]).ok().map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end_session();
        // Fails only if the driver has already ended.
        drop(self.child.kill());
        drop(self.child.wait());
        end_processes_of(&self.profile);
        drop(fs::remove_dir_all(&self.scratch));
    }
}

/// File in the scratch folder with the output of the driver.
const OUTPUT: &str = "driver.log";

/// Starts the driver, with its output in a file that a failure can quote.
fn spawn(program: &str, scratch: &Path) -> Result<Child, Error> {
    let output = File::options().create(true).append(true).open(scratch.join(OUTPUT));
    let output = output.map_err(Error::Folder)?;
    let errors = output.try_clone().map_err(Error::Folder)?;
    let mut command = Command::new(program);
    command.arg("--port=0").env("TMPDIR", scratch).stdin(Stdio::null()).stdout(output).stderr(errors);
    command.spawn().map_err(|source| driver_error(program, source))
}

fn driver_error(program: &str, source: io::Error) -> Error {
    Error::Driver { program: program.to_owned(), source }
}

/// Parses the port in "ChromeDriver was started successfully on port 12345."
fn announced_port(printed: &str) -> Option<u16> {
    let (_, rest) = printed.split_once("successfully on port ")?;
    let (line, _) = rest.split_once('\n')?;
    line.trim().trim_end_matches('.').parse().ok()
}

/// Ends each process that was started with this profile, since a killed driver leaves its browser behind.
fn end_processes_of(profile: &Path) {
    let Ok(processes) = fs::read_dir("/proc") else {
        return;
    };
    let argument = format!("--user-data-dir={}", profile.display());
    let ours = |folder: &Path| {
        let command = fs::read(folder.join("cmdline")).unwrap_or_default();
        command.split(|byte| *byte == 0).any(|part| part == argument.as_bytes())
    };
    for folder in processes.flatten().map(|entry| entry.path()).filter(|folder| ours(folder)) {
        if let Some(id) = folder.file_name() {
            drop(Command::new("kill").arg("-KILL").arg(id).stderr(Stdio::null()).status());
        }
    }
}
