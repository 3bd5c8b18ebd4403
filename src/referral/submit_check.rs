use futures_util::future::BoxFuture;
use jiff::SignedDuration;

use super::lists::store as list_store;
use crate::{
    clock::SharedClock,
    db::{Db, Result},
    directory::Service,
    forms::{Answers, Form},
    launch::OpenContext,
};

/// What is about to be sent.
pub struct Submission<'a> {
    /// Row id of the referral.
    pub referral_id: &'a str,
    /// The open chart.
    pub context: &'a OpenContext,
    /// The form.
    pub form: &'a Form,
    /// What was typed.
    pub answers: &'a Answers,
    /// Where it goes.
    pub service: &'a Service,
}

/// Something a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A slug; messages `finding-{id}` say it. Unique among the findings of one submission.
    pub id: String,
    /// What follows from it.
    pub kind: FindingKind,
}

/// What follows from a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// It cannot be sent like this.
    Blocks,
    /// It can be sent once the person confirms having seen this.
    NeedsConfirmation,
}

/// A check before sending.
///
/// 1. What it is: asked for the summary page and again when it is sent.
/// 2. Needed: no. Required answers and a living patient are checked always.
/// 3. Ships: [`NoRecentDuplicate`].
/// 4. Your own: implement this trait and hand it to `AppBuilder::submit_check`; say your finding in a locale file.
pub trait SubmitCheck: Send + Sync + 'static {
    /// Looks at what is about to be sent.
    fn check<'a>(&'a self, db: &'a Db, submission: &'a Submission<'a>)
    -> BoxFuture<'a, Result<Vec<Finding>>>;
}

/// Asks for confirmation when this patient was referred to the same service in the last ninety days.
pub struct NoRecentDuplicate {
    /// The clock.
    pub clock: SharedClock,
}

impl SubmitCheck for NoRecentDuplicate {
    fn check<'a>(
        &'a self,
        db: &'a Db,
        submission: &'a Submission<'a>,
    ) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            let since = (self.clock.now() - SignedDuration::from_hours(90 * 24)).as_millisecond();
            let about = (submission.context.patient_key.as_str(), submission.service.id.as_str());
            let recent = list_store::find_recent(db, about, submission.referral_id, since).await?;
            let finding = Finding { id: "recent-duplicate".to_owned(), kind: FindingKind::NeedsConfirmation };
            Ok(recent.map(|_| finding).into_iter().collect())
        })
    }
}
