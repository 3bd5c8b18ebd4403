//! Troubleshooting guide of the administrators' pages, rendered from `docs/troubleshooting.md`.

use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

use crate::web::Html;

/// HTML of the guide, without its title. The anchor of a paragraph is the error code that it explains.
pub(super) static GUIDE: LazyLock<Html> = LazyLock::new(|| Html::literal(&RENDERED));

static RENDERED: LazyLock<String> = LazyLock::new(|| render(include_str!("../../docs/troubleshooting.md")));

fn render(markdown: &'static str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    let events = events.skip_while(|event| *event != Event::End(TagEnd::Heading(HeadingLevel::H1))).skip(1);
    let mut events: Vec<_> = events.collect();
    add_heading_ids(&mut events);
    let mut rendered = String::new();
    push_html(&mut rendered, without_document_links(events).into_iter());
    rendered
}

/// Gives each heading the id that links to it use: its text, in the form of GitHub.
fn add_heading_ids(events: &mut [Event<'static>]) {
    let mut text = String::new();
    for event in events.iter_mut().rev() {
        match event {
            Event::End(TagEnd::Heading(_)) => text.clear(),
            Event::Text(part) | Event::Code(part) => text.insert_str(0, part),
            Event::Start(Tag::Heading { id, .. }) => *id = Some(heading_id(&text).into()),
            _ => {}
        }
    }
}

fn heading_id(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    text.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Replaces links to other documents, which the app does not serve, by their text and the name of the document.
fn without_document_links(events: Vec<Event<'static>>) -> Vec<Event<'static>> {
    let mut document = None;
    let mut replaced = Vec::with_capacity(events.len());
    for event in events {
        match (event, &document) {
            (Event::Start(Tag::Link { dest_url, .. }), _) if is_document(&dest_url) => {
                document = Some(dest_url);
            }
            (Event::End(TagEnd::Link), Some(link)) => {
                let file = link.split('#').next().unwrap_or_default();
                let name = Event::Code(format!("docs/{file}").into());
                replaced.extend([Event::Text(" (".into()), name, Event::Text(")".into())]);
                document = None;
            }
            (other, _) => replaced.push(other),
        }
    }
    replaced
}

fn is_document(link: &str) -> bool {
    !link.starts_with('#') && !link.contains(':')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn values(attribute: &str) -> Vec<&'static str> {
        let opening = format!(" {attribute}=\"");
        let values = RENDERED.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        values.collect()
    }

    /// Each code has a text in the locales, as other tests prove.
    #[test]
    fn has_a_paragraph_for_every_error_code() {
        let ids = values("id");
        let texts = include_str!("../../locales/en/errors.ftl").lines();
        let codes = texts.filter_map(|line| line.strip_prefix("error-")?.split_once(" = "));
        let codes: Vec<&str> = codes.map(|(code, _)| code).filter(|code| !code.ends_with("-fix")).collect();
        assert!(codes.len() > 150, "{}", codes.len());
        let missing: Vec<_> = codes.into_iter().filter(|code| !ids.contains(code)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "codes without a paragraph");
    }

    #[test]
    fn has_unique_ids_that_every_link_leads_to() {
        let (ids, links) = (values("id"), values("href"));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(ids.contains(&"find-the-reason") && ids.contains(&"the-id_token"), "{ids:?}");
        assert!(links.len() > 50, "{}", links.len());
        for link in links {
            assert!(link.strip_prefix('#').is_some_and(|id| ids.contains(&id)), "{link} leads nowhere");
        }
    }

    #[test]
    fn names_other_documents_without_linking_to_them() {
        let html = render(
            "# Title\n## One `code`\nSee [there](operate.md#tls), [here](#one-code) or <https://a.example>.",
        );
        assert_eq!(
            html,
            "<h2 id=\"one-code\">One <code>code</code></h2>\n<p>See there (<code>docs/operate.md</code>), \
             <a href=\"#one-code\">here</a> or <a href=\"https://a.example\">https://a.example</a>.</p>\n"
        );
    }
}
