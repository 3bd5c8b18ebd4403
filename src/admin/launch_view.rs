use super::{
    error::Error,
    moment::moment,
    pages::{LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage},
    service::Admin,
};
use crate::{
    ehrs::check::message,
    launch::trace::{
        Step, StepName,
        store::{TraceRow, Which, find_newest, find_trace},
    },
    web::{Lang, Words},
};

/// The newest launches.
pub(super) async fn launches_page(
    admin: &Admin,
    lang: Lang,
    which: Which<'_>,
) -> Result<LaunchesPage, Error> {
    let rows = find_newest(&admin.ground.db, which).await?;
    let ehr_id = if let Which::Of(id) = which { id } else { "" };
    Ok(LaunchesPage {
        rows: rows.iter().map(|row| launch_row(admin, lang, row)).collect(),
        ehr_id: ehr_id.to_owned(),
        ehr_name: ehr_name(admin, ehr_id),
        unknown: which == Which::Unknown,
        missing: String::new(),
    })
}

/// The launch whose reference a person read out; none when it is not kept.
pub(super) async fn launch_page(
    admin: &Admin,
    lang: Lang,
    reference: &str,
) -> Result<Option<LaunchPage>, Error> {
    let reference = reference.trim().to_ascii_uppercase();
    let Some(row) = find_trace(&admin.ground.db, &reference).await? else { return Ok(None) };
    let words = admin.web.words();
    let steps = row.steps()?;
    Ok(Some(LaunchPage {
        launch: launch_row(admin, lang, &row),
        advice: steps.iter().find_map(|step| advice_words(words, lang, step)).unwrap_or_default(),
        steps: steps.iter().map(|step| launch_step(step, row.at, words, lang)).collect(),
    }))
}

fn launch_row(admin: &Admin, lang: Lang, row: &TraceRow) -> LaunchRow {
    let words = admin.web.words();
    let ehr_id = row.ehr_id.clone().unwrap_or_default();
    LaunchRow {
        reference: row.correlation_id.clone(),
        at: moment(words, lang, row.at, &admin.time_zone),
        ehr_name: ehr_name(admin, &ehr_id),
        ehr_id,
        good: GOOD.contains(&row.outcome.as_str()),
        outcome: outcome(words, lang, &row.outcome),
    }
}

/// How launches end that go well.
const GOOD: [&str; 2] = ["opened", "asked"];

/// Its name, or its id where it is not registered any more.
fn ehr_name(admin: &Admin, id: &str) -> String {
    admin.registry.find(id).map_or_else(|| id.to_owned(), |ehr| ehr.name.clone())
}

fn launch_step(step: &Step, began_at: i64, words: &Words, lang: Lang) -> LaunchStep {
    let facts = step.facts().map(|(name, value)| LaunchFact {
        label: fact_words(words, lang, name),
        name: name.to_owned(),
        value: value.unwrap_or_default().to_owned(),
        redacted: value.is_none(),
    });
    LaunchStep {
        name: step_words(words, lang, step.name),
        after_ms: step.at - began_at,
        bad: step.name == StepName::Refused,
        facts: facts.collect(),
    }
}

/// A step in words.
pub(super) fn step_words(words: &Words, lang: Lang, step: StepName) -> String {
    let name = serde_json::to_value(step).unwrap_or_default();
    message(words, lang, &format!("admin-step-{}", name.as_str().unwrap_or_default()), &[])
}

/// What may help, in words; none where nothing is known to.
pub(super) fn advice_words(words: &Words, lang: Lang, step: &Step) -> Option<String> {
    Some(message(words, lang, &format!("admin-advice-{}", step.advice()?), &[]))
}

/// A fact that has a name of our own, in words; empty for one that goes by the name of its standard.
fn fact_words(words: &Words, lang: Lang, name: &str) -> String {
    let key = format!("admin-fact-{}", name.replace([' ', '_'], "-").to_ascii_lowercase());
    words.find(lang, &key, None).unwrap_or_default()
}

fn outcome(words: &Words, lang: Lang, outcome: &str) -> String {
    if GOOD.contains(&outcome) {
        return message(words, lang, &format!("admin-outcome-{outcome}"), &[]);
    }
    words.error(lang, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{launch::Advice, web::SiteFolder};

    #[test]
    fn every_step_and_every_outcome_has_words() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for lang in Lang::ALL {
            for step in StepName::ALL {
                assert!(!step_words(&words, lang, step).starts_with("admin-step-"), "{step:?}");
            }
            for advice in Advice::ALL {
                let key = format!("admin-advice-{}", advice.name());
                assert_ne!(message(&words, lang, &key, &[]), key);
            }
            for name in [
                "why",
                "from",
                "others",
                "asked",
                "status",
                "media type",
                "scopes registered",
                "clock of the EHR",
            ] {
                assert!(!fact_words(&words, lang, name).is_empty(), "{name}");
            }
            for name in GOOD {
                assert!(!outcome(&words, lang, name).starts_with("admin-outcome-"), "{name}");
            }
        }
    }
}
