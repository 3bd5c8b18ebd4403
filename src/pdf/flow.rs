//! Flow of blocks over the sheets of a letter, from top to bottom.

use krilla::tagging::{ListNumbering, Tag};

use super::{
    html::{Block, Pair},
    sheet::{Bookmark, Placed, SIDE, Sheet, Sheets, Size, Thing, heading_tag, list_tag},
    text::{Look, Text},
    typesetter::Typesetter,
};

/// Distance of the first line from the upper edge, in points.
const TOP: f32 = 34.0;
/// Space below the line at the top of each page, in points.
const BELOW_HEAD: f32 = 12.0;
/// Width of the labels beside their values, in points.
const LABELS: f32 = 142.0;
/// Space between columns, in points.
const GUTTER: f32 = 11.0;
/// Indent of the items of a list, in points.
const INDENT: f32 = 11.0;
/// Space that a heading keeps for what follows it, in points.
const FOLLOWS_HEADING: f32 = 44.0;

/// Column of text: its left edge and its width.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) left: f32,
    pub(super) width: f32,
}

/// Place on a sheet.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Place {
    pub(super) sheet: usize,
    pub(super) y: f32,
}

/// Flow of blocks, with the place of the next one.
pub(super) struct Flow<'a> {
    pub(super) typesetter: &'a mut Typesetter,
    pub(super) done: Sheets,
    /// Sizes of the pictures of the letter in points, or `None` for one that cannot be drawn.
    pub(super) pictures: &'a dyn Fn(&str) -> Option<PictureSize>,
    head: usize,
    /// Upper end of the text on each sheet.
    top: f32,
    pub(super) at: Place,
}

/// Picture that a letter shows, with its size in points.
#[derive(Clone, Copy)]
pub(super) struct PictureSize {
    pub(super) index: usize,
    pub(super) size: Size,
}

impl<'a> Flow<'a> {
    /// Begins with an empty sheet. `head` is the line at the top of each.
    pub(super) fn new(
        typesetter: &'a mut Typesetter,
        head: &Text,
        pictures: &'a dyn Fn(&str) -> Option<PictureSize>,
    ) -> Self {
        let mut done = Sheets::default();
        let laid = typesetter.lay(head, Sheet::default().width());
        let top = TOP + laid.heights().iter().sum::<f32>() + BELOW_HEAD;
        let head = done.keep(laid);
        let mut flow = Self { typesetter, done, pictures, head, top, at: Place { sheet: 0, y: top } };
        flow.add_sheet(false);
        flow
    }

    /// Adds a sheet with the line at its top.
    pub(super) fn add_sheet(&mut self, is_landscape: bool) {
        let mut sheet = Sheet { is_landscape, placed: Vec::new() };
        let mut y = TOP;
        for (line, height) in self.done.laid[self.head].heights().into_iter().enumerate() {
            let what = Thing::Line { laid: self.head, line };
            sheet.placed.push(Placed { what, x: SIDE, y, node: None });
            y += height;
        }
        let what = Thing::Rule { width: sheet.width() };
        sheet.placed.push(Placed { what, x: SIDE, y: y + 3.0, node: None });
        self.done.pages.push(sheet);
        self.at = Place { sheet: self.done.pages.len() - 1, y: self.top };
    }

    /// Text column of the current sheet.
    pub(super) fn column(&self) -> Column {
        Column { left: SIDE, width: self.done.pages[self.at.sheet].width() }
    }

    /// Space that is left on the current sheet.
    pub(super) fn left(&self) -> f32 {
        self.done.pages[self.at.sheet].bottom() - self.at.y
    }

    /// Continues on the next sheet, unless there is room for a height.
    pub(super) fn make_room(&mut self, height: f32) {
        let is_at_top = self.at.y <= self.top;
        if self.left() >= height || is_at_top {
            return;
        }
        if self.at.sheet + 1 < self.done.pages.len() {
            self.at = Place { sheet: self.at.sheet + 1, y: self.top };
        } else {
            self.add_sheet(false);
        }
    }

