//! Contents of the pages about launches.

use super::{
    error::Error,
    local_time::local_time,
    pages::{LaunchError, LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage},
    service::Admin,
};
use crate::{
    ehrs::check::message,
    launch::trace::{
        Step, StepName,
        store::{PAGE_ROWS, TraceRow, Which, count_newest, find_newest, find_not_back, find_trace},
    },
    web::{Lang, Paging, Words, typed_reference},
};

/// Lists a page of the newest launches. `address` is the address of a page by its number.
pub(super) async fn launches_page(
    admin: &Admin,
    lang: Lang,
    which: Which<'_>,
    page: usize,
    address: impl Fn(usize) -> String,
) -> Result<LaunchesPage, Error> {
    let found = usize::try_from(count_newest(&admin.ground.db, which).await?).unwrap_or(0);
    let paging = Paging::new(page, found, PAGE_ROWS, address);
    let skipped = i64::try_from(paging.skipped(PAGE_ROWS)).unwrap_or(0);
    let rows = find_newest(&admin.ground.db, which, skipped).await?;
    let not_back = find_not_back(&admin.ground.db, which).await?;
    let ehr_id = if let Which::Of(id) = which { id } else { "" };
    Ok(LaunchesPage {
        rows: rows.iter().map(|row| launch_row(admin, lang, row)).collect(),
        not_back: not_back.iter().map(|row| launch_row(admin, lang, row)).collect(),
        ehr_id: ehr_id.to_owned(),
        ehr_name: ehr_name(admin, ehr_id),
        unknown: which == Which::Unknown,
        missing: String::new(),
        paging,
        days: admin.retention.settings().traces,
    })
}

/// Returns the launch with this reference, or `None` if it is not stored.
pub(super) async fn launch_page(
    admin: &Admin,
    lang: Lang,
    reference: &str,
) -> Result<Option<LaunchPage>, Error> {
    let reference = typed_reference(reference);
    let Some(row) = find_trace(&admin.ground.db, &reference).await? else { return Ok(None) };
    let words = admin.web.words();
    let steps = row.steps()?;
    let error_code = steps.iter().find_map(Step::error_code).unwrap_or_default().to_owned();
    Ok(Some(LaunchPage {
        launch: launch_row(admin, lang, &row),
        advice: steps.iter().find_map(|step| advice_text(words, lang, step)).unwrap_or_default(),
        error_code,
        steps: steps.iter().map(|step| launch_step(step, row.at, words, lang)).collect(),
    }))
}

fn launch_row(admin: &Admin, lang: Lang, row: &TraceRow) -> LaunchRow {
    let words = admin.web.words();
    let ehr_id = row.ehr_id.clone().unwrap_or_default();
    LaunchRow {
        reference: row.correlation_id.clone(),
        at: local_time(words, lang, row.at, &admin.time_zone),
        ehr_name: ehr_name(admin, &ehr_id),
        ehr_id,
        good: SUCCESSFUL_OUTCOMES.contains(&row.outcome.as_str()),
        outcome: outcome_text(words, lang, &row.outcome),
    }
}

/// Outcomes of launches that succeeded.
const SUCCESSFUL_OUTCOMES: [&str; 2] = ["opened", "asked"];

/// Returns the name of an EHR, or its id if it is no longer registered.
fn ehr_name(admin: &Admin, id: &str) -> String {
    admin.registry.find(id).map_or_else(|| id.to_owned(), |ehr| ehr.name.clone())
}

fn launch_step(step: &Step, began_at: i64, words: &Words, lang: Lang) -> LaunchStep {
    let facts = step.facts().map(|(name, value)| LaunchFact {
        label: fact_label(words, lang, name),
        name: name.to_owned(),
        value: value.unwrap_or_default().to_owned(),
        redacted: value.is_none(),
    });
    LaunchStep {
        name: step_text(words, lang, step.name),
        after_ms: step.at - began_at,
        bad: step.name == StepName::Refused,
        error: step
            .error_code()
            .map(|code| LaunchError { code: code.to_owned(), text: words.error(lang, code) }),
        facts: facts.collect(),
    }
}

/// Returns the localized name of a step.
pub(super) fn step_text(words: &Words, lang: Lang, step: StepName) -> String {
    let name = serde_json::to_value(step).unwrap_or_default();
    message(words, lang, &format!("admin-step-{}", name.as_str().unwrap_or_default()), &[])
}

/// Returns the localized advice of a step: its own, or the fix of its error code if the messages have one.
pub(super) fn advice_text(words: &Words, lang: Lang, step: &Step) -> Option<String> {
    match step.advice() {
        Some(advice) => Some(message(words, lang, &format!("admin-advice-{advice}"), &[])),
        None => words.find(lang, &format!("error-{}-fix", step.error_code()?), None),
    }
}

/// Returns the localized label of a fact; empty if the fact has the name that its standard gives it.
fn fact_label(words: &Words, lang: Lang, name: &str) -> String {
    let key = format!("admin-fact-{}", name.replace([' ', '_'], "-").to_ascii_lowercase());
    words.find(lang, &key, None).unwrap_or_default()
}

fn outcome_text(words: &Words, lang: Lang, outcome: &str) -> String {
    if SUCCESSFUL_OUTCOMES.contains(&outcome) {
        return message(words, lang, &format!("admin-outcome-{outcome}"), &[]);
    }
    words.error(lang, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{launch::Advice, web::SiteFolder};

    #[test]
    fn has_texts_for_steps_advice_facts_and_outcomes() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for lang in Lang::ALL {
            for step in StepName::ALL {
                assert!(!step_text(&words, lang, step).starts_with("admin-step-"), "{step:?}");
            }
            for advice in Advice::ALL {
                let key = format!("admin-advice-{}", advice.code());
                assert_ne!(message(&words, lang, &key, &[]), key);
            }
            for name in ["why", "from", "others", "asked", "status", "media type", "clock of the EHR"] {
                assert!(!fact_label(&words, lang, name).is_empty(), "{name}");
            }
            for name in SUCCESSFUL_OUTCOMES {
                assert!(!outcome_text(&words, lang, name).starts_with("admin-outcome-"), "{name}");
            }
        }
    }

    #[test]
    fn advises_the_fix_of_the_error_code_without_other_advice() {
        let words = Words::built_in();
        let step = |facts: serde_json::Value| -> Step {
            serde_json::from_value(serde_json::json!({ "name": "refused", "at": 0, "facts": facts })).unwrap()
        };
        let code = serde_json::json!(["code of the error", "registration-name-empty"]);
        let without = step(serde_json::json!([code]));
        assert_eq!(advice_text(&words, Lang::En, &without).unwrap(), "Write the name people know.");
        let with = step(serde_json::json!([code, ["advice", "check"]]));
        assert!(advice_text(&words, Lang::En, &with).unwrap().starts_with("Check the EHR"));
        let unknown = step(serde_json::json!([["code of the error", "callback-no-state"]]));
        assert_eq!(advice_text(&words, Lang::En, &unknown), None);
    }
}
