//! Runs commands of the shipped program on the database of a test.

use std::process::Command;

use passerelle::testing::TestApp;

/// Runs a command with the settings of the app. Returns its output, or what it says when it fails.
pub fn run_command(app: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let config = app.folder().join("commands.toml");
    std::fs::write(&config, app.settings()).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .arg("--config")
        .arg(&config)
        .args(arguments)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    if done.status.success() { Ok(text(done.stdout)) } else { Err(text(done.stderr)) }
}
