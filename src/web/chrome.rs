//! Frame of a page: patient banner, signed-in user, language switch.

use serde::Serialize;

/// Frame of a page: patient banner, signed-in user, language switch.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct Chrome {
    /// Patient banner, on every page of a launch context.
    pub banner: Option<Banner>,
    /// Name of the signed-in user.
    pub signed_in_as: Option<String>,
    /// Path to which the language switch returns, within this context.
    pub back: String,
    /// Path of this context, such as `/c/…`, for the navigation links.
    pub context_path: Option<String>,
    /// Path at which a page asks whether the session has ended, and extends it; empty where it does not.
    pub session_path: String,
    /// CSRF token for the forms of this page.
    pub csrf_token: String,
    /// CSS custom properties from the EHR's style; empty for the default look.
    pub style: String,
    /// Whether the language switch is part of the page's own form, so that it keeps what was typed.
    pub own_language_switch: bool,
    /// Whether all sending is held, which every administrators' page says.
    pub sending_held: bool,
}

/// Patient banner, the most prominent element on every page of a context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Banner {
    /// Name as `FAMILY, Given`; empty if the chart has none.
    pub name: String,
    /// Initials for the title of the window, which browsers keep in their history.
    pub initials: String,
    /// Birth date to stand after "born" in the reader's language; empty if unknown.
    pub born: String,
    /// Age in years.
    pub age: Option<i16>,
    /// FHIR gender code; empty if unknown.
    pub gender: String,
    /// Two-letter code of the province of the health number; empty if unknown.
    pub health_number_province: String,
    /// Health number, in groups of digits; empty if the chart has none.
    pub health_number: String,
    /// Version code of the health number; may be empty.
    pub health_number_version: String,
    /// Name of the EHR that holds the chart.
    pub ehr: String,
    /// Cautions about this patient, as the ends of message keys `banner-…`.
    pub cautions: Vec<&'static str>,
    /// Whether a caution forbids to send a referral.
    pub stops: bool,
    /// Whether the EHR shows its own banner around ours, so that ours is a single line.
    pub slim: bool,
}
