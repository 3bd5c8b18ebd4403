//! Check that the destination offers what the form requests.

use futures_util::future::BoxFuture;

use super::submit_check::{Finding, FindingKind, Submission, SubmitCheck};
use crate::db::{Db, Result};

/// Asks for confirmation if the service has none of the specialties that the form requests.
pub struct FittingSpecialty;

impl SubmitCheck for FittingSpecialty {
    fn check<'a>(&'a self, _: &'a Db, submission: &'a Submission<'a>) -> BoxFuture<'a, Result<Vec<Finding>>> {
        let fits = submission.service.fits(submission.form.service_codings());
        let finding = Finding::new("other-specialty", FindingKind::NeedsConfirmation);
        Box::pin(async move { Ok(if fits { Vec::new() } else { vec![finding] }) })
    }
}
