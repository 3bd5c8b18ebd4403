//! Elements and texts of rendered HTML.

use std::collections::BTreeMap;

use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// Elements without an end tag.
const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// Node of a page.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

/// Element with its content.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
}

impl Element {
    /// Returns an attribute; empty if the element lacks it.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Whether the element has an attribute, which may be empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// Whether the element is of a class.
    pub(super) fn is_of(&self, class: &str) -> bool {
        self.attribute("class").split_ascii_whitespace().any(|found| found == class)
    }

    /// Child elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Finds the first element with a name, in document order.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// Text of the element and of all elements in it.
    pub(super) fn text(&self) -> String {
        let texts = self.children.iter().map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        });
        texts.collect()
    }
}

/// Parses rendered HTML. An element ends where its end tag is, or where one around it ends.
pub(super) fn parse(html: &str) -> Element {
    let mut open = vec![Element::default()];
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                let element = element(&tag);
                let is_void = VOID.contains(&element.name.as_str());
                open.push(element);
                if is_void {
                    close_last(&mut open);
                }
            }
            Token::EndTag(tag) => {
                let name = text(&tag.name);
                if let Some(at) = open.iter().rposition(|element| element.name == name) {
                    while open.len() > at.max(1) {
                        close_last(&mut open);
                    }
                }
            }
            Token::String(value) => {
                let value = text(&value);
                if let Some(last) = open.last_mut() {
                    last.children.push(Node::Text(value));
                }
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    while open.len() > 1 {
        close_last(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn close_last(open: &mut Vec<Element>) {
    if let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(Node::Element(element));
    }
}

fn element(tag: &StartTag<()>) -> Element {
    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
    Element { name: text(&tag.name), attributes: attributes.collect(), children: Vec::new() }
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_elements_texts_and_entities() {
        let root = parse("<ul class=\"a b\"><li>1 &lt; 2<br>&nbsp;<b>x</b></li><li>y</ul><p>z");
        let list = root.find("ul").unwrap();
        assert!(list.is_of("b") && !list.is_of("c") && list.has("class"));
        assert_eq!(list.elements().map(Element::text).collect::<Vec<_>>(), ["1 < 2\u{a0}x", "y"]);
        assert_eq!(root.find("p").unwrap().text(), "z");
    }

    #[test]
    fn ignores_an_end_tag_without_its_element() {
        assert_eq!(parse("a</div>b</>c").text(), "abc");
    }
}
