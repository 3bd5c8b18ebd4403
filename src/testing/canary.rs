use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// Every registration of the tests allows it, and nothing of the tests lives there.
const ALLOWED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// No registration of the tests allows it.
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);

/// A place where nothing must ever arrive. It counts who connects.
pub struct Canary {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Canary {
    /// A canary at an address that every registration of the tests allows: only what a test is about keeps it quiet.
    ///
    /// # Panics
    /// When the machine has no loopback network.
    #[must_use]
    pub fn new() -> Self {
        Self::at(ALLOWED)
    }

    /// A canary at an address that no registration of the tests allows.
    ///
    /// # Panics
    /// As [`Canary::new`].
    #[must_use]
    pub fn forbidden() -> Self {
        Self::at(FORBIDDEN)
    }

    /// A canary at a loopback address of your choice.
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

    /// Its address, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections it got.
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
        // The visit that ends the listening.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
