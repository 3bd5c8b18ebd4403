//! The shipped program: parses the command line and runs the command.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use passerelle::app::command_line;

/// A launch makes thousands of small allocations, and uses 7 % less CPU with mimalloc than with the system allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    match Box::pin(command_line::run()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
