//! The driver process and the browser's profile folder: started, and removed whatever happens.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::Error;

/// A running `ChromeDriver`, the session it holds, and the profile folder of its browser.
pub(super) struct Process {
    child: Child,
    pub port: u16,
    /// Everything the driver and its browser write. Short, since a socket's path has to fit into 108 bytes.
    scratch: PathBuf,
    pub profile: PathBuf,
    pub session: Option<String>,
}

impl Process {
    /// Starts the driver that `PASSERELLE_TEST_CHROMEDRIVER` names, or `chromedriver`, on a port of its choice.
    pub fn start() -> Result<Self, Error> {
        let program =
            std::env::var("PASSERELLE_TEST_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let name = uuid::Uuid::new_v4().simple().to_string();
        let scratch = std::env::temp_dir().join(format!("browser-{}", &name[..12]));
        std::fs::create_dir_all(&scratch).map_err(Error::Folder)?;
        let mut child = Command::new(&program)
            .arg("--port=0")
            .env("TMPDIR", &scratch)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| Error::Driver { program: program.clone(), source })?;
        let said = child.stdout.take().map(BufReader::new);
        let profile = scratch.join("profile");
        let mut process = Self { child, port: 0, scratch, profile, session: None };
        process.port = said.and_then(announced_port).ok_or(Error::NoPort)?;
        Ok(process)
    }

    /// Ends the session as `Drop` must: without the async runtime, and without waiting for ever.
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
        // A driver that is gone already is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
        end_processes_of(&self.profile);
        drop(std::fs::remove_dir_all(&self.scratch));
    }
}

/// The port in "ChromeDriver was started successfully on port 12345."
fn announced_port(mut said: impl BufRead) -> Option<u16> {
    let mut line = String::new();
    while said.read_line(&mut line).ok()? > 0 {
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim().trim_end_matches('.').parse().ok();
        }
        line.clear();
    }
    None
}

/// A driver that was killed leaves its browser behind: end each process that was started with this profile.
fn end_processes_of(profile: &Path) {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return;
    };
    let argument = format!("--user-data-dir={}", profile.display());
    let ours = |folder: &Path| {
        let command = std::fs::read(folder.join("cmdline")).unwrap_or_default();
        command.split(|byte| *byte == 0).any(|part| part == argument.as_bytes())
    };
    for folder in processes.flatten().map(|entry| entry.path()).filter(|folder| ours(folder)) {
        if let Some(id) = folder.file_name() {
            drop(Command::new("kill").arg("-KILL").arg(id).stderr(Stdio::null()).status());
        }
    }
}
