//! Minimal HTTP/1.1 over a plain socket, so that both sides of the benchmark cost little themselves.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, ToSocketAddrs};

/// A request or a response.
pub struct Message {
    /// Request line or status line.
    pub first: String,
    head: String,
    pub body: Vec<u8>,
}

impl Message {
    /// Length in bytes, without the lines around the parts of a body in parts.
    pub fn length(&self) -> usize {
        self.first.len() + self.head.len() + 2 + self.body.len()
    }

    /// Second word of the first line: target of a request, status of a response.
    pub fn second_word(&self) -> &str {
        self.first.split(' ').nth(1).unwrap_or_default()
    }

    /// Values of all headers with this name, in order.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs.filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers(name).next()
    }
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    pub async fn open(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads the next message, or `None` if the peer closed the connection between two messages.
    pub async fn read(&mut self) -> io::Result<Option<Message>> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if !self.fill().await? {
                return if self.buffer.is_empty() { Ok(None) } else { Err(cut_off()) };
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
        let head = String::from_utf8(head).map_err(|_| io::Error::other("a head that is not text"))?;
        let (first, rest) = head.split_once("\r\n").unwrap_or((&head, ""));
        let mut message = Message { first: first.to_owned(), head: rest.to_owned(), body: Vec::new() };
        if message.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            message.body = self.read_chunks().await?;
        } else if let Some(length) = message.header("content-length") {
            message.body = self.take(length.parse().map_err(io::Error::other)?).await?;
        }
        Ok(Some(message))
    }

    async fn read_chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = find(&self.buffer, b"\r\n") {
                    break end;
                }
                if !self.fill().await? {
                    return Err(cut_off());
                }
            };
            let size = self.take(end + 2).await?;
            let size = String::from_utf8_lossy(&size[..end]).into_owned();
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)
                .map_err(io::Error::other)?;
            let chunk = self.take(size + 2).await?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            if !self.fill().await? {
                return Err(cut_off());
            }
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn fill(&mut self) -> io::Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }
}

/// Errors of a connection that was closed while it was idle.
const CLOSED: [io::ErrorKind; 2] = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];

/// Kept-alive connections to one server, shared by all that ask it something, as behind a proxy.
pub struct Pool {
    addresses: Vec<SocketAddr>,
    idle: Mutex<VecDeque<Connection>>,
}

impl Pool {
    pub fn new(addresses: Vec<SocketAddr>) -> Self {
        Self { addresses, idle: Mutex::default() }
    }

    /// Sends a request and reads its response.
    pub async fn exchange(&self, request: &str) -> io::Result<Message> {
        loop {
            let idle = self.idle.lock().expect("no holder panics").pop_back();
            let reused = idle.is_some();
            let mut connection = match idle {
                Some(connection) => connection,
                None => Connection::open(self.addresses.as_slice()).await?,
            };
            let answered = match connection.write(request.as_bytes()).await {
                Ok(()) => connection.read().await,
                Err(error) => Err(error),
            };
            match answered {
                Ok(Some(response)) => {
                    let kept = response.header("connection");
                    if !kept.is_some_and(|value| value.eq_ignore_ascii_case("close")) {
                        self.idle.lock().expect("no holder panics").push_back(connection);
                    }
                    return Ok(response);
                }
                // The server closed an idle connection at that moment, and received nothing of the request.
                Ok(None) if reused => {}
                Err(error) if reused && CLOSED.contains(&error.kind()) => {}
                Ok(None) => return Err(io::Error::other("a new connection was closed without an answer")),
                Err(error) => return Err(error),
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was cut in the middle of a message")
}
