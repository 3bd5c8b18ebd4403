//! Servers that must never receive a connection.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// Address permitted by every registration of the tests; no server of the tests uses it.
const ALLOWED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// Address permitted by no registration of the tests.
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);

/// A server that must never receive a connection. It counts them.
pub struct Canary {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Canary {
    /// Starts a canary at an address that every registration of the tests permits, so that only the tested rule
    /// protects it.
    ///
    /// # Panics
    /// If the machine has no loopback network.
    #[must_use]
    pub fn new() -> Self {
        Self::at(ALLOWED)
    }

    /// Starts a canary at an address that no registration of the tests permits.
    ///
    /// # Panics
    /// As [`Canary::new`].
    #[must_use]
    pub fn forbidden() -> Self {
        Self::at(FORBIDDEN)
    }

    /// Starts a canary at a loopback address.
    ///
    /// # Panics
    /// As [`Canary::new`].
    #[must_use]
    pub fn at(address: Ipv4Addr) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (visits, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counter, end) = (Arc::clone(&visits), Arc::clone(&stopped));
        let thread = thread::spawn(move || {
            for _ in listener.incoming() {
                if end.load(Ordering::Acquire) {
                    break;
                }
                counter.fetch_add(1, Ordering::AcqRel);
            }
        });
        Self { address, visits, stopped, thread: Some(thread) }
    }

    /// Base URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Number of connections received.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::Acquire)
    }
}

impl Default for Canary {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // This connection ends the accept loop.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
