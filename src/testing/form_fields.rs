//! Referral form as a browser without JavaScript handles it: fields read from the page, changed and sent.

use super::{
    browser::{Browser, Sending},
    page::Page,
};
use crate::forms::FILE_FIELD;

/// Answers tried for a required question without options, until the form accepts one.
const ANSWERS: [&str; 5] = ["Answer of the test", "1", "2026-01-15", "2027-01-15", "10:30"];

/// Rounds of saving and answering before a test gives up.
const MAX_ROUNDS: usize = 10;

/// Fields of the referral form of a page, and the URL they are sent to.
#[derive(Clone, Debug)]
pub struct FormFields {
    /// Path of the form's `action`.
    pub action: String,
    fields: Vec<(String, String)>,
    body: String,
}

impl FormFields {
    /// Reads the form of a page, with the values that a browser would send.
    ///
    /// # Panics
    /// If the page has no referral form.
    #[must_use]
    pub fn read(page: &Page) -> Self {
        let start = page.body.find("<form id=\"referral\"").unwrap_or_else(|| {
            panic!("no form: {} {} {}", page.status, page.title(), page.text());
        });
        let end = page.body[start..].find("</form>").expect("the form ends");
        let body = &page.body[start..start + end];
        let action = attribute(body, "action").expect("the form has an action");
        let mut form = Self { action, fields: Vec::new(), body: body.to_owned() };
        for tag in body.split('<').skip(1) {
            form.read_tag(tag, body);
        }
        form
    }

    fn read_tag(&mut self, tag: &str, body: &str) {
        let Some((head, after)) = tag.split_once('>') else { return };
        let Some(name) = attribute(head, "name") else { return };
        let value = attribute(head, "value").unwrap_or_default();
        if head.starts_with("input") && (!is_choice(head) || head.contains(" checked")) {
            self.fields.push((name, value));
        } else if head.starts_with("textarea") {
            self.fields.push((name, unescaped(after.trim_start_matches('\n'))));
        } else if head.starts_with("select") {
            let from = body.find(tag).unwrap_or_default();
            let options = body[from..].split("</select>").next().unwrap_or_default();
            let selected = options.split("<option").find(|option| option.contains(" selected"));
            let value = selected.and_then(|option| attribute(option, "value"));
            self.fields.push((name, value.unwrap_or_default()));
        }
    }

