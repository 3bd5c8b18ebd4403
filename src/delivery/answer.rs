//! Answer of a destination to a message, read by one table: `docs/operate.md`, "How answers are read".

use std::time::Duration;

use http::{StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    advice::Advice,
    issues::Issues,
    outcome::{Outcome, Reason},
    reason_kind::ReasonKind,
    schedule::MAX_ASKED_DELAY,
    sent::{Sent, array},
};
use crate::egress::Reply;

/// Answer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Outcome of the attempt.
    pub outcome: Outcome,
    /// Fault of the destination that did not prevent the answer from being read, for the log.
    pub note: Option<&'static str>,
}

/// Reads the answer to a message that was sent, received at `now`.
#[must_use]
pub fn read_answer(reply: &Reply, sent: &Sent, now: Timestamp) -> Answer {
    let body = parse(&reply.body);
    let resources = resources(&body);
    let asked = asked_delay(reply, now);
    let late = asked.is_some_and(|asked| asked > MAX_ASKED_DELAY);
    let reading = Reading {
        reply,
        sent,
        issues: Issues::of(&resources),
        wait: asked.map(|asked| asked.min(MAX_ASKED_DELAY)),
        body: &body,
        resources: &resources,
    };
    let (outcome, note) = reading.outcome();
    Answer { outcome, note: note.or(late.then_some("Retry-After is longer than a day")) }
}

struct Reading<'a> {
    reply: &'a Reply,
    sent: &'a Sent,
    body: &'a Value,
    resources: &'a [&'a Value],
    issues: Issues<'a>,
    wait: Option<Duration>,
}

impl Reading<'_> {
    fn outcome(&self) -> (Outcome, Option<&'static str>) {
        let responses =
            self.resources.iter().enumerate().filter(|(_, resource)| resource["response"].is_object());
        let responses = responses.filter(|(_, resource)| resource["resourceType"] == "MessageHeader");
        let mut foreign = false;
        for (place, resource) in responses {
            let response = &resource["response"];
            if self.sent.is_answered_by(response) {
                let note = (place > 0).then_some("the MessageHeader is not the first entry");
                return (self.by_response(response), note);
            }
            foreign = true;
        }
        (self.by_issues().unwrap_or_else(|| self.by_status(foreign)), None)
    }

    /// Outcome by the code of a response that is about our message.
    fn by_response(&self, response: &Value) -> Outcome {
        match response["code"].as_str() {
            Some("ok") if self.reply.status.is_success() => Outcome::Delivered,
            Some("ok") => {
                Outcome::Unknown(self.reason(format!("{} {}", ReasonKind::OkWithStatus, self.status())))
            }
            Some("transient-error") => self
                .by_issues()
                .unwrap_or_else(|| Outcome::RetryLater(self.reason(ReasonKind::TransientError), self.wait)),
            Some("fatal-error") => {
                self.by_issues().unwrap_or_else(|| Outcome::Refused(self.reason(ReasonKind::FatalError)))
            }
            _ => Outcome::Unknown(self.reason(ReasonKind::NoKnownCode)),
        }
    }

    /// Outcome by issue codes that count whatever the status and the severity.
    fn by_issues(&self) -> Option<Outcome> {
        if self.issues.says_duplicate() {
            return Some(Outcome::AlreadyHas(self.reason(ReasonKind::HasIt)));
        }
        let later = || Outcome::RetryLater(self.reason(ReasonKind::AsksForRetry), self.wait);
        self.issues.says_later().then(later)
    }

    fn by_status(&self, foreign: bool) -> Outcome {
        let class = || format!("{} {}", ReasonKind::Status, self.status());
        let class_with = |kind: ReasonKind| format!("{}, {kind}", class());
        match self.status() {
            200..=299 => self.by_success(foreign),
            408 | 425 | 429 | 503 => Outcome::RetryLater(self.reason(class()), self.wait),
            300..=399 => self.misdirected(class_with(ReasonKind::Redirects), Advice::Address),
            401 | 407 => self.misdirected(class_with(ReasonKind::WantsCredentials), Advice::Credentials),
            403 if self.issues.is_empty() => {
                self.misdirected(class_with(ReasonKind::WantsCredentials), Advice::Credentials)
            }
            404 | 405 | 410 | 421 => self.misdirected(class(), Advice::Address),
            400 if self.is_about_certificate() => {
                let class = class_with(ReasonKind::WantsOtherCertificate);
                self.misdirected(class, Advice::ClientCertificateMissing)
            }
            400..=499 => Outcome::Refused(self.reason(class())),
            _ => Outcome::Unknown(self.reason(class())),
        }
    }

    fn by_success(&self, foreign: bool) -> Outcome {
        let accepted = matches!(self.reply.status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT)
            || self.reply.body.trim_ascii().is_empty();
        if foreign {
            return Outcome::Unknown(self.reason(ReasonKind::OtherMessage));
        }
        if self.issues.has_error() {
            return Outcome::Refused(self.reason(ReasonKind::Refused));
        }
        if self.sent.is_confirmed_by(self.body, self.resources) {
            return Outcome::Delivered;
        }
        if accepted {
            return Outcome::HandedOver(self.reason(format!("{} {}", ReasonKind::Status, self.status())));
        }
        if self.issues.is_mild() {
            return Outcome::Delivered;
        }
        Outcome::Unknown(self.reason(if self.body.is_null() {
            ReasonKind::NotFhirJson
        } else {
            ReasonKind::ConfirmsNothing
        }))
    }

    fn misdirected(&self, class: String, advice: Advice) -> Outcome {
        Outcome::Misdirected(self.reason(class).advising(advice), self.wait)
    }

    /// Whether this is the page with which nginx refuses a client certificate, or the lack of one, instead of an alert of TLS.
    fn is_about_certificate(&self) -> bool {
        const PHRASE: &[u8] = b"SSL certificate";
        self.body.is_null() && self.reply.body.windows(PHRASE.len()).any(|part| part == PHRASE)
    }

    fn reason(&self, class: impl Into<String>) -> Reason {
        let class = class.into() + &self.issues.class();
        Reason::from(class).with_words(&self.issues.words())
    }

    fn status(&self) -> u16 {
        self.reply.status.as_u16()
    }
}

/// Parses JSON, with or without a byte order mark. `Null` if it is none.
fn parse(body: &[u8]) -> Value {
    let bare = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(bare).unwrap_or_default()
}

/// Lists the resources of an answer: those of a Bundle or of Parameters, or the one resource.
fn resources(body: &Value) -> Vec<&Value> {
    match body["resourceType"].as_str() {
        Some("Bundle") => array(&body["entry"])
            .flat_map(|entry| [&entry["resource"], &entry["response"]["outcome"]])
            .filter(|resource| resource.is_object())
            .collect(),
        Some("Parameters") => {
            let returned = array(&body["parameter"]).map(|parameter| &parameter["resource"]);
            returned
                .flat_map(|it| if it["resourceType"] == "Bundle" { resources(it) } else { vec![it] })
                .filter(|resource| resource.is_object())
                .collect()
        }
        Some(_) => vec![body],
        None => Vec::new(),
    }
}

/// Parses `Retry-After`, in seconds or as an HTTP date. `None` if it is missing, zero or in the past.
fn asked_delay(reply: &Reply, now: Timestamp) -> Option<Duration> {
    let text = reply.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let asked = if is_number {
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        let until = Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()?;
        Duration::try_from(until.duration_since(now)).ok()?
    };
    (!asked.is_zero()).then_some(asked)
}
