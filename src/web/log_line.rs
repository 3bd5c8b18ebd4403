//! Lines of the log as JSON.

use std::fmt;

use serde::Serialize;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    registry::LookupSpan,
};

/// Line with the fields of an event, and those of its span under `span`. The library parses the fields of the span again for
/// each event; here they are part of the line as they were written.
pub(super) struct JsonLine;

/// Fields as members of a JSON object, each after a comma.
pub(super) struct JsonMembers;

impl<S: Subscriber + for<'l> LookupSpan<'l>> FormatEvent<S, JsonMembers> for JsonLine {
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonMembers>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        line.write_str(r#"{"timestamp":""#)?;
        SystemTime.format_time(&mut line)?;
        write!(line, r#"","level":"{}""#, event.metadata().level())?;
        context.format_fields(line.by_ref(), event)?;
        write!(line, r#","target":{}"#, json(&event.metadata().target())?)?;
        if let Some(span) =
            event.parent().and_then(|id| context.span(id)).or_else(|| context.lookup_current())
        {
            write!(line, r#","span":{{"name":{}"#, json(&span.name())?)?;
            if let Some(members) = span.extensions().get::<FormattedFields<JsonMembers>>() {
                line.write_str(members)?;
            }
            line.write_char('}')?;
        }
        line.write_str("}\n")
    }
}

impl<'w> FormatFields<'w> for JsonMembers {
    fn format_fields<R: RecordFields>(&self, line: Writer<'w>, fields: R) -> fmt::Result {
        let mut members = Members { line, written: Ok(()) };
        fields.record(&mut members);
        members.written
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(current.as_writer(), fields)
    }
}

/// Writer of members.
struct Members<'w> {
    line: Writer<'w>,
    written: fmt::Result,
}

impl Members<'_> {
    fn add(&mut self, field: &Field, value: &impl Serialize) {
        let written = json(value).and_then(|value| write!(self.line, r#","{}":{value}"#, field.name()));
        self.written = self.written.and(written);
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, &format!("{value:?}"));
    }
}

fn json(value: &impl Serialize) -> Result<String, fmt::Error> {
    serde_json::to_string(value).map_err(|_| fmt::Error)
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::{Value, json};
    use tracing::{error, field, info, info_span, subscriber::with_default};
    use tracing_subscriber::{fmt::layer, layer::SubscriberExt as _, registry};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns the lines that are logged, without their times.
    fn logged(log: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let json = layer().fmt_fields(JsonMembers).event_format(JsonLine).with_writer(move || writer.clone());
        with_default(registry().with(json), log);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let without_time = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let time = line.as_object_mut().unwrap().remove("timestamp").unwrap();
            assert!(time.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{time}");
            line
        };
        text.lines().map(without_time).collect()
    }

    const TARGET: &str = module_path!();

    #[test]
    fn writes_the_fields_of_the_event_and_of_its_span() {
        let lines = logged(|| {
            let span = info_span!("request", method = %"GET", route = "/c/{context}", asked = field::Empty);
            let _entered = span.enter();
            info!(status = 200, ok = true, took = 0.5, "answered");
            span.record("asked", 2);
            error!(kind = ?Some(1), cause = "a \"quoted\"\nline, Éva", "refused");
        });
        assert_eq!(
            lines,
            [
                json!({"level": "INFO", "message": "answered", "status": 200, "ok": true, "took": 0.5, "target": TARGET,
                       "span": {"name": "request", "method": "GET", "route": "/c/{context}"}}),
                json!({"level": "ERROR", "message": "refused", "kind": "Some(1)", "cause": "a \"quoted\"\nline, Éva",
                       "target": TARGET,
                       "span": {"name": "request", "method": "GET", "route": "/c/{context}", "asked": 2}}),
            ]
        );
    }

    #[test]
    fn writes_an_event_outside_of_a_span() {
        assert_eq!(
            logged(|| info!("ready")),
            [json!({"level": "INFO", "message": "ready", "target": TARGET})]
        );
    }
}
