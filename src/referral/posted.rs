//! Fields that a page of the form posts.

use crate::forms::{Answers, Form};

/// Parsed body of a form post.
#[derive(Default)]
pub(super) struct Posted {
    pub(super) csrf_token: String,
    pub(super) ticket: String,
    pub(super) revision: i64,
    /// Count of this page's saves, set by its script; 0 without the script.
    pub(super) save: i64,
    pub(super) action: String,
    /// Language of the page, in which numbers were typed.
    pub(super) lang: String,
    /// Whether the user asked to read the chart again.
    pub(super) reload: bool,
    /// Answers, by field name.
    pub(super) fields: Vec<(String, String)>,
}

impl Posted {
    /// Parses a form body. Fields that are not about the page itself are answers.
    pub(super) fn parse(body: &str) -> Self {
        let mut posted = Self::default();
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "csrf_token" => posted.csrf_token = value.into_owned(),
                "ticket" => posted.ticket = value.into_owned(),
                "revision" => posted.revision = value.parse().unwrap_or(0),
                "save" => posted.save = value.parse().unwrap_or(0),
                "lang" => posted.lang = value.into_owned(),
                "action" => posted.action = value.into_owned(),
                "reload" => posted.reload = true,
                _ => posted.fields.push((name.into_owned(), value.into_owned())),
            }
        }
        posted
    }

    /// Reads the answers of a form from the fields.
    pub(super) fn answers(&self, form: &Form) -> Answers {
        Answers::from_fields(form, self.fields.iter().cloned(), &self.lang)
    }
}
