//! `passerelle retention …`: what would be removed by the settings, and its removal.

use clap::Subcommand;
use jiff::Timestamp;

use super::{error::Error, service::Admin};
use crate::retention::{Plan, Planned, Progress, Removed};

/// `passerelle retention …`
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Lists what would be removed by the settings, and removes nothing
    Show,
    /// Removes what `show` lists, in batches, each with its audit event
    Apply,
}

/// Runs a command and returns its output. `report` receives each line of progress.
///
/// # Errors
/// [`Error::Request`] if another process is removing, or took over; [`Error::Db`].
pub async fn run_retention(
    admin: &Admin,
    command: RetentionCommand,
    report: impl Fn(&str),
) -> Result<String, Error> {
    let retention = &admin.retention;
    match command {
        RetentionCommand::Show => {
            let plan = retention.plan().await?;
            let next = match retention.settings().automatic {
                true => "`serve` removes it once a day, and `passerelle retention apply` at once.",
                false => "`passerelle retention apply` removes it.",
            };
            Ok(format!("{}\n\nNothing was removed. {next}", plan_text(&plan)))
        }
        RetentionCommand::Apply => {
            let progress = |at: Progress| {
                report(&format!("{}: {} of {} removed", at.kind.as_str(), at.removed, at.planned));
            };
            let removed = retention.apply(|plan| report(&plan_text(plan)), progress).await?;
            removed_text(&removed.ok_or_else(busy)?)
        }
    }
}

fn busy() -> Error {
    Error::Request("Another process is removing right now. Wait ten minutes, and try again.".to_owned())
}

fn plan_text(plan: &Plan) -> String {
    plan.planned.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(planned: &Planned) -> String {
    let kind = planned.kind.as_str();
    let (Some(days), span) = (planned.days, planned.span) else {
        return format!("{kind:<17}  kept for ever");
    };
    let unit = if days == 1 { "day" } else { "days" };
    let kept = format!("{kind:<17}  kept for {days} {unit}; older than {}", time(Some(planned.before)));
    match span.count {
        0 => format!("{kept}: none"),
        count => format!("{kept}: {count}, {} to {}", time(span.oldest_at), time(span.newest_at)),
    }
}

fn removed_text(removed: &Removed) -> Result<String, Error> {
    let counts = removed.counts.iter().map(|(kind, count)| format!("{} {count}", kind.as_str()));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let text =
        if counts.is_empty() { "Nothing was removed.".to_owned() } else { format!("Removed: {counts}.") };
    if removed.is_interrupted {
        return Err(Error::Request(format!("{text} Then another process took over.")));
    }
    Ok(text)
}

fn time(at: Option<i64>) -> String {
    let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map(|at| at.strftime("%F %R UTC").to_string()).unwrap_or_default()
}
