//! The shipped program: reads the command line and runs it.

use std::process::ExitCode;

use passerelle::app::command_line;

#[actix_web::main]
async fn main() -> ExitCode {
    match command_line::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
