//! Tables and pictures in the flow of a letter.

use krilla::tagging::Tag;

use super::{
    flow::{Column, Flow},
    html::{Row, Shown},
    sheet::{Size, Thing, cell_tag},
    text::{Look, Text},
};

/// Space between columns, in points.
const GUTTER: f32 = 9.0;
/// Least and largest width that a column claims for its text, in characters.
const COLUMN_CHARACTERS: (usize, usize) = (6, 48);
/// Height up to which a row is kept on one sheet, in points.
const KEPT_ROW: f32 = 250.0;
/// Largest height of a picture in the letter, in points.
const MAX_PICTURE: f32 = 430.0;

/// Row in lines.
struct LaidRow {
    /// Texts of the cells.
    cells: Vec<usize>,
    height: f32,
    is_head: bool,
}

impl Flow<'_> {
    pub(super) fn table(&mut self, rows: &[Row], parent: Option<usize>, column: Column) {
        let columns = columns(rows, column);
        let table = self.done.node(parent, Tag::Table);
        let rows: Vec<LaidRow> = rows.iter().map(|row| self.lay_row(row, &columns)).collect();
        let heads: Vec<&LaidRow> = rows.iter().take_while(|row| row.is_head).collect();
        for row in &rows {
            let sheet = self.at.sheet;
            self.make_room(row.height.min(KEPT_ROW));
            if self.at.sheet != sheet && !row.is_head {
                // Repeated for those who see it; a reader of the tags has it.
                for head in &heads {
                    self.row(head, &columns, None);
                }
            }
            let node = self.done.node(Some(table), Tag::TR);
            self.row(row, &columns, Some(node));
        }
        self.at.y += 4.0;
    }

    fn lay_row(&mut self, row: &Row, columns: &[Column]) -> LaidRow {
        let mut height = 0.0_f32;
        let mut cells = Vec::new();
        for (text, column) in row.cells.iter().zip(columns) {
            let laid = self.typesetter.lay(text, column.width);
            height = height.max(laid.heights().iter().sum());
            cells.push(self.done.keep(laid));
        }
        LaidRow { cells, height, is_head: row.is_head }
    }

    /// Cells beside each other. Without a node they are no content.
    fn row(&mut self, row: &LaidRow, columns: &[Column], node: Option<usize>) {
        let start = self.at;
        let mut lowest = start;
        for (laid, column) in row.cells.iter().zip(columns) {
            self.at = start;
            let cell = node.map(|node| self.done.node(Some(node), cell_tag(row.is_head)));
            self.lines(*laid, cell, column.left);
            if self.at > lowest {
                lowest = self.at;
            }
        }
        self.at = lowest;
        self.at.y += 1.0;
        if let (Some(first), Some(last)) = (columns.first(), columns.last()) {
            let width = last.left + last.width - first.left;
            self.place(Thing::Rule { width }, first.left, None);
        }
        self.at.y += 2.0;
    }

    pub(super) fn picture(&mut self, shown: &Shown, parent: Option<usize>, column: Column) {
        let Some(found) = (self.pictures)(&shown.source) else {
            if !shown.is_named_beside {
                let node = self.done.node(parent, Tag::P);
                self.text(&Text::plain(&shown.alt, Look::Small), Some(node), column);
            }
            return;
        };
        let size = found.size.fitted(Size { width: column.width, height: MAX_PICTURE });
        let node = self.done.node(parent, Tag::Figure(Some(shown.alt.clone())));
        self.make_room(size.height);
        self.place(Thing::Picture { picture: found.index, size }, column.left, Some(node));
        self.at.y += size.height + 4.0;
    }
}

/// Columns in the shares of the widest text of each.
fn columns(rows: &[Row], column: Column) -> Vec<Column> {
    let count = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let (least, most) = COLUMN_CHARACTERS;
    let share = |at: usize| {
        let texts = rows.iter().filter_map(|row| row.cells.get(at));
        let widest = texts.map(|text| text.written().chars().count()).max().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "at most a few dozen characters")]
        let share = widest.clamp(least, most) as f32;
        share
    };
    let shares: Vec<f32> = (0..count).map(share).collect();
    let gutters: f32 = shares.iter().skip(1).map(|_| GUTTER).sum();
    let room = column.width - gutters;
    let all: f32 = shares.iter().sum();
    let mut left = column.left;
    let place = |share: f32| {
        let width = room * share / all;
        let column = Column { left, width };
        left += width + GUTTER;
        column
    };
    shares.into_iter().map(place).collect()
}
