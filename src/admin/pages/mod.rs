//! What the pages of the administrators' part hold. No patient is on any of them.

mod check;
mod confirm;
mod ehr;
mod ehrs;
mod form;
mod launches;
mod sign_in;

pub use check::{Action, CheckLine, CheckPage};
pub use confirm::ConfirmPage;
pub use ehr::{EhrPage, HandedOver, Launches, Shown};
pub use ehrs::{EhrRow, EhrsPage};
pub use form::{Choice, EhrFormPage, Field, FormProblem};
pub use launches::{LaunchFact, LaunchPage, LaunchRow, LaunchStep, LaunchesPage};
pub use sign_in::SignInPage;
