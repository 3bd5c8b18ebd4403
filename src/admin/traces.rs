use clap::Args;
use jiff::Timestamp;

use super::{
    error::Error,
    launch_view::{advice_words, step_words},
    service::Admin,
};
use crate::{
    launch::trace::{
        Step,
        store::{TraceRow, Which, find_newest, find_trace},
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
    /// Only launches without a known EHR, which anybody may send; otherwise they are not listed
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

/// Tells what happened in launches: one of them step by step, or a list.
///
/// # Errors
/// When there is no such launch, or the database fails.
pub async fn run_trace(admin: &Admin, arguments: &TraceArguments) -> Result<String, Error> {
    let Some(reference) = &arguments.reference else {
        let found = find_newest(&admin.ground.db, arguments.which()).await?;
        let lines: Vec<String> = found.iter().map(headline).collect();
        return Ok(if lines.is_empty() {
            "No launch in the last week.".to_owned()
        } else {
            lines.join("\n")
        });
    };
    let found = find_trace(&admin.ground.db, reference.trim().to_ascii_uppercase().as_str()).await?;
    let found = found.ok_or_else(|| {
        Error::Request(format!(
            "Launch {reference} is not kept: it is older than a week, or was one of very many. The reference stands on \
             the page the person saw; `passerelle trace` lists the newest launches."
        ))
    })?;
    let mut lines = vec![headline(&found)];
    for step in found.steps()? {
        lines.push(String::new());
        lines.extend(told(&step, found.at, admin.web.words()));
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
    let advice = advice_words(words, Lang::En, step);
    lines
        .extend(facts.map(|(name, value)| format!("           {name}: {}", value.unwrap_or("(struck out)"))));
    lines.extend(advice.map(|advice| format!("           What to do: {advice}")));
    lines
}
