//! Fields that a page of the form posts.

use crate::attachments::Upload;
use crate::forms::{Answers, FILE_FIELD, Form, RowAction, is_place};
use crate::referral::files::FileChanges;

/// Parsed body of a form post.
#[derive(Default)]
pub(in crate::referral) struct Posted {
    pub(in crate::referral) csrf_token: String,
    pub(in crate::referral) ticket: String,
    pub(in crate::referral) revision: i64,
    /// Count of this page's saves, set by its script; 0 without the script.
    pub(in crate::referral) save: i64,
    pub(in crate::referral) action: String,
    /// Language of the page, in which numbers were typed.
    pub(in crate::referral) lang: String,
    /// Change to the rows of a list.
    pub(in crate::referral) row: Option<RowAction>,
    /// Place of the question at which the user asked to read the chart again.
    pub(in crate::referral) reload: Option<String>,
    /// Place of the question at which the user asked to add files.
    pub(in crate::referral) attach: Option<String>,
    /// Place of the question whose value set the user searches.
    pub(in crate::referral) find: Option<String>,
    /// Files, and the id of a file to remove.
    pub(in crate::referral) files: FileChanges,
    /// HTML id of the element to which the page returns; empty for its top.
    pub(in crate::referral) at: String,
    /// Answers, by field name.
    pub(in crate::referral) fields: Vec<(String, String)>,
}

impl Posted {
    /// Parses a form body. Fields that are not about the page itself are answers.
    pub(in crate::referral) fn parse(body: &str) -> Self {
        let mut posted = Self::default();
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            posted.take(&name, value.into_owned());
        }
        posted
    }

    /// Takes one field.
    pub(in crate::referral) fn take(&mut self, name: &str, value: String) {
        match name {
            "csrf_token" => self.csrf_token = value,
            "ticket" => self.ticket = value,
            "revision" => self.revision = value.parse().unwrap_or(0),
            "save" => self.save = value.parse().unwrap_or(0),
            "lang" => self.lang = value,
            "action" => self.action = value,
            "reload" => self.reload = Some(value),
            "row" => self.row = RowAction::parse(&value),
            "attach" => self.attach = Some(value),
            "find" => self.find = Some(value),
            "detach" => self.files.removed = Some(value),
            "at" => self.at = value,
            _ => self.fields.push((name.to_owned(), value)),
        }
    }

    /// Takes a file. Files of fields that are not about a question are ignored.
    pub(in crate::referral) fn take_file(&mut self, field: &str, upload: Upload) {
        if let Some(place) = field.strip_prefix(FILE_FIELD).filter(|place| is_place(place)) {
            self.files.added.push((place.to_owned(), upload));
        }
    }

    /// Returns the fragment of the place to which the page returns, such as `#f-ldl`, or nothing for its top. Of what a
    /// browser posts, only the id of an item of a form is used.
    pub(in crate::referral) fn fragment(&self, answers: &Answers) -> String {
        let changed = self.row.as_ref().map(|action| action.target(answers));
        let named = changed
            .as_deref()
            .or(self.reload.as_deref())
            .or(self.attach.as_deref())
            .or(self.find.as_deref())
            .or_else(|| self.at.strip_prefix("f-"));
        // Of an element of an item, such as `f-ldl.problem`, the id begins with a place as well.
        named.filter(|place| is_place(place)).map(|place| format!("#f-{place}")).unwrap_or_default()
    }

    /// Reads the answers of a form from the fields. `earlier` are the stored answers, if there are any.
    pub(in crate::referral) fn answers(&self, form: &Form, earlier: Option<&Answers>) -> Answers {
        Answers::from_fields(form, self.fields.iter().cloned(), &self.lang, earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::Posted;
    use crate::forms::Answers;

    #[test]
    fn returns_to_items_of_a_form_only() {
        let fragment = |body: &str| Posted::parse(body).fragment(&Answers::default());
        assert_eq!(fragment("at=f-ldl&a.ldl=3"), "#f-ldl");
        assert_eq!(fragment("reload=medication-list&at=f-ldl"), "#f-medication-list");
        assert_eq!(fragment("row=remove:dose~r1&at=f-ldl"), "#f-dose");
        for elsewhere in
            ["", "at=", "at=content", "at=f-x%0d%0aSet-Cookie", "at=f-%22", "reload=x%2F..", "reload=%C3%A9"]
        {
            assert_eq!(fragment(elsewhere), "", "{elsewhere}");
        }
    }
}
