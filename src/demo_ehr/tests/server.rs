//! Tests of the EHR on a real socket.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::new_ehr;
use crate::demo_ehr::{DemoEhr, Fault, start};

fn started() -> (SocketAddr, Arc<DemoEhr>, actix_web::dev::ServerHandle) {
    let (ehr, _, _) = new_ehr();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = start(listener, ehr.clone()).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, ehr, handle)
}

/// Reads the head of smart-configuration and at least `enough` bytes of its body.
async fn beginning(address: SocketAddr, enough: usize) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = "GET /fhir/.well-known/smart-configuration HTTP/1.1\r\nHost: ehr.test\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    loop {
        let mut chunk = vec![0; 64 * 1024];
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        seen.extend_from_slice(&chunk[..read]);
        if let Some(end) = seen.windows(4).position(|it| it == b"\r\n\r\n")
            && seen.len() >= end + 4 + enough
        {
            let body = seen.split_off(end + 4);
            return (String::from_utf8(seen).unwrap(), body);
        }
    }
}

#[actix_web::test]
async fn answers_records_and_stops() {
    let (address, ehr, handle) = started();
    let (head, body) = beginning(address, 100).await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && body.starts_with(b"{\"issuer\""), "{head}");
    assert_eq!(ehr.recorded()[0].header("host"), Some("ehr.test"));
    handle.stop(true).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[actix_web::test]
async fn streams_a_slow_and_an_endless_document_for_their_faults() {
    let (address, ehr, handle) = started();
    ehr.set_fault(Some(Fault::DiscoveryDrip));
    let (head, body) = beginning(address, 1).await;
    assert!(head.contains("transfer-encoding: chunked") && body.starts_with(b"1\r\n{\r\n"), "{body:?}");
    ehr.set_fault(Some(Fault::DiscoveryEndless));
    let (_, body) = beginning(address, 8 * 1024 * 1024).await;
    assert!(body.len() >= 8 * 1024 * 1024);
    handle.stop(false).await;
}
