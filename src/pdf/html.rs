//! Blocks of a letter, read from the HTML that the templates of the letter make.

use super::{
    dom::{Element, Node, parse},
    text::{Look, Reading, Text},
};

/// Elements of a page that paper lacks: controls, scripts, and what a page folds.
const LEFT_OUT: [&str; 13] = [
    "button", "head", "input", "nav", "noscript", "script", "select", "style", "summary", "svg", "template",
    "textarea", "aside",
];
/// Elements that begin a paragraph.
const BLOCKS: [&str; 10] =
    ["article", "blockquote", "body", "div", "figure", "form", "html", "main", "p", "section"];

/// Letter, read from its page.
#[derive(Debug, Default)]
pub(super) struct Letter {
    pub(super) lang: String,
    pub(super) title: String,
    /// Line at the top of each page.
    pub(super) head: Text,
    /// Line at the bottom of each page, with `{page}` and `{pages}`.
    pub(super) foot: String,
    pub(super) blocks: Vec<Block>,
    /// Note at the end, if a character could not be drawn.
    pub(super) note: Vec<Block>,
}

/// Block of a letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading(u16, Text),
    Paragraph(Text),
    List(Vec<Vec<Block>>),
    Pairs(Vec<Pair>),
    Table(Vec<Row>),
    Picture(Shown),
}

/// Label with its value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) label: Text,
    pub(super) value: Vec<Block>,
}

/// Row of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Whether its cells are the headings of the columns.
    pub(super) is_head: bool,
    pub(super) cells: Vec<Text>,
}

/// Picture in a letter.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Address that the page has for it.
    pub(super) source: String,
    /// Text for persons who do not see it.
    pub(super) alt: String,
    /// Whether the text beside it is that text.
    pub(super) is_named_beside: bool,
}

impl Letter {
    /// Reads a letter from the HTML of its page.
    pub(super) fn read(html: &str) -> Self {
        let root = parse(html);
        let part = |name: &str| root.find(name);
        let blocks = |name: &str| part(name).map(|found| Writer::blocks(found, &Reading::default()));
        let mut head = part("header").map(|head| Writer::text(head, &Reading::default(), Look::Margin));
        Self {
            lang: part("html").map(|html| html.attribute("lang").to_owned()).unwrap_or_default(),
            title: part("title").map(Element::text).unwrap_or_default().trim().to_owned(),
            head: head.take().unwrap_or_default(),
            foot: part("footer").map(Element::text).unwrap_or_default().trim().to_owned(),
            blocks: blocks("main").unwrap_or_default(),
            note: blocks("aside").unwrap_or_default(),
        }
    }
}

/// Writer of blocks while it walks through elements.
#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    text: Text,
}

impl Writer {
    fn blocks(element: &Element, reading: &Reading) -> Vec<Block> {
        let mut writer = Self::default();
        writer.walk_all(element, reading);
        writer.flush();
        writer.blocks
    }

    /// Text of an element in which there are no blocks.
    fn text(element: &Element, reading: &Reading, look: Look) -> Text {
        let mut writer = Self::default();
        let reading = inner(element, reading);
        writer.walk_all(element, &reading);
        writer.flush();
        let mut whole = Text { look, ..Text::default() };
        for block in writer.blocks {
            if let Block::Paragraph(text) = block {
                if !whole.is_empty() {
                    whole.push(" ", &Reading::default());
                }
                whole.spans.extend(text.spans);
            }
        }
        whole
    }

