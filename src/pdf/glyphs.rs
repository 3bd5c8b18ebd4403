//! Glyphs of a line, as the PDF library takes them.

use std::{collections::HashMap, ops::Range};

use krilla::{
    geom::Point,
    surface::Surface,
    tagging::{ContentTag, Identifier, SpanTag},
    text::{Font, GlyphId, KrillaGlyph},
};
use parley::{Cluster, Run};

use super::typesetter::{Laid, SpanIndex};

/// Fonts of a document, by the id of their data.
pub(super) type Fonts = HashMap<u64, Font>;

/// Glyphs of one span beside each other.
struct Group {
    span: usize,
    x: f32,
    glyphs: Vec<KrillaGlyph>,
}

/// Position of a line on a sheet: its left edge and its top.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) x: f32,
    pub(super) y: f32,
}

/// Draws a line. `begin` begins the tag of a span and returns the identifier of its content.
pub(super) fn draw_line(
    surface: &mut Surface<'_>,
    fonts: &mut Fonts,
    laid: &Laid,
    line: usize,
    at: At,
    mut found: impl FnMut(Identifier),
    artifact: Option<ContentTag<'_>>,
) {
    let Some(line) = laid.layout.get(line) else { return };
    let metrics = line.metrics();
    let y = at.y + metrics.baseline - metrics.block_min_coord;
    let mut x = at.x + metrics.offset;
    for run in line.runs() {
        let Some(font) = font_of(fonts, &run) else { continue };
        for group in groups(laid, &run, &mut x) {
            let span = &laid.spans[group.span];
            let tag =
                SpanTag::empty().with_lang(span.lang.as_deref()).with_actual_text(span.replaces.as_deref());
            let identifier = surface.start_tagged(artifact.unwrap_or(ContentTag::Span(tag)));
            let start = Point::from_xy(group.x, y);
            surface.draw_glyphs(start, &group.glyphs, font.clone(), &laid.text, run.font_size(), false);
            surface.end_tagged();
            if artifact.is_none() {
                found(identifier);
            }
        }
    }
}

fn font_of(fonts: &mut Fonts, run: &Run<'_, SpanIndex>) -> Option<Font> {
    let font = run.font();
    let (data, id) = font.data.clone().into_raw_parts();
    if let Some(known) = fonts.get(&id) {
        return Some(known.clone());
    }
    let read = Font::new(data.into(), font.index)?;
    fonts.insert(id, read.clone());
    Some(read)
}

/// Groups the glyphs of a run by span, from left to right. `x` is moved to the end of the run.
fn groups(laid: &Laid, run: &Run<'_, SpanIndex>, x: &mut f32) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for cluster in run.visual_clusters() {
        let range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            extend_last(&mut groups, &range);
            continue;
        }
        let is_line_end = laid.text[range.clone()].contains('\n');
        if !is_line_end {
            add_cluster(laid, run, &cluster, x, &mut groups);
        }
    }
    groups
}

fn add_cluster(
    laid: &Laid,
    run: &Run<'_, SpanIndex>,
    cluster: &Cluster<'_, SpanIndex>,
    x: &mut f32,
    groups: &mut Vec<Group>,
) {
    let size = run.font_size();
    for glyph in cluster.glyphs() {
        let span = laid.layout.styles()[glyph.style_index()].brush.0;
        if groups.last().is_none_or(|group| group.span != span) {
            groups.push(Group { span, x: *x, glyphs: Vec::new() });
        }
        let drawn = KrillaGlyph::new(
            GlyphId::new(glyph.id),
            glyph.advance / size,
            glyph.x / size,
            glyph.y / size,
            0.0,
            cluster.text_range(),
            None,
        );
        if let Some(group) = groups.last_mut() {
            group.glyphs.push(drawn);
        }
        *x += glyph.advance;
    }
}

/// Adds the text of a character to the ligature that draws it.
fn extend_last(groups: &mut [Group], range: &Range<usize>) {
    let last = groups.last_mut().and_then(|group| group.glyphs.last_mut());
    if let Some(glyph) = last {
        glyph.text_range.end = glyph.text_range.end.max(range.end);
        glyph.text_range.start = glyph.text_range.start.min(range.start);
    }
}
