//! Authorization request that was accepted and may wait for the clinician to sign in and approve.

use crate::demo_ehr::oauth::grants::Grant;

/// Authorization request that passed every check.
#[derive(Clone, Debug)]
pub(in crate::demo_ehr) struct AuthorizationRequest {
    pub(in crate::demo_ehr) grant: Grant,
    pub(in crate::demo_ehr) state: String,
    /// Whether the clinician is already signed in and no approval is needed.
    pub(in crate::demo_ehr) automatic: bool,
}
