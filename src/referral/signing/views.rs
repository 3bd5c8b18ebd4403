//! Parts of pages about a referral that one user prepares and another signs.

use serde::Serialize;

use crate::forms::Change;

/// Clinician who may be named to sign.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignerOption {
    /// Row id of the account.
    pub id: String,
    /// Name, with the e-mail if another one has the same name.
    pub name: String,
    /// Whether the clinician was named before.
    pub chosen: bool,
}

/// Note above the review of a referral that another user prepared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HandedOverNote {
    /// Name of the user who prepared it.
    pub by: String,
    /// Time at which it was handed over, as text.
    pub at: String,
    /// Name of another clinician who was named to sign it; otherwise empty.
    pub signer: String,
    /// Remark with which it was returned before it was handed over again.
    pub returned: Option<ReturnedView>,
    /// Answers that were filled again from the signer.
    pub to_you: Vec<Change>,
    /// Other differences between the chart now and when it was prepared.
    pub changes: Vec<Change>,
    /// Whether the last attempt to return it lacked a remark.
    pub without_remark: bool,
}

/// Signature that a referral waits for, as its preparer sees it.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct WaitsNote {
    /// Name of the clinician who was named to sign it; empty for any clinician of the clinic.
    pub signer: String,
    /// Time at which it was handed over, as text.
    pub at: String,
}

/// Page about a referral that is no longer where the user's page left it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MovedPage {
    /// Middle of the message keys `moved-{what}-title` and `moved-{what}`: `handed-over`, `handed-over-any`, `taken-back`,
    /// `returned`, `discarded` or `sent`.
    pub what: String,
    /// Name of the clinician who was named to sign it, or else of the user who took the step.
    pub by: String,
    /// Time of the step, as text.
    pub at: String,
    /// Title of the form.
    pub form: String,
    /// Number of the referral.
    pub number: String,
    /// Path of its status; empty if the user may not see it.
    pub path: String,
    /// Whether the user may take it back.
    pub may_take_back: bool,
}

/// Return of a referral to the user who prepared it.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct ReturnedView {
    /// Name of the clinician.
    pub by: String,
    /// Time, as text.
    pub at: String,
    /// Remark as typed.
    pub remark: String,
}
