//! Names whose addresses change while they are used.

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

use super::{Error, Limits, Networks, Outbound, Reply, Request, resolver::Lookup};

const ALLOWED: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const FORBIDDEN: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Two machines that listen on the same port, of which we may connect to one, and a name whose answers are told
/// beforehand.
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
        let told: Arc<Mutex<VecDeque<Vec<IpAddr>>>> = Arc::clone(&answers);
        let lookup: Lookup = Arc::new(move |name| {
            assert_eq!(name.as_str(), "ehr.example");
            let answer =
                told.lock().unwrap().pop_front().expect("the name is looked up more often than told");
            Box::pin(async { Ok(answer) })
        });
        let networks = Networks::new(&["127.0.0.1/32".parse().unwrap()]);
        let outbound = Outbound::looking_up(networks, lookup);
        Self { port, allowed: count(listener), forbidden: count(other), answers, outbound }
    }

    async fn ask(&self, scheme: &str) -> Result<Reply, Error> {
        let url = Url::parse(&format!("{scheme}://ehr.example:{}/", self.port)).unwrap();
        self.outbound.send(Request::get(url), Limits::DOCUMENT).await
    }

    /// Visits of the two machines, and answers that nobody asked for.
    fn seen(&self) -> (usize, usize, usize) {
        let visits = |counter: &AtomicUsize| counter.load(Ordering::Acquire);
        (visits(&self.allowed), visits(&self.forbidden), self.answers.lock().unwrap().len())
    }
}

/// Answers every connection once, and counts them.
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

/// D03: looked up once for a connection, and the address that was checked is the one connected to.
#[actix_web::test]
async fn a_name_is_looked_up_once_and_connected_to_where_it_was_checked() {
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN]]);
    assert_eq!(net.ask("http").await.unwrap().status, 200);
    assert_eq!(net.seen(), (1, 0, 1));
}

/// D03: what it resolves to at the next connection is checked anew.
#[actix_web::test]
async fn refuses_a_name_that_resolves_elsewhere_the_second_time() {
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN], &[ALLOWED]]);
    assert!(net.ask("http").await.is_ok());
    assert!(matches!(net.ask("http").await, Err(Error::Blocked)));
    assert_eq!(net.seen(), (1, 0, 1));
    assert!(net.ask("http").await.is_ok(), "and where it resolves as before it works as before");
}

/// D03, D02: of several addresses each is checked, and the forbidden ones are not even tried.
#[actix_web::test]
async fn of_several_addresses_only_those_allowed_are_connected_to() {
    let net = Net::new(&[&[FORBIDDEN, ALLOWED], &[ALLOWED, FORBIDDEN], &[FORBIDDEN, FORBIDDEN], &[]]);
    for _ in 0..2 {
        assert_eq!(net.ask("http").await.unwrap().status, 200);
    }
    for _ in 0..2 {
        assert!(matches!(net.ask("http").await, Err(Error::Blocked)));
    }
    assert_eq!(net.seen(), (2, 0, 0));
}

/// D03: over TLS as well. The first of these is connected to, and refused as what it is.
#[actix_web::test]
async fn addresses_are_checked_over_tls_too() {
    let mapped: IpAddr = "::ffff:127.0.0.2".parse().unwrap();
    let net = Net::new(&[&[ALLOWED], &[FORBIDDEN], &[mapped]]);
    assert!(matches!(net.ask("https").await, Err(Error::Connect(_))));
    for _ in 0..2 {
        assert!(matches!(net.ask("https").await, Err(Error::Blocked)));
    }
    assert_eq!(net.seen(), (1, 0, 0));
}

/// Answers nobody until it is told to, and counts who waits.
#[derive(Default)]
struct Slow {
    waiting: AtomicUsize,
    may_answer: Mutex<bool>,
    told: Condvar,
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
                    drop(slow.told.wait_while(answers, |may| !*may).unwrap());
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

    fn answer(&self) {
        *self.may_answer.lock().unwrap() = true;
        self.told.notify_all();
    }
}

/// F22: a peer that answers slowly gets so many requests and no more; what waits too long was never sent.
#[actix_web::test]
async fn at_most_64_requests_to_a_peer_are_under_way() {
    let slow = Arc::new(Slow::default());
    let url = slow.listen();
    let outbound = Arc::new(Outbound::new(Networks::new(&["127.0.0.1/32".parse().unwrap()])));
    let ask = || {
        let (outbound, request) = (Arc::clone(&outbound), Request::get(url.clone()));
        let limits = Limits { deadline: Duration::from_mins(1), ..Limits::DOCUMENT };
        async move { outbound.send(request, limits).await }
    };
    let asked: Vec<_> = (0..64).map(|_| actix_web::rt::spawn(ask())).collect();
    while slow.waiting() < 64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let late = ask().await.unwrap_err();
    assert!(matches!(late, Error::AtCapacity) && !late.may_have_arrived() && !late.is_final(), "{late}");
    assert_eq!(slow.waiting(), 64);
    slow.answer();
    for asked in asked {
        assert_eq!(asked.await.unwrap().unwrap().status, 200);
    }
    assert_eq!((ask().await.unwrap().status, slow.waiting()), (http::StatusCode::OK, 65));
}
