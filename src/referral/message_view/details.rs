//! Every element of a resource, with its name.

use serde_json::Value;

use super::{
    datatype::extension_name,
    piece::{Detail, contact_point, element_name},
    reader::Reader,
};

impl Reader<'_> {
    /// Elements of a resource that people can read, but those named in `shown`.
    pub(super) fn details(&self, resource: &Value, shown: &[&str]) -> Vec<Detail> {
        let members = resource.as_object().into_iter().flatten();
        let members = members.filter(|(name, _)| !shown.contains(&name.as_str()));
        let details = members.flat_map(|(name, value)| {
            let items: Vec<&Value> = match value {
                Value::Array(items) => items.iter().collect(),
                value => vec![value],
            };
            items.into_iter().map(move |item| self.detail(name.trim_start_matches('_'), item))
        });
        details.filter(|detail| !detail.value.is_empty()).collect()
    }

    pub(super) fn detail(&self, name: &str, value: &Value) -> Detail {
        if name == "extension" {
            return Detail {
                name: element_name(extension_name(value["url"].as_str().unwrap_or_default())),
                usage: String::new(),
                value: self.extension_value(value),
            };
        }
        if name != "telecom" {
            return Detail { name: element_name(name), usage: String::new(), value: self.value(name, value) };
        }
        let (system, usage) = contact_point(value);
        let mut rest = value.clone();
        if let Some(point) = rest.as_object_mut() {
            point.remove("use");
        }
        Detail { name: system, usage, value: self.value("telecom", &rest) }
    }
}
