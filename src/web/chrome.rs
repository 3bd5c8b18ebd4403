use serde::Serialize;

/// What stands around a page: whose chart, who is signed in, how to switch language.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Chrome {
    /// Whose chart it is; on every page of a context.
    pub banner: Option<Banner>,
    /// Name of the person signed in.
    pub signed_in_as: Option<String>,
    /// Where the language switch leads back to: a path of this context.
    pub back: String,
    /// Path of this context, such as `/c/…`, for the links at the top.
    pub context_path: Option<String>,
    /// Token for this page's forms.
    pub csrf_token: String,
    /// Declarations for the root of the style sheet; empty when the page looks as ours do.
    pub style: String,
    /// Whether the language switch is a part of the page's own form, so that it keeps what was typed.
    pub own_language_switch: bool,
}

/// Whose chart it is. The strongest thing on every page of a context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Banner {
    /// `FAMILY, Given`; empty when the chart has no name.
    pub name: String,
    /// Birth date in the reader's language; empty when unknown.
    pub born: String,
    /// Age in years.
    pub age: Option<i16>,
    /// FHIR gender code; empty when unknown.
    pub gender: String,
    /// Two letters of the province of the health number; empty when unknown.
    pub health_number_province: String,
    /// Health number, in groups; empty when there is none.
    pub health_number: String,
    /// Version code of the health number; may be empty.
    pub health_number_version: String,
    /// Name of the EHR the chart is in.
    pub ehr: String,
    /// What somebody must know of this chart; messages `banner-…` say it.
    pub cautions: Vec<&'static str>,
    /// The EHR shows whose chart it is around us, so this is one thin line.
    pub slim: bool,
}
