//! Body of a request, held until its response is sent.
//!
//! The server reads the rest of a body that its handler dropped, for as long as the client sends, so a client that never
//! ends one would keep its connection for ever. A body that is still held when the response is sent is different: then
//! the server closes the connection a few seconds later. Of a post from the page of a chart, the body is also recorded as it is
//! read, so that a page that reports a failure has the text.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage as _, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    web::Bytes,
};
use futures_util::{Stream, StreamExt as _};

/// Body of a request, held until its response is sent.
#[derive(Clone)]
pub(super) struct HeldBody(Rc<RefCell<Held>>);

struct Held {
    payload: Payload,
    record: Record,
}

/// Part of a body that was read.
enum Record {
    /// Chunks in order, and the bytes that may still be recorded.
    Chunks(Vec<Bytes>, usize),
    /// The body is not recorded, or was larger than allowed.
    None,
}

impl HeldBody {
    /// Holds the body of a request, which its handler reads as before, and records up to `max_recorded` bytes of it. `None`
    /// if there is none.
    pub(super) fn of(request: &mut ServiceRequest, max_recorded: usize) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        let record = if max_recorded == 0 { Record::None } else { Record::Chunks(Vec::new(), max_recorded) };
        let held = Self(Rc::new(RefCell::new(Held { payload, record })));
        request.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
    }

    /// Reads the body to its end, and returns all of it. `None` if it was not recorded, is too large, or cannot be read.
    pub(super) async fn whole(&self) -> Option<Vec<u8>> {
        let mut rest = self.clone();
        while self.0.borrow().is_recorded()
            && let Some(chunk) = rest.next().await
        {
            chunk.ok()?;
        }
        match &self.0.borrow().record {
            Record::Chunks(chunks, _) => Some(chunks.concat()),
            Record::None => None,
        }
    }

    /// Holds the body until this response is sent.
    pub(super) fn until_sent(self, response: HttpResponse) -> HttpResponse {
        response.map_body(|_, body| BoxBody::new(HoldingBody { body, _request: self }))
    }
}

/// Body of a response that holds the body of its request.
struct HoldingBody {
    body: BoxBody,
    _request: HeldBody,
}

impl MessageBody for HoldingBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

impl Stream for HeldBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let held = &mut *self.0.borrow_mut();
        let polled = Pin::new(&mut held.payload).poll_next(cx);
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            held.take(chunk);
        }
        polled
    }
}

impl Held {
    fn is_recorded(&self) -> bool {
        matches!(self.record, Record::Chunks(..))
    }

    fn take(&mut self, chunk: &Bytes) {
        let Record::Chunks(chunks, rest) = &mut self.record else { return };
        match rest.checked_sub(chunk.len()) {
            Some(less) => {
                *rest = less;
                chunks.push(chunk.clone());
            }
            None => self.record = Record::None,
        }
    }
}
