//! Command `passerelle trace`.

use clap::Args;
use jiff::Timestamp;

use super::{
    error::Error,
    launch_view::{advice_text, step_text},
    service::Admin,
};
use crate::{
    launch::{
        Advice,
        trace::{
            Step,
            store::{TraceRow, Which, find_newest, find_not_back, find_trace},
        },
    },
    web::{Lang, Words, typed_reference},
};

/// `passerelle trace …`
#[derive(Debug, Args)]
pub struct TraceArguments {
    /// Reference shown on the user's page, such as 7Q4K-92MD; if omitted, the newest launches are listed
    pub reference: Option<String>,
    /// Only launches from this EHR
    #[arg(long, value_name = "ID", conflicts_with = "reference")]
    pub ehr: Option<String>,
    /// Only launches without a registered EHR, which are otherwise not listed
    #[arg(long, conflicts_with_all = ["reference", "ehr"])]
    pub unknown: bool,
}

impl TraceArguments {
    fn which(&self) -> Which<'_> {
        match &self.ehr {
            Some(id) => Which::Of(id),
            None if self.unknown => Which::Unknown,
            None => Which::Known,
        }
    }
}

/// Formats the trace of one launch, step by step, or a list of the newest launches.
///
/// # Errors
/// [`Error::Request`] if no launch with this reference is stored.
pub async fn run_trace(admin: &Admin, arguments: &TraceArguments) -> Result<String, Error> {
    let Some(reference) = &arguments.reference else {
        return list(admin, arguments.which()).await;
    };
    let found = find_trace(&admin.ground.db, &typed_reference(reference)).await?;
    let days = admin.retention.settings().traces;
    let found = found.ok_or_else(|| {
        Error::Request(format!(
            "Launch {reference} is not kept: it is older than {days} days, was dropped during a burst of launches, or the \
             reference is misspelled. Compare it with the user's page, or list the newest launches: `passerelle trace`."
        ))
    })?;
    let mut lines = vec![headline(&found)];
    for step in found.steps()? {
        lines.push(String::new());
        lines.extend(step_lines(&step, &found, admin.web.words()));
    }
    Ok(lines.join("\n"))
}

async fn list(admin: &Admin, which: Which<'_>) -> Result<String, Error> {
    let found = find_newest(&admin.ground.db, which, 0).await?;
    let mut lines: Vec<String> = found.iter().map(headline).collect();
    let not_back = find_not_back(&admin.ground.db, which).await?;
    if lines.is_empty() && not_back.is_empty() {
        return Ok(format!("No launch in the last {} days.", admin.retention.settings().traces));
    }
    if !not_back.is_empty() {
        lines.extend([String::new(), "Sent to the EHR, not back (listed within twenty seconds):".to_owned()]);
        lines.extend(not_back.iter().map(headline));
    }
    Ok(lines.join("\n").trim_start().to_owned())
}

fn headline(row: &TraceRow) -> String {
    let at = Timestamp::from_millisecond(row.at).map(|at| at.strftime("%F %T UTC").to_string());
    let ehr = row.ehr_id.as_deref().unwrap_or("no known EHR");
    format!("{}  {}  {ehr}  {}", row.correlation_id, at.unwrap_or_default(), row.outcome)
}

fn step_lines(step: &Step, row: &TraceRow, words: &Words) -> Vec<String> {
    let facts = step.facts().map(|(name, value)| format!("{name}: {}", value.unwrap_or("(redacted)")));
    let error = step.error_code().map(|code| format!("error {code}: {}", words.error(Lang::En, code)));
    let advice = advice_text(words, Lang::En, step).map(|advice| format!("What to do: {advice}"));
    let commands = step
        .advice()
        .and_then(Advice::find)
        .map_or_else(Vec::new, |advice| advice.commands(row.ehr_id.as_deref().unwrap_or("ID")));
    let commands = commands.into_iter().map(|command| format!("$ {command}"));
    let indented = facts.chain(error).chain(advice).chain(commands).map(|line| format!("           {line}"));
    let first = format!("{:>6} ms  {}", step.at - row.at, step_text(words, Lang::En, step.name));
    [first].into_iter().chain(indented).collect()
}