    /// Names and values of all fields.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// First value of a field that is not empty, such as that of `a.reason`; empty if the form does not have it.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let mut values = self.fields.iter().filter(|(field, value)| field == name && !value.is_empty());
        values.next().map_or("", |(_, value)| value)
    }

    /// Answers a question with all the options that it offers.
    pub fn choose_all(&mut self, name: &str) -> &mut Self {
        let values = self.options(name);
        self.fields.retain(|(field, _)| field != name);
        self.fields.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        self
    }

    /// Adds a value to a field, beside those that it has.
    pub fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a value out of a field that has several.
    ///
    /// # Panics
    /// If the field does not have it.
    pub fn take_out(&mut self, name: &str, value: &str) -> &mut Self {
        let before = self.fields.len();
        self.fields.retain(|(field, own)| field != name || own != value);
        assert!(self.fields.len() < before, "{name} has no {value}: {:?}", self.fields);
        self
    }

    /// Replaces every value of a field.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers a question with the first offered option whose value contains `wanted`.
    ///
    /// # Panics
    /// If no option does.
    pub fn choose(&mut self, name: &str, wanted: &str) -> &mut Self {
        let values = self.options(name);
        let value = values.iter().find(|value| value.contains(wanted));
        let value = value.unwrap_or_else(|| panic!("{name} offers no {wanted}: {values:?}")).clone();
        self.set(name, &value)
    }

    /// Values of the options that a question offers, except the empty one.
    fn options(&self, name: &str) -> Vec<String> {
        let field = format!("name=\"{name}\"");
        let has_name = |select: &&str| select.split('>').next().is_some_and(|head| head.contains(&field));
        let select = self.body.split("<select").skip(1).find(has_name);
        let tags = select.map_or(self.body.as_str(), |select| select.split("</select>").next().unwrap_or(""));
        let offered = tags.split('<').filter(|tag| match select {
            Some(_) => tag.starts_with("option"),
            None => tag.starts_with("input") && tag.contains(&field) && is_choice(tag),
        });
        offered.filter_map(|tag| attribute(tag, "value")).filter(|value| !value.is_empty()).collect()
    }

    /// Answers every required question that has no answer yet: with `false` if that is offered, otherwise with the first
    /// option, otherwise with a text. Saves the form in between, since answers bring up further questions.
    ///
    /// # Panics
    /// If the form requires answers that this harness cannot give: `set` or `choose` them before.
    pub async fn answer_required(&mut self, browser: &mut Browser) -> &mut Self {
        for _ in 0..MAX_ROUNDS {
            let answered = self.answer_open();
            let saved = self.press(browser, "save").await;
            let page = if saved.redirects() {
                browser.get(&format!("{}?notice=check", saved.location().path())).await
            } else {
                saved
            };
            let before = std::mem::replace(self, Self::read(&page));
            if !self.answer_again(&before) && !answered {
                return self;
            }
        }
        panic!("the form still requires answers: {:?}", self.fields);
    }

    /// Answers the required questions that are shown. Returns whether there were any.
    fn answer_open(&mut self) -> bool {
        let open: Vec<String> = self.questions().filter(|name| self.value(name).is_empty()).collect();
        for name in &open {
            let options = self.options(name);
            let answer = options.iter().find(|value| *value == "false").or(options.first());
            let answer = answer.map_or(ANSWERS[0], String::as_str).to_owned();
            self.set(name, &answer);
        }
        !open.is_empty()
    }

    /// Field names of the required questions that are shown.
    fn questions(&self) -> impl Iterator<Item = String> + '_ {
        let items = self.body.split("data-place=\"").skip(1);
        let required = items.filter(|item| {
            let head = item.split('>').next().unwrap_or_default();
            !head.ends_with(" hidden") && item.contains("class=\"required\"")
        });
        required.filter_map(|item| {
            let (_, after) = item.split_once(" name=\"")?;
            after.split_once('"').map(|(name, _)| name.to_owned())
        })
    }

    /// Replaces the answers that the form refused by the next kind of text. Returns whether there were any.
    fn answer_again(&mut self, before: &Self) -> bool {
        let refused: Vec<String> = (self.body.split("data-place=\"").skip(1))
            .filter(|item| item.contains("aria-invalid=\"true\"") || item.contains("class=\"problem\""))
            .filter_map(|item| Some(item.split_once(" name=\"")?.1.split_once('"')?.0.to_owned()))
            .collect();
        let mut replaced = false;
        for name in refused {
            let tried = ANSWERS.iter().position(|answer| *answer == before.value(&name));
            if let Some(next) = tried.and_then(|tried| ANSWERS.get(tried + 1)) {
                self.set(&name, next);
                replaced = true;
            }
        }
        replaced
    }

    /// Returns a post of the form with files, each as place of the question, name and content, by the button beside the first.
    #[must_use]
    pub fn with_files(&self, files: &[(&str, &str, &[u8])]) -> Sending {
        let place = files.first().map_or("", |(place, _, _)| place);
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields = fields.filter(|(name, _)| !name.starts_with(FILE_FIELD));
        let fields: Vec<(&str, &str)> = fields.chain([("attach", place)]).collect();
        let names: Vec<String> = files.iter().map(|(place, _, _)| format!("{FILE_FIELD}{place}")).collect();
        let files =
            names.iter().zip(files).map(|(field, (_, name, content))| (field.as_str(), *name, *content));
        Sending::multipart(&self.action, &fields, &files.collect::<Vec<_>>())
    }

    /// Presses a button of the form: `save`, `close` or `continue`.
    pub async fn press(&self, browser: &mut Browser, action: &str) -> Page {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = fields.chain([("action", action)]).collect();
        browser.post(&self.action, &fields).await
    }
}

fn is_choice(tag: &str) -> bool {
    tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#39;", "'").replace("&amp;", "&")
}
