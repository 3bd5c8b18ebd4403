//! Compiled templates and their functions.

use std::{collections::HashMap, sync::Arc};

use fluent_bundle::{FluentArgs, FluentValue};
use regex::{Captures, Regex};
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value, escape_html};

use super::{
    files::{Folder, SiteFolder},
    fragments::Html,
    lang::Lang,
    words::Words,
};

/// Initial capacity for the markup around the fragments of a page, in bytes. Larger pages are reallocated.
const LAYOUT_CAPACITY: usize = 12 * 1024;

/// Call of a function whose arguments are literals.
const LITERAL_CALL: &str = r#"\{\{ (t|asset)\((?:key|path)="([^"]+)"\) \}\}"#;

/// Templates, compiled once for each language. Only `.html` files are loaded, so everything is escaped.
///
/// Functions for templates: `t(key="…", name=value)` returns a message in the page's language; `asset(path="…")`
/// returns the address of a static file.
///
/// Most calls are `t(key="…")`, which has the same result on every page of a language. They are replaced by it when the templates
/// are loaded, which takes one set for each language, so that a page formats only the messages with values.
pub struct Templates {
    english: Tera,
    french: Tera,
    words: Arc<Words>,
    /// Whether all built-in templates are as they ship.
    are_as_shipped: bool,
}

/// Content of one rendering.
pub(super) struct Content<'a, P, C> {
    pub page: &'a P,
    pub chrome: &'a C,
    /// Fragments that are already rendered.
    pub pieces: &'a [Html],
    /// Patient banner, if it is already rendered.
    pub banner: Option<&'a Html>,
}

impl Templates {
    /// Loads and compiles all templates, so that unknown names fail here and not while rendering a page.
    ///
    /// # Errors
    /// A message that names file and line.
    pub fn load(site: &SiteFolder, assets: &HashMap<String, String>) -> Result<Self, String> {
        let words = Arc::new(Words::load(site)?);
        let mut sources = Vec::new();
        for (name, data) in site.files(Folder::Templates).map_err(|error| error.to_string())? {
            if is_html(&name) && !name.starts_with("demo_ehr/") {
                sources
                    .push((name, String::from_utf8(data.into_owned()).map_err(|error| error.to_string())?));
            }
        }
        let set = |lang| compile(&sources, lang, &words, assets);
        Ok(Self {
            english: set(Lang::En)?,
            french: set(Lang::Fr)?,
            words,
            are_as_shipped: !site.replaces_templates(),
        })
    }

    /// Renders a template. The result is UTF-8.
    ///
    /// # Errors
    /// The error of the template engine if the template uses a value that the page does not have.
    pub(super) fn render(
        &self,
        name: &str,
        lang: Lang,
        content: &Content<'_, impl Serialize, impl Serialize>,
    ) -> TeraResult<Vec<u8>> {
        let Content { page, chrome, pieces, banner } = content;
        let mut context = Context::new();
        context.insert("lang", lang.code());
        context.insert("lang_tag", lang.tag());
        context.insert("page", page);
        context.insert("chrome", chrome);
        let capacity = LAYOUT_CAPACITY + pieces.iter().map(Html::len).sum::<usize>();
        let pieces: Vec<Value> = pieces.iter().map(Html::value).collect();
        context.insert_value("pieces", Value::from(pieces));
        if let Some(banner) = banner {
            context.insert_value("banner_html", banner.value());
        }
        let mut html = Vec::with_capacity(capacity);
        let set = match lang {
            Lang::En => &self.english,
            Lang::Fr => &self.french,
        };
        set.render_to(name, &context, &mut html)?;
        Ok(html)
    }

    /// Whether all built-in templates are as they ship. Of others it is not known what they do with a text.
    pub(super) fn are_as_shipped(&self) -> bool {
        self.are_as_shipped
    }

    /// Returns the localized messages.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }
}

/// Compiles the templates for one language.
fn compile(
    sources: &[(String, String)],
    lang: Lang,
    words: &Arc<Words>,
    assets: &HashMap<String, String>,
) -> Result<Tera, String> {
    let mut tera = Tera::new();
    let messages = Arc::clone(words);
    tera.register_function("t", move |args: Kwargs, state: &State| localize(&messages, &args, state));
    let addresses = assets.clone();
    tera.register_function("asset", move |args: Kwargs, _: &State| -> TeraResult<String> {
        let path = args.must_get::<&str>("path")?;
        addresses.get(path).cloned().ok_or_else(|| tera::Error::message(format!("no static file {path}")))
    });
    let call = Regex::new(LITERAL_CALL).map_err(|error| error.to_string())?;
    let result = |found: &Captures<'_>| {
        let text = match &found[1] {
            "t" => words.find(lang, &found[2], None),
            _ => assets.get(&found[2]).cloned(),
        };
        // Without a result, the call stays and fails with its reason when it is rendered.
        text.as_deref().and_then(literal).unwrap_or_else(|| found[0].to_owned())
    };
    let written = sources.iter().map(|(name, source)| (name, call.replace_all(source, result)));
    tera.add_raw_templates(written).map_err(|error| error.to_string())?;
    Ok(tera)
}

/// Returns a text as a template shows it. `None` if it contains what a template would read as its own syntax.
fn literal(text: &str) -> Option<String> {
    if ["{{", "{%", "{#"].iter().any(|begin| text.contains(begin)) {
        return None;
    }
    let mut html = Vec::new();
    escape_html(text, &mut html).ok()?;
    String::from_utf8(html).ok()
}

fn is_html(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "html")
}

fn localize(words: &Words, args: &Kwargs, state: &State) -> TeraResult<String> {
    let key = args.must_get::<&str>("key")?;
    // A component has the page's language only with `@lang`: without it, a French page would be partly English.
    let lang = state.get::<Value>("lang")?;
    let lang = lang.and_then(|lang| lang.as_str()?.parse().ok());
    let lang = lang.ok_or_else(|| tera::Error::message(format!("{key}: the component lacks @lang")))?;
    let mut values: Option<FluentArgs<'_>> = None;
    for (name, value) in args.iter() {
        let name = name.as_str().unwrap_or_default();
        if name != "key" {
            let value = match (value.as_i64(), value.as_str()) {
                (Some(number), _) => FluentValue::from(number),
                (None, Some(text)) => FluentValue::from(text),
                (None, None) => FluentValue::from(value.to_string()),
            };
            values.get_or_insert_default().set(name, value);
        }
    }
    words
        .find(lang, key, values.as_ref())
        .ok_or_else(|| tera::Error::message(format!("message {key} is missing in {lang}, or lacks a value")))
}
