//! Captured log of the test process.

use std::{
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tracing::Metadata;
use tracing_subscriber::{
    Layer as _, filter::filter_fn, fmt, fmt::MakeWriter, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

static LOG: OnceLock<Captured> = OnceLock::new();
static LISTENING: AtomicUsize = AtomicUsize::new(0);

/// Log of this process, as text.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Captures the log in memory from now on: lines of this crate always, lines of other crates down to TRACE while a
/// [`LogCapture`] exists. Ignored if called again.
pub fn start_log() {
    LOG.get_or_init(|| {
        let captured = Captured::default();
        let layer =
            fmt::layer().with_ansi(false).with_writer(captured.clone()).with_filter(filter_fn(is_wanted));
        // Ignored if a test has set its own subscriber first.
        drop(tracing_subscriber::registry().with(layer).try_init());
        captured
    });
}

fn is_wanted(metadata: &Metadata<'_>) -> bool {
    let ours = metadata.target().starts_with("passerelle") && *metadata.level() <= tracing::Level::INFO;
    ours || LISTENING.load(Ordering::Acquire) > 0
}

/// Log of this process from an offset of [`length`] on; 0 is the beginning.
pub(super) fn logged_from(place: usize) -> String {
    let captured = LOG.get().cloned().unwrap_or_default();
    let bytes = captured.0.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes[place..]).into_owned()
}

/// Current length of the log of this process.
pub(super) fn length() -> usize {
    let captured = LOG.get().cloned().unwrap_or_default();
    captured.0.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// Captures the log of every crate down to TRACE while it exists.
pub struct LogCapture(());

impl LogCapture {
    /// Starts capturing.
    #[must_use]
    pub fn start() -> Self {
        start_log();
        LISTENING.fetch_add(1, Ordering::AcqRel);
        tracing::callsite::rebuild_interest_cache();
        Self(())
    }

    /// Log of this process so far.
    #[must_use]
    pub fn text(&self) -> String {
        logged_from(0)
    }
}

impl Drop for LogCapture {
    fn drop(&mut self) {
        LISTENING.fetch_sub(1, Ordering::AcqRel);
        tracing::callsite::rebuild_interest_cache();
    }
}
