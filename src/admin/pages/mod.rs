//! Page contexts of the admin pages. None of them holds patient data.

mod check;
mod confirm;
mod deliveries;
mod ehr;
mod ehrs;
mod form;
mod launches;
mod sign_in;

pub use check::{Action, CheckLine, CheckPage};
pub use confirm::ConfirmPage;
pub use deliveries::{DeliveriesPage, DeliveryEntry, DeliveryPage};
pub(super) use ehr::shown;
pub use ehr::{EhrPage, HandedOver, Launches, Shown};
pub use ehrs::{EhrRow, EhrsPage};
pub use form::{Choice, EhrFormPage, Field, FormProblem};
pub use launches::{LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage};
pub use sign_in::SignInPage;
