//! Page contexts of the admin pages. None of them holds patient data.

mod audit;
mod check;
mod confirm;
mod deliveries;
mod ehr;
mod ehrs;
mod form;
mod forms;
mod launches;
mod password;
mod sign_in;
mod troubleshooting;
mod user_changes;
mod users;

pub use audit::{AuditPage, AuditRow};
pub use check::{Action, CheckLine, CheckPage};
pub use confirm::ConfirmPage;
pub use deliveries::{DeliveriesPage, DeliveryEntry, DeliveryPage};
pub(super) use ehr::setting_rows;
pub use ehr::{EhrPage, HandOverRow, LastLaunches, SettingRow};
pub use ehrs::{EhrRow, EhrsPage};
pub use form::{Choice, EhrFormPage, Field, FormProblem};
pub use forms::{
    FormCaution, FormConfirmPage, FormRefusedPage, FormRetirePage, FormRow, FormsPage, UPLOAD_PROBLEMS,
    problem_samples,
};
pub use launches::{LaunchError, LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage};
pub use password::{NewPasswordPage, PasswordPage};
pub use sign_in::SignInPage;
pub use troubleshooting::TroubleshootingPage;
pub use user_changes::{CodePage, InvitePage, RolePage, UserConfirmPage};
pub use users::{LinkEntry, UserPage, UserRow, UsersPage};
