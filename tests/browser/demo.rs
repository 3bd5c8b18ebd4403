//! The shipped program as app and simulated EHR, for the duration of one test.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::waiting::wait_until;

/// Éléonore's name in the EHR's patient list.
pub const ELEONORE: &str = "TREMBLAY-SINGH, Éléonore Marie";
/// Marc-André's name in the EHR's patient list.
pub const MARC_ANDRE: &str = "L'ÉCUYER, Marc-André";
/// Name of a deceased patient in the EHR's patient list.
pub const DECEASED: &str = "PENDLETON, Arthur James";

/// `passerelle demo` on free ports with its own folder. Dropping it ends the program, removes the folder and prints the
/// log, which the test runner shows for a failed test.
pub struct Demo {
    child: Child,
    folder: PathBuf,
    /// Origin of the app.
    pub app: String,
    /// Origin of the simulated EHR.
    pub ehr: String,
}

impl Demo {
    /// Starts with the cardiology consultation alone, so that a launch opens it.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// Starts with the cardiology consultation alone and further arguments of the command.
    pub async fn start_with(arguments: &[&str]) -> Result<Self> {
        Self::run(|_, _| Ok("offered = [\"cardiology-consult\"]".to_owned()), arguments).await
    }

    /// Starts with one form that ships.
    pub async fn start_with_form(id: &str) -> Result<Self> {
        Self::run(|_, _| Ok(format!("offered = [{id:?}]")), &[]).await
    }

    /// Starts with every form that ships.
    pub async fn start_with_all_forms() -> Result<Self> {
        Self::run(|_, _| Ok(String::new()), &[]).await
    }

    /// Starts with one form of a test, and the terminology server of the simulated EHR.
    pub async fn start_with_terminology(form: &serde_json::Value) -> Result<Self> {
        let forms = |folder: &Path, ehr_port: u16| {
            let forms = folder.join("forms");
            fs::create_dir(&forms)?;
            fs::write(forms.join("form.json"), form.to_string())?;
            let server = format!("terminology_server = \"http://localhost:{ehr_port}/tx\"");
            Ok(format!(
                "folder = \"{}\"\n{server}\n[delivery]\nallowed_networks = [\"127.0.0.0/8\", \"::1/128\"]",
                forms.display()
            ))
        };
        Self::run(forms, &[]).await
    }

    /// Starts with the settings of the section `forms` for a folder and the port of the EHR.
    async fn run(forms: impl FnOnce(&Path, u16) -> Result<String>, arguments: &[&str]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("demo-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir_all(&folder)?;
        let log = File::create(folder.join("log"))?;
        let (port, ehr_port) = free_ports()?;
        let config = folder.join("demo.toml");
        fs::write(&config, format!("[forms]\n{}\n", forms(&folder, ehr_port)?))?;
        let child = Command::new(env!("CARGO_BIN_EXE_passerelle"))
            .args(["demo", "--log", "info", "--port", &port.to_string()])
            .args(["--ehr-port", &ehr_port.to_string(), "--folder"])
            .arg(&folder)
            .arg("--config")
            .arg(&config)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut demo = Self {
            child,
            folder,
            app: format!("http://localhost:{port}"),
            ehr: format!("http://localhost:{ehr_port}"),
        };
        demo.wait_until_ready([port, ehr_port]).await?;
        if let Some(address) = demo.said("The simulated EHR") {
            demo.ehr = address;
        }
        Ok(demo)
    }

    async fn wait_until_ready(&mut self, ports: [u16; 2]) -> Result<()> {
        let listens = |port: u16| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        let ready = wait_until("`passerelle demo` to listen", async || {
            if let Some(status) = self.child.try_wait()? {
                bail!("`passerelle demo` ended: {status}");
            }
            let is_ready = self.log().contains("Stop with Ctrl-C") && ports.into_iter().all(listens);
            Ok(is_ready.then_some(()))
        });
        let ready = ready.await;
        ready.with_context(|| format!("it printed: {}", self.log()))
    }

    /// Runs an administrators' command on the app's database.
    pub fn administer(&self, arguments: &[&str]) -> Result<()> {
        let settings = self.folder.join("administration.toml");
        let quoted = |name: &str| format!("{:?}", self.folder.join(name).to_string_lossy());
        let (database, keys) = (self.folder.join("passerelle.db"), quoted("keys.toml"));
        let database = format!("{:?}", format!("sqlite://{}", database.display()));
        let text = format!(
            "[server]\npublic_url = {:?}\n[database]\nurl = {database}\n[keys]\nfile = {keys}\n",
            self.app
        );
        fs::write(&settings, text)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle"));
        let done = command.args(arguments).arg("--config").arg(&settings).output()?;
        ensure!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// First word after `label` in the program's greeting.
    pub fn said(&self, label: &str) -> Option<String> {
        let log = self.log();
        let rest = log.lines().find_map(|line| line.strip_prefix(label))?;
        rest.split_whitespace().next().map(str::to_owned)
    }

    /// Delivered messages, at any depth below the folder.
    pub fn delivered(&self) -> Result<Vec<serde_json::Value>> {
        let mut folders = vec![self.folder.join("delivered")];
        let mut messages = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "json") {
                    let text = fs::read_to_string(&path)?;
                    messages.push(serde_json::from_str(&text).context("a message is JSON")?);
                }
            }
        }
        Ok(messages)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        println!("{}", self.log());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Two ports that are currently free.
fn free_ports() -> Result<(u16, u16)> {
    let any = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let (one, other) = (any()?, any()?);
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}
