//! Page contexts of the admin pages. None of them holds patient data.

mod check;
mod confirm;
mod deliveries;
mod ehr;
mod ehrs;
mod form;
mod launches;
mod sign_in;
mod troubleshooting;

pub use check::{Action, CheckLine, CheckPage};
pub use confirm::ConfirmPage;
pub use deliveries::{DeliveriesPage, DeliveryEntry, DeliveryPage};
pub(super) use ehr::setting_rows;
pub use ehr::{EhrPage, HandOverRow, LastLaunches, SettingRow};
pub use ehrs::{EhrRow, EhrsPage};
pub use form::{Choice, EhrFormPage, Field, FormProblem};
pub use launches::{LaunchError, LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage};
pub use sign_in::SignInPage;
pub use troubleshooting::TroubleshootingPage;
