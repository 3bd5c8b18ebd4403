//! Identity of a message we sent, by which an answer to it is recognised.

use serde_json::Value;

/// Ids, focus and referral number of a message that was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    ids: Vec<String>,
    focus: Vec<String>,
    numbers: Vec<Identifier>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Identifier {
    system: String,
    value: String,
}

impl Sent {
    /// Reads the identity of the message `id` from its payload, a FHIR message Bundle.
    #[must_use]
    pub fn read(id: &str, payload: &[u8]) -> Self {
        let bundle: Value = serde_json::from_slice(payload).unwrap_or_default();
        let mut sent = Self { ids: vec![id.to_owned()], ..Self::default() };
        sent.ids.extend(text(&bundle["id"]));
        sent.ids.extend(text(&bundle["identifier"]["value"]));
        for entry in array(&bundle["entry"]) {
            let resource = &entry["resource"];
            match resource["resourceType"].as_str() {
                Some("MessageHeader") => {
                    sent.ids.extend(text(&resource["id"]));
                    sent.focus
                        .extend(array(&resource["focus"]).filter_map(|focus| text(&focus["reference"])));
                    let extensions = array(&resource["extension"]);
                    sent.numbers.extend(extensions.filter_map(|it| identifier(&it["valueIdentifier"])));
                }
                Some("ServiceRequest") => {
                    sent.numbers.extend(array(&resource["identifier"]).filter_map(identifier));
                }
                _ => {}
            }
        }
        sent
    }

    /// Whether a `MessageHeader.response` is about this message: its identifier is one of our ids, bare, as a `urn:uuid:`,
    /// or as a reference.
    pub(super) fn is_answered_by(&self, response: &Value) -> bool {
        let named = text(&response["identifier"]).or_else(|| text(&response["identifier"]["value"]));
        named.is_some_and(|named| self.is_id(&named))
    }

    /// Whether a resource without a response confirms this message: the message itself, or a Task on its number.
    pub(super) fn is_confirmed_by(&self, body: &Value, resources: &[&Value]) -> bool {
        let is_echo =
            body["resourceType"] == "Bundle" && body["id"].as_str().is_some_and(|id| self.is_id(id));
        let of_type = |wanted: &'static str| {
            resources.iter().filter(move |resource| resource["resourceType"] == wanted)
        };
        let same_focus = of_type("MessageHeader").any(|header| {
            array(&header["focus"]).any(|it| it["reference"].as_str().is_some_and(|at| self.is_focus(at)))
        });
        let same_number = || resources.iter().any(|resource| self.names_number(resource));
        let task = || of_type("Task").any(|task| self.names_number(task) || self.names_focus(task));
        is_echo || (same_focus && same_number()) || task()
    }

    fn is_id(&self, named: &str) -> bool {
        let named = named.trim();
        let named = named.split("/_history/").next().unwrap_or(named);
        let last = named.rsplit('/').next().unwrap_or(named);
        // The scheme of a URN is case-insensitive.
        let bare = match last.split_at_checked("urn:uuid:".len()) {
            Some((scheme, bare)) if scheme.eq_ignore_ascii_case("urn:uuid:") => bare,
            _ => last,
        };
        !bare.is_empty() && self.ids.iter().any(|id| id.eq_ignore_ascii_case(bare))
    }

    fn is_focus(&self, reference: &str) -> bool {
        self.focus.iter().any(|focus| focus.eq_ignore_ascii_case(reference))
    }

    fn names_focus(&self, task: &Value) -> bool {
        let references = [&task["focus"]].into_iter().chain(array(&task["basedOn"]));
        references.filter_map(|it| it["reference"].as_str()).any(|reference| self.is_focus(reference))
    }

    /// Whether an Identifier with our number occurs in `value`, at any depth.
    fn names_number(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                let is_ours = identifier(value).is_some_and(|found| {
                    let same = |own: &Identifier| {
                        own.value == found.value && (found.system.is_empty() || own.system == found.system)
                    };
                    self.numbers.iter().any(same)
                });
                is_ours || members.values().any(|member| self.names_number(member))
            }
            Value::Array(items) => items.iter().any(|item| self.names_number(item)),
            _ => false,
        }
    }
}

pub(super) fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).filter(|text| !text.is_empty())
}

fn identifier(value: &Value) -> Option<Identifier> {
    let system = value["system"].as_str().unwrap_or_default().to_owned();
    Some(Identifier { system, value: text(&value["value"])? })
}
