use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::message::Message;

type Change = Box<dyn Fn(&str, &mut Message) + Send>;

/// Stands before an EHR: speaks TLS to those who come, where a test wants it, and may change what passes.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

struct Shared {
    upstream: SocketAddr,
    tls: Mutex<Option<Arc<ServerConfig>>>,
    requests: AtomicUsize,
    strangers: AtomicUsize,
    stopped: AtomicBool,
    on_request: Mutex<Option<Change>>,
    on_answer: Mutex<Option<Change>>,
}

impl Relay {
    /// Passes what comes to `listener` on to `upstream`.
    pub(super) fn start(listener: TcpListener, upstream: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            upstream,
            tls: Mutex::new(tls),
            requests: AtomicUsize::default(),
            strangers: AtomicUsize::default(),
            stopped: AtomicBool::default(),
            on_request: Mutex::default(),
            on_answer: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || serving.serve(&listener));
        Self { address, shared, thread: Some(thread) }
    }

    /// Changes every request on its way to the EHR; the first argument is its path with its query.
    pub fn change_requests(&self, change: impl Fn(&str, &mut Message) + Send + 'static) {
        *lock(&self.shared.on_request) = Some(Box::new(change));
    }

    /// Changes every answer of the EHR; the first argument is the path, with its query, of what was asked.
    pub fn change_answers(&self, change: impl Fn(&str, &mut Message) + Send + 'static) {
        *lock(&self.shared.on_answer) = Some(Box::new(change));
    }

    /// Speaks TLS in another way from now on, as after a change of certificates.
    pub fn speak(&self, tls: Arc<ServerConfig>) {
        *lock(&self.shared.tls) = Some(tls);
    }

    /// Where the EHR listens behind it, in plain http.
    #[must_use]
    pub fn upstream(&self) -> SocketAddr {
        self.shared.upstream
    }

    /// How many requests came. Whoever breaks off before sending one is not counted.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Acquire)
    }

    /// How many connections ended without a request, as when somebody does not trust the certificate.
    #[must_use]
    pub fn strangers(&self) -> usize {
        self.shared.strangers.load(Ordering::Acquire)
    }
}

impl Shared {
    fn serve(self: Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            if self.stopped.load(Ordering::Acquire) {
                return;
            }
            let shared = Arc::clone(&self);
            let tls = lock(&self.tls).clone();
            thread::spawn(move || match tls {
                None => shared.exchange(stream),
                Some(tls) => {
                    let connection = ServerConnection::new(tls).expect("a usable configuration");
                    shared.exchange(StreamOwned::new(connection, stream));
                }
            });
        }
    }

    /// One request, one answer, and the connection ends.
    fn exchange(&self, mut stream: impl io::Read + io::Write) {
        let Ok(request) = Message::read(&mut stream, false) else {
            self.strangers.fetch_add(1, Ordering::AcqRel);
            return;
        };
        self.requests.fetch_add(1, Ordering::AcqRel);
        // Whoever waits for an answer that does not come sees the connection end.
        drop(self.pass(request, &mut stream));
    }

    fn pass(&self, mut request: Message, stream: &mut impl io::Write) -> io::Result<()> {
        let path = request.start.split(' ').nth(1).unwrap_or_default().to_owned();
        change(&self.on_request, &path, &mut request);
        request.set("connection", "close");
        let mut upstream = TcpStream::connect(self.upstream)?;
        request.write(&mut upstream)?;
        let mut answer = Message::read(&mut upstream, true)?;
        answer.set("connection", "close");
        change(&self.on_answer, &path, &mut answer);
        answer.write(stream)
    }
}

fn change(on: &Mutex<Option<Change>>, path: &str, message: &mut Message) {
    if let Some(change) = lock(on).as_ref() {
        change(path, message);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // The visit that ends the listening.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
