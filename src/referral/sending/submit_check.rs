//! Checks before sending, which vendors can add to.

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::SharedClock,
    db::{Db, Result},
    directory::Service,
    forms::{Answers, Form},
    launch::OpenContext,
    referral::lists::store::{self as list_store, EarlierReferral, EarlierSubmission},
};

/// Days for which an earlier referral of the same patient counts.
pub(in crate::referral) const RECENT_DAYS: i64 = 90;

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
    /// Name in the confirmation. Unique among the findings of one submission.
    pub id: String,
    /// Effect on sending.
    pub kind: FindingKind,
    /// Slug of its text, the message `finding-{text}`; by default the id.
    pub text: String,
    /// Subject, such as the title of a document: `{ $name }` in the text; may be empty.
    pub name: String,
    /// When, or another detail: `{ $detail }` in the text; may be empty.
    pub detail: String,
    /// Row id of another referral that it is about. The page links to that one if the user may open it.
    pub referral_id: Option<String>,
}

impl Finding {
    /// Returns a finding whose text is the message `finding-{id}`.
    #[must_use]
    pub fn new(id: impl Into<String>, kind: FindingKind) -> Self {
        let id = id.into();
        Self { text: id.clone(), id, kind, name: String::new(), detail: String::new(), referral_id: None }
    }

    /// Sets what the finding is about, for `{ $name }` in its text.
    #[must_use]
    pub fn about(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }
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
/// 3. Ships: [`FittingSpecialty`](crate::referral::FittingSpecialty), [`NoRecentDuplicate`],
///    [`NotSentSinceBackup`](crate::referral::NotSentSinceBackup).
/// 4. Your own: implement this trait, pass it to `AppBuilder::submit_check`, and add the texts of its findings to your
///    locale files.
pub trait SubmitCheck: Send + Sync + 'static {
    /// Returns the findings about a referral that is about to be sent.
    fn check<'a>(&'a self, db: &'a Db, submission: &'a Submission<'a>)
    -> BoxFuture<'a, Result<Vec<Finding>>>;
}

/// Asks for confirmation of each referral of the patient to the same service in the last 90 days, those that arrived first.
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
            let since = (self.clock.now() - SignedDuration::from_hours(RECENT_DAYS * 24)).as_millisecond();
            let earlier = EarlierReferral {
                patient_key: &submission.context.patient_key,
                service_id: &submission.service.id,
                except_id: submission.referral_id,
                since,
            };
            let found = list_store::find_submissions(db, earlier).await?;
            Ok(found.into_iter().map(duplicate).collect())
        })
    }
}

/// Returns the id of the finding about an earlier referral to the same service.
pub(super) fn duplicate_id(referral_id: &str) -> String {
    format!("recent-duplicate-{referral_id}")
}

/// Asks for confirmation of an earlier referral to the same service, with its state.
fn duplicate(earlier: EarlierSubmission) -> Finding {
    let text = match earlier.status.as_str() {
        "sent" => "recent-duplicate".to_owned(),
        other => format!("recent-duplicate-{other}"),
    };
    let finding = Finding::new(duplicate_id(&earlier.id), FindingKind::NeedsConfirmation);
    Finding {
        text,
        referral_id: Some(earlier.id),
        detail: Timestamp::from_millisecond(earlier.submitted_at).unwrap_or_default().to_string(),
        ..finding.about(format!("{}, {}", earlier.number, earlier.signed_by.unwrap_or_default()))
    }
}
