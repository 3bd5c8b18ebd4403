//! HTTP messages as the relay forwards them.

use std::io::{self, Read, Write};

use serde_json::Value;

/// A complete HTTP/1.1 message, to inspect and change.
#[derive(Clone, Debug)]
pub struct Message {
    /// Request line or status line.
    pub start: String,
    /// Header lines, names as they were written.
    pub headers: Vec<(String, String)>,
    /// Body, as it was sent.
    pub body: Vec<u8>,
}

impl Message {
    /// Reads a message. Without a length, a response ends with its connection, and a request has no body.
    pub(super) fn read(from: &mut impl Read, is_answer: bool) -> io::Result<Self> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            from.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.trim_end().split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| line.split_once(':').map(|(n, v)| (n.to_owned(), v.trim().to_owned()));
        let mut message = Self { start, headers: lines.filter_map(header).collect(), body: Vec::new() };
        match message.header("content-length").and_then(|length| length.parse().ok()) {
            Some(length) => {
                message.body = vec![0; length];
                from.read_exact(&mut message.body)?;
            }
            None if is_answer => drop(from.read_to_end(&mut message.body)?),
            None => {}
        }
        Ok(message)
    }

    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let length = self.body.len().to_string();
        let mut head = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &self.headers {
            let value = if name.eq_ignore_ascii_case("content-length") { &length } else { value };
            write!(head, "{name}: {value}\r\n")?;
        }
        head.extend_from_slice(b"\r\n");
        // One write: a server that answers after the head would reset the connection when the body arrives later.
        head.extend_from_slice(&self.body);
        to.write_all(&head)?;
        to.flush()
    }

    /// Finds the first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a header, replacing all others with the same name.
    pub fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Changes a JSON body; any other body is left unchanged.
    pub fn change_json(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut value) = serde_json::from_slice(&self.body) {
            change(&mut value);
            self.body = value.to_string().into_bytes();
        }
    }
}
