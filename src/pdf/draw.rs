//! Drawing of laid out sheets as a tagged PDF.

use krilla::{
    Document,
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::Metadata,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, TagGroup, TagTree},
};

use super::{
    enclosure::Enclosure,
    error::Error,
    glyphs::{At, Fonts, draw_line},
    settings::settings,
    sheet::{Bookmark, Placed, Sheets, Size, Thing},
};

/// Width of a line in points.
const RULE: f32 = 0.5;

/// Letter, ready to be drawn.
pub(super) struct Drawing<'a> {
    pub(super) sheets: Sheets,
    pub(super) pictures: Vec<&'a Enclosure>,
    pub(super) files: Vec<&'a Enclosure>,
    pub(super) title: String,
    pub(super) lang: String,
}

/// Draws a letter.
pub(super) fn draw(drawing: Drawing<'_>) -> Result<Vec<u8>, Error> {
    let mut document = Document::new_with(settings(drawing.files.is_empty()));
    let mut contents: Vec<Vec<Identifier>> = vec![Vec::new(); drawing.sheets.nodes.len()];
    let mut fonts = Fonts::new();
    for sheet in &drawing.sheets.pages {
        let Size { width, height } = sheet.size();
        let size = PageSettings::from_wh(width, height);
        let mut page = document.start_page_with(size.unwrap_or_default());
        let mut surface = page.surface();
        for placed in &sheet.placed {
            draw_placed(&drawing, &mut surface, &mut fonts, placed, &mut contents);
        }
        surface.finish();
        page.finish();
    }
    let roots = drawing.sheets.roots.iter().map(|root| tags(&drawing.sheets, *root, &contents));
    let tree = TagTree::from(roots.map(Node::Group).collect::<Vec<_>>());
    document.set_tag_tree(tree.with_lang(Some(drawing.lang.clone())));
    document.set_outline(outline(&drawing.sheets.bookmarks));
    let metadata = Metadata::new().title(drawing.title).language(drawing.lang);
    document.set_metadata(metadata.creator("Passerelle".to_owned()));
    document.finish().map_err(|error| Error::Library(format!("{error:?}")))
}

fn draw_placed(
    drawing: &Drawing<'_>,
    surface: &mut Surface<'_>,
    fonts: &mut Fonts,
    placed: &Placed,
    contents: &mut [Vec<Identifier>],
) {
    let Placed { what, x, y, node } = placed;
    let mut found = |identifier| {
        if let Some(node) = node {
            contents[*node].push(identifier);
        }
    };
    let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
    match *what {
        Thing::Line { laid, line } => {
            let is_content = node.is_some();
            let tag = (!is_content).then(|| artifact(ArtifactType::Header));
            draw_line(surface, fonts, &drawing.sheets.laid[laid], line, At { x: *x, y: *y }, found, tag);
        }
        Thing::Rule { width } => {
            surface.start_tagged(artifact(ArtifactType::Layout));
            draw_rule(surface, *x, *y, width);
            surface.end_tagged();
        }
        Thing::Picture { picture, size } => {
            found(draw_copy(surface, drawing.pictures[picture], 0, size, At { x: *x, y: *y }));
        }
        Thing::Leaf { file, page, size } => {
            found(draw_copy(surface, drawing.files[file], page, size, At { x: *x, y: *y }));
        }
    }
}

fn draw_copy(surface: &mut Surface<'_>, from: &Enclosure, page: usize, size: Size, at: At) -> Identifier {
    let identifier = surface.start_tagged(ContentTag::Other);
    surface.push_transform(&Transform::from_translate(at.x, at.y));
    from.draw(surface, page, size);
    surface.pop();
    surface.end_tagged();
    identifier
}

fn draw_rule(surface: &mut Surface<'_>, x: f32, y: f32, width: f32) {
    let mut path = PathBuilder::new();
    if let Some(line) = Rect::from_xywh(x, y, width, RULE) {
        path.push_rect(line);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Tags of a node and of those below it.
fn tags(sheets: &Sheets, node: usize, contents: &[Vec<Identifier>]) -> TagGroup {
    let found = &sheets.nodes[node];
    let leaves = contents[node].iter().map(|identifier| Node::Leaf(*identifier));
    let below = found.children.iter().map(|child| Node::Group(tags(sheets, *child, contents)));
    TagGroup::with_children(found.tag.clone(), leaves.chain(below).collect())
}

/// Table of contents in the levels of the headings.
fn outline(bookmarks: &[Bookmark]) -> Outline {
    let mut outline = Outline::new();
    let mut open: Vec<(u16, OutlineNode)> = Vec::new();
    for bookmark in bookmarks {
        close_down_to(bookmark.level, &mut open, &mut outline);
        let place = XyzDestination::new(bookmark.sheet, Point::from_xy(0.0, bookmark.y));
        open.push((bookmark.level, OutlineNode::new(bookmark.title.clone(), place)));
    }
    close_down_to(0, &mut open, &mut outline);
    outline
}

/// Closes the entries of a level and of those below it.
fn close_down_to(level: u16, open: &mut Vec<(u16, OutlineNode)>, outline: &mut Outline) {
    while open.last().is_some_and(|(last, _)| *last >= level) {
        let Some((_, node)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, parent)) => parent.push_child(node),
            None => outline.push_child(node),
        }
    }
}
