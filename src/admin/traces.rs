use clap::Args;
use jiff::Timestamp;

use super::{Error, Office, launch_view::step_words};
use crate::{
    launch::trace::{
        Step,
        store::{TraceRow, find_newest, find_trace},
    },
    web::{Lang, Words},
};

/// `passerelle trace …`
#[derive(Debug, Args)]
pub struct TraceArguments {
    /// The reference a person reads out, such as 7Q4K-92MD; without it the newest launches are listed
    pub reference: Option<String>,
    /// Only launches from this EHR
    #[arg(long, value_name = "ID", conflicts_with = "reference")]
    pub ehr: Option<String>,
}

/// Tells what happened in launches: one of them step by step, or a list.
///
/// # Errors
/// When there is no such launch, or the database fails.
pub async fn run_trace(office: &Office, arguments: &TraceArguments) -> Result<String, Error> {
    let Some(reference) = &arguments.reference else {
        let found = find_newest(&office.db, arguments.ehr.as_deref()).await?;
        let lines: Vec<String> = found.iter().map(headline).collect();
        return Ok(if lines.is_empty() {
            "No launch in the last week.".to_owned()
        } else {
            lines.join("\n")
        });
    };
    let found = find_trace(&office.db, reference.trim().to_ascii_uppercase().as_str()).await?;
    let found = found.ok_or_else(|| {
        Error::Request(format!(
            "There is no launch {reference} in the last week. The reference stands on the page the person saw; \
             `passerelle trace` lists the newest launches."
        ))
    })?;
    let mut lines = vec![headline(&found)];
    for step in found.steps()? {
        lines.push(String::new());
        lines.extend(told(&step, found.at, office.web.words()));
    }
    Ok(lines.join("\n"))
}

fn headline(row: &TraceRow) -> String {
    let at = Timestamp::from_millisecond(row.at).map(|at| at.strftime("%F %T UTC").to_string());
    let ehr = row.ehr_id.as_deref().unwrap_or("no known EHR");
    format!("{}  {}  {ehr}  {}", row.correlation_id, at.unwrap_or_default(), row.outcome)
}

fn told(step: &Step, began: i64, words: &Words) -> Vec<String> {
    let mut lines = vec![format!("{:>6} ms  {}", step.at - began, step_words(words, Lang::En, step.name))];
    let facts = step.facts();
    lines
        .extend(facts.map(|(name, value)| format!("           {name}: {}", value.unwrap_or("(struck out)"))));
    lines
}