    pub(super) fn place(&mut self, what: Thing, x: f32, node: Option<usize>) {
        let y = self.at.y;
        self.done.pages[self.at.sheet].placed.push(Placed { what, x, y, node });
    }

    /// Blocks below each other.
    pub(super) fn blocks(&mut self, blocks: &[Block], parent: Option<usize>, column: Column) {
        for block in blocks {
            self.block(block, parent, column);
        }
    }

    fn block(&mut self, block: &Block, parent: Option<usize>, column: Column) {
        match block {
            Block::Heading(level, text) => self.heading(*level, text, parent, column),
            Block::Paragraph(text) => {
                let node = self.done.node(parent, Tag::P);
                self.text(text, Some(node), column);
                self.at.y += text.look.below();
            }
            Block::List(items) => self.list(items, parent, column),
            Block::Pairs(pairs) => self.pairs(pairs, parent, column),
            Block::Table(rows) => self.table(rows, parent, column),
            Block::Picture(shown) => self.picture(shown, parent, column),
        }
    }

    pub(super) fn heading(&mut self, level: u16, text: &Text, parent: Option<usize>, column: Column) {
        let title = text.written();
        let node = self.done.node(parent, heading_tag(level, &title));
        if self.at.y > self.top {
            self.at.y += text.look.above();
        }
        self.make_room(text.look.size() + FOLLOWS_HEADING);
        let Place { sheet, y } = self.at;
        self.done.bookmarks.push(Bookmark { title, level, sheet, y });
        self.text(text, Some(node), column);
        self.at.y += text.look.below();
    }

    /// Lines of a text.
    pub(super) fn text(&mut self, text: &Text, node: Option<usize>, column: Column) {
        let laid = self.typesetter.lay(text, column.width);
        let laid = self.done.keep(laid);
        self.lines(laid, node, column.left);
    }

    pub(super) fn lines(&mut self, laid: usize, node: Option<usize>, left: f32) {
        for (line, height) in self.done.laid[laid].heights().into_iter().enumerate() {
            self.make_room(height);
            self.place(Thing::Line { laid, line }, left, node);
            self.at.y += height;
        }
    }

    fn list(&mut self, items: &[Vec<Block>], parent: Option<usize>, column: Column) {
        let list = self.done.node(parent, list_tag(ListNumbering::Disc));
        let bullet = Text::plain("•", Look::Body);
        for item in items {
            let entry = self.done.node(Some(list), Tag::LI);
            let label = self.done.node(Some(entry), Tag::Lbl);
            let body = self.done.node(Some(entry), Tag::LBody);
            self.make_room(bullet.look.size() * 2.0);
            let start = self.at;
            self.text(&bullet, Some(label), Column { width: INDENT, ..column });
            self.at = start;
            let inner = Column { left: column.left + INDENT, width: column.width - INDENT };
            self.blocks(item, Some(body), inner);
        }
        self.at.y += 2.0;
    }

    fn pairs(&mut self, pairs: &[Pair], parent: Option<usize>, column: Column) {
        let list = self.done.node(parent, list_tag(ListNumbering::None));
        let labels = Column { left: column.left, width: LABELS };
        let beside = LABELS + GUTTER;
        let values = Column { left: column.left + beside, width: column.width - beside };
        for Pair { label, value } in pairs {
            let entry = self.done.node(Some(list), Tag::LI);
            let label_node = self.done.node(Some(entry), Tag::Lbl);
            let body = self.done.node(Some(entry), Tag::LBody);
            let laid = self.typesetter.lay(label, labels.width);
            self.make_room(laid.heights().iter().sum());
            let start = self.at;
            let laid = self.done.keep(laid);
            self.lines(laid, Some(label_node), labels.left);
            let below_label = self.at;
            self.at = start;
            self.blocks(value, Some(body), values);
            self.go_below(below_label);
            self.at.y += 1.0;
        }
        self.at.y += 2.0;
    }

    /// Continues below a place, if that is further down.
    pub(super) fn go_below(&mut self, place: Place) {
        if place > self.at {
            self.at = place;
        }
    }
}
