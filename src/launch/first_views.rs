//! In-memory cache of charts whose first page has not been requested yet.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use serde_json::Value;

use super::store::StoredContext;

const LIFETIME: Duration = Duration::from_mins(1);
/// Memory limit of the cache.
const MAX_BYTES: u64 = 32 << 20;
/// Estimated memory of an entry apart from chart and tokens; includes the launch context.
const BASE_BYTES: usize = 8 << 10;

/// Chart opened by a launch whose first page has not been requested yet, and its session.
struct FirstView {
    session_id: String,
    context: StoredContext,
}

/// Cache of charts that a launch has just read and audited as shown, for the page the launch redirects to. On another
/// node, or after a restart, the chart is read from the database and audited a second time, which is harmless.
#[derive(Clone)]
pub(super) struct FirstViews(Cache<String, Arc<FirstView>>);

impl FirstViews {
    pub(super) fn new() -> Self {
        let weigh = |_: &String, view: &Arc<FirstView>| {
            let chart = &view.context.chart;
            let user = chart.user.as_deref().map_or(0, approximate_bytes);
            let tokens = view.context.tokens.as_ref().map_or(0, |(tokens, _)| tokens.bytes());
            u32::try_from(BASE_BYTES + approximate_bytes(&chart.patient) + user + tokens).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().weigher(weigh).max_capacity(MAX_BYTES).time_to_live(LIFETIME).build())
    }

    pub(super) fn insert(&self, context_id: &str, session_id: String, context: StoredContext) {
        self.0.insert(context_id.to_owned(), Arc::new(FirstView { session_id, context }));
    }

    /// Returns the chart if this session opened it.
    pub(super) fn find(&self, context_id: &str, session_id: &str) -> Option<StoredContext> {
        let view = self.0.get(context_id).filter(|view| view.session_id == session_id)?;
        Some(view.context.clone())
    }

    /// Removes the entry. Returns whether it existed, which is true once for each launch.
    pub(super) fn claim(&self, context_id: &str) -> bool {
        self.0.remove(context_id).is_some()
    }
}

/// Estimates the memory of a value in bytes.
fn approximate_bytes(value: &Value) -> usize {
    // Numbers keep their source text in an allocation of their own, as do the names of members.
    let within = match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(_) => 32,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(approximate_bytes).sum(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| 64 + name.len() + approximate_bytes(member)).sum()
        }
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
            clinic: None,
            read_at: Timestamp::UNIX_EPOCH,
        };
        StoredContext {
            ehr_id: "riverside".to_owned(),
            patient_key: "key".to_owned(),
            tokens: None,
            chart: Arc::new(chart),
        }
    }

    /// F22: large charts of an EHR cannot exceed the memory limit.
    #[test]
    fn evicts_large_charts_above_the_memory_limit_and_keeps_small_ones() {
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
    fn returns_a_chart_to_its_session_only_and_is_claimed_once() {
        let views = FirstViews::new();
        views.insert("one", "session".to_owned(), opened(json!({})));
        assert!(views.find("one", "another").is_none() && views.find("one", "session").is_some());
        assert!(views.claim("one") && !views.claim("one"));
    }
}
