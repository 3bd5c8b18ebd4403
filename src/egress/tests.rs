//! DNS rebinding, and the limit of concurrent requests.

use std::{
    collections::VecDeque,
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, TcpListener},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use url::Url;

use super::{Error, Lane, Limits, Networks, Outbound, Reply, Request, lane::Lanes, resolver::Lookup};

const ALLOWED: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const FORBIDDEN: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Two listeners on the same port, of which one has an allowed address, and a name with scripted DNS answers.
struct Net {
    port: u16,
    allowed: Arc<AtomicUsize>,
    forbidden: Arc<AtomicUsize>,
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    outbound: Outbound,
}

impl Net {
    fn new(answers: &[&[IpAddr]]) -> Self {
        let listener = TcpListener::bind((ALLOWED, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let other = TcpListener::bind((FORBIDDEN, port)).unwrap();
        let answers = Arc::new(Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect()));
        let script: Arc<Mutex<VecDeque<Vec<IpAddr>>>> = Arc::clone(&answers);
        let lookup: Lookup = Arc::new(move |name| {
            assert_eq!(name.as_str(), "ehr.example");
            let answer =
                script.lock().unwrap().pop_front().expect("the name is looked up more often than scripted");
            Box::pin(async { Ok(answer) })
        });
        let networks = Networks::new(&["127.0.0.1/32".parse().unwrap()]);
        let outbound = Outbound::with_lookup(networks, lookup);
        Self { port, allowed: count(listener), forbidden: count(other), answers, outbound }
    }

    async fn ask(&self, scheme: &str) -> Result<Reply, Error> {
        let url = Url::parse(&format!("{scheme}://ehr.example:{}/", self.port)).unwrap();
        self.outbound.send(Request::get(url), Limits::DOCUMENT).await
    }

    /// Returns the connections to the allowed and to the forbidden listener, and the unused DNS answers.
    fn seen(&self) -> (usize, usize, usize) {
        let visits = |counter: &AtomicUsize| counter.load(Ordering::Acquire);
        (visits(&self.allowed), visits(&self.forbidden), self.answers.lock().unwrap().len())
    }
}

/// Answers and counts every connection.
fn count(listener: TcpListener) -> Arc<AtomicUsize> {
    let counter = Arc::new(AtomicUsize::default());
    let visits = Arc::clone(&counter);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            visits.fetch_add(1, Ordering::AcqRel);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    counter
}

/// D03: one lookup for each connection, and the connection goes to the checked address.
#[actix_web::test]
async fn connects_to_the_checked_address_after_one_lookup() {
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN]]);
    assert_eq!(net.ask("http").await.unwrap().status, 200);
    assert_eq!(net.seen(), (1, 0, 1));
}

/// D03: each connection checks the current addresses.
#[actix_web::test]
async fn refuses_a_name_that_later_resolves_to_a_forbidden_address() {
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN], &[ALLOWED]]);
    assert!(net.ask("http").await.is_ok());
    assert!(matches!(net.ask("http").await, Err(Error::Blocked)));
    assert_eq!(net.seen(), (1, 0, 1));
    assert!(net.ask("http").await.is_ok(), "the first address is still allowed");
}

/// D03, D02: every address of a name is checked; no connection to a forbidden one is attempted.
#[actix_web::test]
async fn connects_only_to_the_allowed_addresses_of_a_name() {
    let net = Net::new(&[&[FORBIDDEN, ALLOWED], &[ALLOWED, FORBIDDEN], &[FORBIDDEN, FORBIDDEN], &[]]);
    for _ in 0..2 {
        assert_eq!(net.ask("http").await.unwrap().status, 200);
    }
    for _ in 0..2 {
        assert!(matches!(net.ask("http").await, Err(Error::Blocked)));
    }
    assert_eq!(net.seen(), (2, 0, 0));
}

/// D03: the first address is allowed, and its listener does not speak TLS.
#[actix_web::test]
async fn checks_addresses_over_tls() {
    let mapped: IpAddr = "::ffff:127.0.0.2".parse().unwrap();
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN], &[mapped]]);
    assert!(matches!(net.ask("https").await, Err(Error::Connect(_))));
    for _ in 0..2 {
        assert!(matches!(net.ask("https").await, Err(Error::Blocked)));
    }
    assert_eq!(net.seen(), (1, 0, 0));
}

/// Server that holds all responses back until released, and counts the waiting requests.
#[derive(Default)]
struct Slow {
    waiting: AtomicUsize,
    may_answer: Mutex<bool>,
    released: Condvar,
}

impl Slow {
    fn listen(self: &Arc<Self>) -> Url {
        let listener = TcpListener::bind((ALLOWED, 0)).unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let slow = Arc::clone(self);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let slow = Arc::clone(&slow);
                slow.waiting.fetch_add(1, Ordering::AcqRel);
                thread::spawn(move || {
                    let _ = stream.read(&mut [0; 4096]);
                    let answers = slow.may_answer.lock().unwrap();
                    drop(slow.released.wait_while(answers, |may| !*may).unwrap());
                    let _ = stream
                        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                });
            }
        });
        url
    }

    fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    async fn until_waiting(&self, count: usize) {
        while self.waiting() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn answer(&self) {
        *self.may_answer.lock().unwrap() = true;
        self.released.notify_all();
    }
}

/// F22: a slow peer gets 64 requests of charts; one that waits too long is not sent. A launch does not wait for them.
#[actix_web::test]
async fn limits_concurrent_requests_to_a_peer_by_lane() {
    let slow = Arc::new(Slow::default());
    let url = slow.listen();
    let outbound = Arc::new(Outbound::new(Networks::new(&["127.0.0.1/32".parse().unwrap()])));
    let patient = Limits { deadline: Duration::from_mins(5), wait: Duration::from_mins(5), ..Limits::FHIR };
    let ask = |limits: Limits| {
        let (outbound, request) = (Arc::clone(&outbound), Request::get(url.clone()));
        async move { outbound.send(request, limits).await }
    };
    let asked: Vec<_> = (0..Lanes::DATA).map(|_| actix_web::rt::spawn(ask(patient))).collect();
    slow.until_waiting(Lanes::DATA).await;
    // A chart of a dozen requests waits for those of others rather than to come without its lists.
    assert_eq!(Limits::FHIR.wait, Duration::from_secs(10));
    let hasty = Limits { wait: Duration::from_millis(50), ..patient };
    let late = ask(hasty).await.unwrap_err();
    assert!(matches!(late, Error::AtCapacity) && !late.may_have_arrived() && !late.is_final(), "{late}");
    let queued: Vec<_> = (0..Lanes::QUEUED).map(|_| actix_web::rt::spawn(ask(patient))).collect();
    while outbound.lanes.queued_data() < Lanes::QUEUED {
        tokio::task::yield_now().await;
    }
    let refused = tokio::time::timeout(Duration::from_mins(1), ask(patient)).await;
    assert!(matches!(refused.expect("a full queue refuses at once"), Err(Error::AtCapacity)));
    let launch = actix_web::rt::spawn(ask(Limits { lane: Lane::SignIn, ..patient }));
    slow.until_waiting(Lanes::DATA + 1).await;
    slow.answer();
    for asked in asked.into_iter().chain(queued).chain([launch]) {
        assert_eq!(asked.await.unwrap().unwrap().status, 200);
    }
    assert_eq!(slow.waiting(), Lanes::DATA + Lanes::QUEUED + 1);
}
