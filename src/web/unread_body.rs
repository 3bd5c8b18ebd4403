//! Closing a connection whose request body is not read to its end.
//!
//! The server reads the rest of a body that its handler dropped, for as long as the client sends, so a client that never
//! ends one would keep its connection for ever. A body that is still held when the response is sent is different: then
//! the server closes the connection a few seconds later.

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
use futures_util::Stream;

/// Body of a request, held until its response is sent.
#[derive(Clone)]
pub(super) struct HeldBody(Rc<RefCell<Payload>>);

impl HeldBody {
    /// Holds the body of a request, which its handler reads as before. `None` if there is none.
    pub(super) fn of(request: &mut ServiceRequest) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(payload)));
        request.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        Some(held)
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
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}
