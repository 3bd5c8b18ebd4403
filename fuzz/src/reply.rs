//! Input as the response of a server.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use passerelle::egress::Reply;

/// Parses the input as a response: a JSON body with status 200, or a complete response with status line `HTTP/1.1
/// 404`, headers, an empty line and a body.
pub fn reply(data: &[u8]) -> Reply {
    if let Some((status, headers, body)) = whole(data) {
        return Reply { status, headers, body: body.to_vec() };
    }
    json(data.to_vec())
}

pub fn json(body: Vec<u8>) -> Reply {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    Reply { status: StatusCode::OK, headers: HeaderMap::from_iter([kind]), body }
}

fn whole(data: &[u8]) -> Option<(StatusCode, HeaderMap, &[u8])> {
    let rest = data.strip_prefix(b"HTTP/1.1 ")?;
    let at = rest.windows(2).position(|pair| pair == b"\n\n")?;
    let mut lines = rest[..at].split(|byte| *byte == b'\n');
    let status = StatusCode::from_bytes(lines.next()?).ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        headers.append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    Some((status, headers, &rest[at + 2..]))
}
