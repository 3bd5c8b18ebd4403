//! Checks before sending, which vendors can add to.

use futures_util::future::BoxFuture;
use jiff::SignedDuration;

use super::list_store::{self, EarlierReferral};
use crate::{
    clock::SharedClock,
    db::{Db, Result},
    directory::Service,
    forms::{Answers, Form},
    launch::OpenContext,
};

/// Referral that is about to be sent.
pub struct Submission<'a> {
    /// Row id of the referral.
    pub referral_id: &'a str,
    /// Open chart of the patient.
    pub context: &'a OpenContext,
    /// Form of the referral.
    pub form: &'a Form,
    /// Answers of the form.
    pub answers: &'a Answers,
    /// Service that it goes to.
    pub service: &'a Service,
}

/// Finding of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Slug; its text is the message `finding-{id}`. Unique among the findings of one submission.
    pub id: String,
    /// Effect on sending.
    pub kind: FindingKind,
}

/// Effect of a finding on sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The referral cannot be sent.
    Blocks,
    /// The referral can be sent after the clinician confirms the finding.
    NeedsConfirmation,
}

/// Check before sending.
///
/// 1. What it is: a check that runs for the summary page, and again when the referral is submitted.
/// 2. Needed: no. Required answers and cautions of the chart, such as a deceased patient, are always checked.
/// 3. Ships: [`NoRecentDuplicate`].
/// 4. Your own: implement this trait, pass it to `AppBuilder::submit_check`, and add the texts of its findings to your
///    locale files.
pub trait SubmitCheck: Send + Sync + 'static {
    /// Returns the findings about a referral that is about to be sent.
    fn check<'a>(&'a self, db: &'a Db, submission: &'a Submission<'a>)
    -> BoxFuture<'a, Result<Vec<Finding>>>;
}

/// Asks for confirmation if the patient was referred to the same service in the last 90 days.
pub struct NoRecentDuplicate {
    /// Clock that the 90 days are counted with.
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
            let earlier = EarlierReferral {
                patient_key: &submission.context.patient_key,
                service_id: &submission.service.id,
                except_id: submission.referral_id,
                since,
            };
            let recent = list_store::find_last_submission(db, earlier).await?;
            let finding = Finding { id: "recent-duplicate".to_owned(), kind: FindingKind::NeedsConfirmation };
            Ok(recent.map(|_| finding).into_iter().collect())
        })
    }
}
