use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use serde_json::Value;

use super::store::StoredContext;

const LIFE: Duration = Duration::from_mins(1);
/// Memory that all of them take together at most.
const MOST: u64 = 32 << 20;
/// About what takes up memory besides the chart and the tokens, the launch context included, in bytes.
const OTHERWISE: usize = 8 << 10;

/// A chart that was just opened and not looked at yet, and the session it belongs to.
struct FirstView {
    session_id: String,
    context: StoredContext,
}

/// Charts that a launch has just read and recorded as shown, kept for the page that the launch leads to. Another node, or
/// this one after a restart, does not have them: it reads a chart from the database and records it again, which does no
/// harm.
#[derive(Clone)]
pub(super) struct FirstViews(Cache<String, Arc<FirstView>>);

impl FirstViews {
    pub(super) fn new() -> Self {
        let weigh = |_: &String, view: &Arc<FirstView>| {
            let chart = &view.context.chart;
            let user = chart.user.as_deref().map_or(0, memory);
            let tokens = view.context.tokens.as_ref().map_or(0, |(tokens, _)| tokens.bytes());
            u32::try_from(OTHERWISE + memory(&chart.patient) + user + tokens).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(MOST).time_to_live(LIFE).build())
    }

    pub(super) fn insert(&self, context_id: &str, session_id: String, context: StoredContext) {
        self.0.insert(context_id.to_owned(), Arc::new(FirstView { session_id, context }));
    }

    /// The chart, where this session opened it.
    pub(super) fn find(&self, context_id: &str, session_id: &str) -> Option<StoredContext> {
        let view = self.0.get(context_id).filter(|view| view.session_id == session_id)?;
        Some(view.context.clone())
    }

    /// Whether this is the first look, which is so once.
    pub(super) fn claim(&self, context_id: &str) -> bool {
        self.0.remove(context_id).is_some()
    }
}

/// About how many bytes a value takes.
fn memory(value: &Value) -> usize {
    // A number is kept as it was written, in memory of its own; so are the names of members.
    let within = match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(_) => 32,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(memory).sum(),
        Value::Object(members) => members.iter().map(|(name, member)| 64 + name.len() + memory(member)).sum(),
    };
    size_of::<Value>() + within
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::{launch::ChartContext, smart::LaunchContext};

    fn opened(patient: Value) -> StoredContext {
        let chart = ChartContext {
            base: "https://ehr.example/fhir".to_owned(),
            launch_context: LaunchContext::default(),
            patient: Arc::new(patient),
            user: None,
            style: None,
            place: "here".to_owned(),
            read_at: Timestamp::UNIX_EPOCH,
        };
        StoredContext {
            ehr_id: "riverside".to_owned(),
            patient_key: "key".to_owned(),
            tokens: None,
            chart: Arc::new(chart),
        }
    }

    /// F22: an EHR that fills its charts fills no more memory than that.
    #[test]
    fn heavy_charts_are_kept_up_to_a_bound_and_light_ones_are_not_counted() {
        let kept = |count: usize, patient: &Value| {
            let views = FirstViews::new();
            for n in 0..count {
                views.insert(&n.to_string(), "session".to_owned(), opened(patient.clone()));
            }
            views.0.run_pending_tasks();
            (0..count).filter(|n| views.find(&n.to_string(), "session").is_some()).count()
        };
        assert_eq!(kept(1000, &json!({"resourceType": "Patient", "id": "a"})), 1000);
        let dense = kept(100, &json!({"extension": vec![1; 19_000]}));
        assert!((5..=20).contains(&dense), "{dense}");
        let long = kept(100, &json!({"photo": "A".repeat(1 << 20)}));
        assert!((25..=31).contains(&long), "{long}");
    }

    #[test]
    fn a_chart_is_for_the_session_that_opened_it_and_claimed_once() {
        let views = FirstViews::new();
        views.insert("one", "session".to_owned(), opened(json!({})));
        assert!(views.find("one", "another").is_none() && views.find("one", "session").is_some());
        assert!(views.claim("one") && !views.claim("one"));
    }
}
