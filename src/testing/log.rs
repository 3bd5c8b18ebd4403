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

/// What was logged by this process, as text.
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

/// Keeps everything that is logged from now on in memory: our own lines always, every other crate's down to TRACE
/// while a [`LogCapture`] lives. Called twice, the first stays.
pub fn start_log() {
    LOG.get_or_init(|| {
        let captured = Captured::default();
        let layer =
            fmt::layer().with_ansi(false).with_writer(captured.clone()).with_filter(filter_fn(is_wanted));
        // A test that set its own log first keeps it.
        drop(tracing_subscriber::registry().with(layer).try_init());
        captured
    });
}

fn is_wanted(metadata: &Metadata<'_>) -> bool {
    let ours = metadata.target().starts_with("passerelle") && *metadata.level() <= tracing::Level::INFO;
    ours || LISTENING.load(Ordering::Acquire) > 0
}

/// The log of this process from a place on, which [`length`] told; 0 is where it begins.
pub(super) fn logged_from(place: usize) -> String {
    let captured = LOG.get().cloned().unwrap_or_default();
    let bytes = captured.0.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&bytes[place..]).into_owned()
}

/// How long the log of this process is by now.
pub(super) fn length() -> usize {
    let captured = LOG.get().cloned().unwrap_or_default();
    captured.0.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// While it lives, everything down to TRACE is kept, of every crate.
pub struct LogCapture(());

impl LogCapture {
    /// Begins.
    #[must_use]
    pub fn start() -> Self {
        start_log();
        LISTENING.fetch_add(1, Ordering::AcqRel);
        tracing::callsite::rebuild_interest_cache();
        Self(())
    }

    /// What was logged so far, by everything in this process.
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
