//! Proxy in front of a simulated EHR.

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

/// A proxy in front of an EHR: speaks TLS if a test needs it, and may change messages.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

struct Shared {
    upstream: SocketAddr,
    tls: Mutex<Option<Arc<ServerConfig>>>,
    requests: AtomicUsize,
    aborted: AtomicUsize,
    stopped: AtomicBool,
    on_request: Mutex<Option<Change>>,
    on_answer: Mutex<Option<Change>>,
}

impl Relay {
    /// Forwards connections to `listener` on to `upstream`.
    pub(super) fn start(listener: TcpListener, upstream: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Self {
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            upstream,
            tls: Mutex::new(tls),
            requests: AtomicUsize::default(),
            aborted: AtomicUsize::default(),
            stopped: AtomicBool::default(),
            on_request: Mutex::default(),
            on_answer: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || serving.serve(&listener));
        Self { address, shared, thread: Some(thread) }
    }

    /// Changes every request to the EHR; the first argument is its path with its query.
    pub fn change_requests(&self, change: impl Fn(&str, &mut Message) + Send + 'static) {
        *lock(&self.shared.on_request) = Some(Box::new(change));
    }

    /// Changes every response of the EHR; the first argument is the path, with its query, of the request.
    pub fn change_answers(&self, change: impl Fn(&str, &mut Message) + Send + 'static) {
        *lock(&self.shared.on_answer) = Some(Box::new(change));
    }

    /// Replaces the TLS configuration, as after a change of certificates.
    pub fn speak(&self, tls: Arc<ServerConfig>) {
        *lock(&self.shared.tls) = Some(tls);
    }

    /// Address of the EHR behind the proxy, in plain http.
    #[must_use]
    pub fn upstream(&self) -> SocketAddr {
        self.shared.upstream
    }

    /// Number of requests received. A connection that ends before a request is not counted.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Acquire)
    }

    /// Number of connections that ended without a request, for example because the client does not trust the
    /// certificate.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.shared.aborted.load(Ordering::Acquire)
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

    /// Serves one request and closes the connection.
    fn exchange(&self, mut stream: impl io::Read + io::Write) {
        let Ok(request) = Message::read(&mut stream, false) else {
            self.aborted.fetch_add(1, Ordering::AcqRel);
            return;
        };
        self.requests.fetch_add(1, Ordering::AcqRel);
        // If the EHR does not respond, the client sees the connection close.
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
        // This connection ends the accept loop.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
