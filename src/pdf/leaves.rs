//! Pages of files behind a letter, each on a sheet with the patient at its top.

use krilla::tagging::Tag;

use super::{
    enclosure::Enclosed,
    flow::Flow,
    sheet::{Size, Thing},
    text::{Look, Text},
};

/// Distance of the line at the bottom of a sheet from its lower edge, in points.
const FOOT: f32 = 40.0;

/// Adds the pages of a file.
pub(super) fn place_leaves(flow: &mut Flow<'_>, file: usize, enclosed: &Enclosed) {
    let mut section = None;
    for (page, size) in enclosed.file.sizes.iter().enumerate() {
        flow.add_sheet(size.width > size.height);
        let caption = enclosed.caption.replace("{page}", &(page + 1).to_string());
        let column = flow.column();
        let section = *section.get_or_insert_with(|| flow.done.node(None, Tag::Section));
        if page == 0 {
            flow.heading(2, &Text::plain(&caption, Look::Group), Some(section), column);
        } else {
            flow.text(&Text::plain(&caption, Look::Small), None, column);
        }
        let room = Size { width: column.width, height: flow.left() };
        let size = size.fitted(room);
        let node = flow.done.node(Some(section), Tag::Figure(Some(caption)));
        flow.place(Thing::Leaf { file, page, size }, column.left, Some(node));
    }
}

impl Flow<'_> {
    /// Writes a line at the bottom of a sheet.
    pub(super) fn place_foot(&mut self, sheet: usize, text: &Text, left: f32) {
        let laid = self.typesetter.lay(text, self.done.pages[sheet].width());
        let laid = self.done.keep(laid);
        self.at.sheet = sheet;
        self.at.y = self.done.pages[sheet].size().height - FOOT;
        self.place(Thing::Line { laid, line: 0 }, left, None);
    }
}
