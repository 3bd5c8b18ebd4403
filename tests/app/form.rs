//! The referral form as a browser without JavaScript handles it: fields read from the page, changed and sent.

use passerelle::testing::{Browser, Page};

/// Fields of a page's form, and the URL that they are sent to.
#[derive(Clone, Debug)]
pub struct FormFields {
    pub action: String,
    fields: Vec<(String, String)>,
    body: String,
}

impl FormFields {
    pub fn read(page: &Page) -> Self {
        let start = page.body.find("<form id=\"referral\"").unwrap_or_else(|| {
            panic!("no form: {} {} {}", page.status, page.title(), page.text());
        });
        let body = &page.body[start..start + page.body[start..].find("</form>").unwrap()];
        let mut form =
            Self { action: attribute(body, "action").unwrap(), fields: Vec::new(), body: body.to_owned() };
        for tag in body.split('<').skip(1) {
            form.take(tag, body);
        }
        form
    }

    fn take(&mut self, tag: &str, body: &str) {
        let (head, after) = tag.split_once('>').unwrap();
        let Some(name) = attribute(head, "name") else { return };
        let value = attribute(head, "value").unwrap_or_default();
        let choice = head.contains("type=\"radio\"") || head.contains("type=\"checkbox\"");
        if head.starts_with("input") && (!choice || head.contains(" checked")) {
            self.fields.push((name, value));
        } else if head.starts_with("textarea") {
            self.fields.push((name, unescaped(after.trim_start_matches('\n'))));
        } else if head.starts_with("select") {
            let options = &body[body.find(tag).unwrap()..];
            let options = options.split("</select>").next().unwrap();
            let chosen = options.split("<option").find(|option| option.contains(" selected"));
            self.fields
                .push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
        }
    }

    /// Encodes every field as a browser does.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers a question with the first offered option that contains `wanted`.
    pub fn choose(&mut self, name: &str, wanted: &str) -> &mut Self {
        let field = format!("name=\"{name}\"");
        let in_select =
            self.body.split("<select").find(|select| select.split('>').next().unwrap().contains(&field));
        let tags = in_select.map_or(self.body.as_str(), |select| select.split("</select>").next().unwrap());
        let offered = tags.split('<').filter(|tag| match in_select {
            Some(_) => tag.starts_with("option"),
            None => tag.starts_with("input") && tag.contains(&field),
        });
        let values: Vec<String> =
            offered.filter_map(|tag| attribute(tag, "value")).filter(|value| !value.is_empty()).collect();
        let value = values.iter().find(|value| value.contains(wanted));
        let value = value.unwrap_or_else(|| panic!("{name} offers no {wanted}: {values:?}")).clone();
        self.set(name, &value)
    }

    /// Answers every required question that a chart cannot answer.
    pub fn complete(&mut self, concern: &str) -> &mut Self {
        self.set("a.concern", concern).choose("a.reason", "80313002");
        for question in
            ["a.voicemail", "a.interpreter", "a.rest-pain", "a.exertional-syncope", "a.suspected-acs"]
        {
            self.set(question, "false");
        }
        for question in ["a.cardiac-device", "a.diabetes", "a.hypertension", "a.anticoagulant"] {
            if self.value(question).is_empty() {
                self.set(question, "false");
            }
        }
        for (question, answer) in [
            ("a.consent-referral", "agrees"),
            ("a.consent-messages", "phone"),
            ("a.urgency", "routine"),
            ("a.preference", "first-available"),
            ("a.ecg-source", "separate"),
            ("a.onset", ""),
            ("a.smoking-status", ""),
            ("a.language", ""),
        ] {
            if self.value(question).is_empty() {
                self.choose(question, answer);
            }
        }
        for (question, answer) in
            [("a.phone", "613-555-0100"), ("a.clinic-name", "Clinic"), ("a.referrer", "Dr. Okafor")]
        {
            if self.value(question).is_empty() {
                self.set(question, answer);
            }
        }
        self
    }

    /// Presses a button of the form.
    pub async fn press(&self, browser: &mut Browser, action: &str) -> Page {
        let fields: Vec<(&str, &str)> = self
            .fields()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain([("action", action)])
            .collect();
        browser.post(&self.action, &fields).await
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#39;", "'").replace("&amp;", "&")
}
