//! Tests of a fault of ours while a referral is sent.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::BoxFuture;
use passerelle::{
    db::{Db, Error, Result},
    referral::{Finding, Submission, SubmitCheck},
    testing::TestApp,
};
use tokio::sync::Notify;

use crate::{
    form::Cardiology as _,
    referral::{delivered, follow, form_of, send, to_summary},
};

/// Check that fails once, when it may.
#[derive(Clone, Default)]
struct Faulty(Arc<State>);

#[derive(Default)]
struct State {
    is_armed: AtomicBool,
    began: Notify,
    may_fail: Notify,
}

impl SubmitCheck for Faulty {
    fn check<'a>(&'a self, _: &'a Db, _: &'a Submission<'a>) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            if self.0.is_armed.swap(false, Ordering::AcqRel) {
                self.0.began.notify_one();
                self.0.may_fail.notified().await;
                return Err(Error::Open("a fault of this test".into()));
            }
            Ok(Vec::new())
        })
    }
}

/// A fault of ours after the referral was stored does not answer that it was not sent: the page of the sent referral is shown,
/// and one message is delivered. Before it is stored, the fault is an error, and nothing is sent.
#[actix_web::test]
async fn answers_that_a_referral_is_stored_although_a_fault_follows() {
    let fault = Faulty::default();
    let check = fault.clone();
    let app = TestApp::setup().extend(move |builder| builder.submit_check(check.clone())).start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;

    fault.0.is_armed.store(true, Ordering::Release);
    fault.0.may_fail.notify_one();
    let failed = send(&mut browser, &summary).await;
    assert_eq!(failed.status, 503, "{}", failed.text());
    app.deliver().await;
    assert!(delivered(&app).is_empty());

    fault.0.began.notified().await;
    fault.0.is_armed.store(true, Ordering::Release);
    let mut other = browser.clone();
    let stores = async {
        fault.0.began.notified().await;
        let sent = send(&mut other, &summary).await;
        fault.0.may_fail.notify_one();
        sent
    };
    let (interrupted, stored) = tokio::join!(send(&mut browser, &summary), stores);
    assert_eq!((stored.status, interrupted.status), (303, 303), "{}", interrupted.text());
    assert_eq!(interrupted.location(), stored.location());
    app.deliver().await;
    assert!(follow(&mut browser, &interrupted).await.text().contains("Delivered"));
    assert_eq!(delivered(&app).len(), 1);
}
