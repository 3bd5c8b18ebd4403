//! Start of the log.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogFormat, LogSettings};

/// Starts the log. A second call has no effect.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match settings.format {
        LogFormat::Json => {
            // A line has one span, the request. A list of spans would repeat it.
            let json = fmt::layer().json().flatten_event(true).with_span_list(false);
            registry.with(json.with_writer(std::io::stderr)).try_init()
        }
        LogFormat::Text => registry.with(fmt::layer().compact().with_writer(std::io::stderr)).try_init(),
    };
    drop(started);
}