    fn walk_all(&mut self, element: &Element, reading: &Reading) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.text.push(text, reading),
                Node::Element(element) => self.walk(element, reading),
            }
        }
    }

    fn walk(&mut self, element: &Element, reading: &Reading) {
        if is_left_out(element) {
            return;
        }
        let reading = inner(element, reading);
        match element.name.as_str() {
            "br" => self.text.end_line(&reading),
            "img" => {
                let (source, alt) =
                    (element.attribute("src").to_owned(), element.attribute("alt").to_owned());
                self.push(Block::Picture(Shown { source, alt, is_named_beside: false }));
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.push(heading(element, &reading)),
            "ul" | "ol" => self.push(Block::List(items(element, &reading))),
            "dl" => self.push(Block::Pairs(pairs(element, &reading))),
            "table" => self.push(Block::Table(rows(element, &reading))),
            name if BLOCKS.contains(&name) => {
                self.flush();
                let around = std::mem::replace(&mut self.text.look, look(element).unwrap_or_default());
                self.walk_all(element, &reading);
                self.flush();
                self.text.look = around;
            }
            _ => self.walk_all(element, &reading),
        }
    }

    fn push(&mut self, block: Block) {
        self.flush();
        let is_empty = match &block {
            Block::Heading(_, text) => text.is_empty(),
            Block::List(items) => items.is_empty(),
            Block::Pairs(pairs) => pairs.is_empty(),
            Block::Table(rows) => rows.is_empty(),
            Block::Paragraph(_) | Block::Picture(_) => false,
        };
        if !is_empty {
            self.blocks.push(block);
        }
    }

    /// Ends the paragraph, if there is one.
    fn flush(&mut self) {
        let look = self.text.look;
        let mut text = std::mem::take(&mut self.text);
        text.trim_end();
        if !text.is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
        self.text.look = look;
    }
}

fn is_left_out(element: &Element) -> bool {
    let is_folded = element.name == "details" && !element.has("open");
    is_folded
        || LEFT_OUT.contains(&element.name.as_str())
        || element.has("hidden")
        || element.is_of("no-print")
}

/// Reading of what is in an element.
fn inner(element: &Element, reading: &Reading) -> Reading {
    let is_bold = matches!(element.name.as_str(), "b" | "strong" | "th");
    let keeps_lines = element.name == "dd" || element.is_of("written");
    let lang = Some(element.attribute("lang")).filter(|lang| !lang.is_empty() && element.name != "html");
    Reading {
        is_bold: reading.is_bold || is_bold,
        keeps_lines: reading.keeps_lines || keeps_lines,
        lang: lang.map(str::to_owned).or_else(|| reading.lang.clone()),
    }
}

fn look(element: &Element) -> Option<Look> {
    let classes = [("hint", Look::Small), ("lead", Look::Body), ("letterhead", Look::Letterhead)];
    classes.into_iter().find(|(class, _)| element.is_of(class)).map(|(_, look)| look)
}

fn heading(element: &Element, reading: &Reading) -> Block {
    let level = element.name[1..].parse().unwrap_or(1);
    let look = match level {
        1 => Look::Title,
        2 => Look::Section,
        _ => Look::Group,
    };
    Block::Heading(level, Writer::text(element, reading, look))
}

fn items(list: &Element, reading: &Reading) -> Vec<Vec<Block>> {
    let items = list.elements().filter(|item| item.name == "li" && !is_left_out(item));
    let items = items.map(|item| {
        let mut blocks = Writer::blocks(item, &inner(item, reading));
        name_pictures(&mut blocks, item);
        blocks
    });
    items.filter(|blocks| !blocks.is_empty()).collect()
}

/// Names pictures without a text of their own by the text beside them.
fn name_pictures(blocks: &mut [Block], item: &Element) {
    for block in blocks {
        if let Block::Picture(shown) = block
            && shown.alt.is_empty()
        {
            shown.alt = Writer::text(item, &Reading::default(), Look::Body).written();
            shown.is_named_beside = true;
        }
    }
}

fn pairs(list: &Element, reading: &Reading) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for element in list.elements() {
        match (element.name.as_str(), pairs.last_mut()) {
            ("dd", Some(last)) => last.value.extend(Writer::blocks(element, &inner(element, reading))),
            ("dt", _) => {
                let bold = Reading { is_bold: true, ..reading.clone() };
                pairs.push(Pair { label: Writer::text(element, &bold, Look::Body), value: Vec::new() });
            }
            _ => {}
        }
    }
    pairs
}

fn rows(table: &Element, reading: &Reading) -> Vec<Row> {
    let mut rows = Vec::new();
    for element in table.elements().filter(|element| !is_left_out(element)) {
        match element.name.as_str() {
            "tr" => rows.push(row(element, reading)),
            _ => rows.extend(self::rows(element, reading)),
        }
    }
    rows
}

fn row(row: &Element, reading: &Reading) -> Row {
    let cells = row.elements().filter(|cell| matches!(cell.name.as_str(), "td" | "th"));
    Row {
        is_head: row.elements().all(|cell| cell.name == "th"),
        cells: cells.map(|cell| Writer::text(cell, reading, Look::Body)).collect(),
    }
}
