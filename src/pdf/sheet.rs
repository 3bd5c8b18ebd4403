//! Sheets of a letter before they are drawn: everything on them with its place, and the tree of tags.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, TableHeaderScope, Tag, TagKind};

use super::typesetter::Laid;

/// Size of US Letter paper in points.
const LETTER: Size = Size { width: 612.0, height: 792.0 };
/// Margin at both sides of a sheet, in points.
pub(super) const SIDE: f32 = 51.0;
/// Distance of the last line from the lower edge, in points.
const BOTTOM: f32 = 58.0;

/// Width and height in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Size {
    /// Returns the largest size of the same shape that fits into `room`, at most as large as it is itself.
    pub(super) fn fitted(self, room: Self) -> Self {
        let scale = (room.width / self.width).min(room.height / self.height).min(1.0);
        Self { width: self.width * scale, height: self.height * scale }
    }
}

/// Sheet of paper.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) is_landscape: bool,
    pub(super) placed: Vec<Placed>,
}

impl Sheet {
    pub(super) fn size(&self) -> Size {
        if self.is_landscape { Size { width: LETTER.height, height: LETTER.width } } else { LETTER }
    }

    /// Width between the margins.
    pub(super) fn width(&self) -> f32 {
        self.size().width - 2.0 * SIDE
    }

    /// Lower end of the text.
    pub(super) fn bottom(&self) -> f32 {
        self.size().height - BOTTOM
    }
}

/// Thing on a sheet.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) what: Thing,
    pub(super) x: f32,
    pub(super) y: f32,
    /// Node of the tags that it belongs to; `None` for what is no content, such as the line at the top of each page.
    pub(super) node: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Thing {
    /// Line of a text.
    Line { laid: usize, line: usize },
    /// Horizontal line.
    Rule { width: f32 },
    /// Picture of the letter, by its index.
    Picture { picture: usize, size: Size },
    /// Page of a file, by their indices.
    Leaf { file: usize, page: usize, size: Size },
}

/// Node of the tags.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) tag: TagKind,
    pub(super) children: Vec<usize>,
}

/// Entry of the table of contents that a viewer shows.
#[derive(Debug)]
pub(super) struct Bookmark {
    pub(super) title: String,
    pub(super) level: u16,
    pub(super) sheet: usize,
    pub(super) y: f32,
}

/// Sheets with everything on them.
#[derive(Default)]
pub(super) struct Sheets {
    pub(super) pages: Vec<Sheet>,
    pub(super) laid: Vec<Laid>,
    pub(super) nodes: Vec<Node>,
    /// Nodes without a parent.
    pub(super) roots: Vec<usize>,
    pub(super) bookmarks: Vec<Bookmark>,
}

impl Sheets {
    /// Adds a node below another one.
    pub(super) fn node(&mut self, parent: Option<usize>, tag: impl Into<TagKind>) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { tag: tag.into(), children: Vec::new() });
        match parent {
            Some(parent) => self.nodes[parent].children.push(index),
            None => self.roots.push(index),
        }
        index
    }

    /// Adds a text, and returns its index.
    pub(super) fn keep(&mut self, laid: Laid) -> usize {
        self.laid.push(laid);
        self.laid.len() - 1
    }
}

/// Tag of a heading. Its title is what a reader announces.
pub(super) fn heading_tag(level: u16, title: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(title.to_owned())).into()
}

/// Tag of a list without numbers.
pub(super) fn list_tag(numbering: ListNumbering) -> TagKind {
    Tag::L(numbering).into()
}

/// Tag of a cell.
pub(super) fn cell_tag(is_head: bool) -> TagKind {
    if is_head { Tag::TH(TableHeaderScope::Column).into() } else { Tag::TD.into() }
}
