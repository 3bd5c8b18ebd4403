//! Texts that a message carries in several languages, for a reader of one.

use serde_json::Value;

use crate::fhir::TRANSLATION;

/// Exchanges each text with its translation into this language, if it has one, so that the reader sees both and theirs first.
pub(super) fn localize(value: &mut Value, lang: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| localize(item, lang)),
        Value::Object(members) => {
            let names: Vec<String> =
                members.keys().filter_map(|name| name.strip_prefix('_')).map(str::to_owned).collect();
            for name in names {
                let own = members.get(&name).and_then(Value::as_str).map(str::to_owned);
                let translated = own.and_then(|own| exchange(&mut members[&format!("_{name}")], &own, lang));
                if let Some(translated) = translated {
                    members.insert(name, translated.into());
                }
            }
            members.values_mut().for_each(|member| localize(member, lang));
        }
        _ => {}
    }
}

/// Returns the translation, in whose place the own text is now.
fn exchange(sibling: &mut Value, own: &str, lang: &str) -> Option<String> {
    let extensions = sibling.get_mut("extension")?.as_array_mut()?;
    let found = extensions.iter_mut().find(|extension| {
        let language = part(extension, "lang").and_then(|part| part["valueCode"].as_str());
        extension["url"] == TRANSLATION && language.is_some_and(|tag| tag.split('-').next() == Some(lang))
    })?;
    let parts = found.get_mut("extension")?.as_array_mut()?;
    let content = parts.iter_mut().find(|part| part["url"] == "content")?;
    let value = content.as_object_mut()?.iter_mut().find(|(name, _)| name.starts_with("value"))?.1;
    let translated = value.as_str()?.to_owned();
    *value = own.into();
    parts.retain(|part| part["url"] != "lang");
    Some(translated)
}

fn part<'v>(extension: &'v Value, url: &str) -> Option<&'v Value> {
    extension["extension"].as_array()?.iter().find(|part| part["url"] == url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exchanges_a_text_with_its_translation() {
        let coding = json!({ "display": "Cardiology", "_display": { "extension": [{ "url": TRANSLATION, "extension": [
            { "url": "lang", "valueCode": "fr-CA" }, { "url": "content", "valueString": "Cardiologie" } ] }] } });
        let message = json!({ "code": { "coding": [coding] } });
        let mut english = message.clone();
        localize(&mut english, "en");
        assert_eq!(english, message);
        let mut french = message;
        localize(&mut french, "fr");
        let coding = &french["code"]["coding"][0];
        assert_eq!(coding["display"], "Cardiologie");
        let rest = &coding["_display"]["extension"][0]["extension"];
        assert_eq!(*rest, json!([{ "url": "content", "valueString": "Cardiology" }]));
    }
}
