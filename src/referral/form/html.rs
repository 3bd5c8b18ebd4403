//! HTML of a form: its sections, rendered or taken from the cache of blank pieces.

use std::collections::BTreeMap;

use crate::{
    forms::{ItemView, Outline, Part, SectionOutline},
    referral::pages::{FormFrame, SectionRow},
    web::{Error, Html, Lang, Web, text_mark},
};

const SECTION_TEMPLATE: &str = "referral/form_section.html";
const ITEM_TEMPLATE: &str = "referral/form_item.html";

/// Renders the sections of a form, and builds the frame around them. A blank piece is rendered once and cached for all
/// users.
pub(in crate::referral) fn form_html(
    web: &Web,
    lang: Lang,
    form: &Outline<'_>,
) -> Result<(FormFrame, Vec<Html>), Error> {
    tracing::trace!(target: "walk", "put the pieces together");
    let (mut rows, mut html) = (Vec::new(), Vec::new());
    for section in form.sections() {
        html.push(section_html(web, lang, form, &section)?);
        rows.push(SectionRow {
            place: section.place().to_owned(),
            id: section.id(),
            title: section.title().to_owned(),
            enabled: form.is_enabled(&section),
            left: form.left(&section),
        });
    }
    let (asked, from_chart) = form.counts();
    let frame = FormFrame {
        title: form.title().to_owned(),
        sections: rows,
        problems: form.problems(),
        asked,
        from_chart,
    };
    Ok((frame, html))
}

/// Renders items on their own, by place: those that look otherwise when other answers change, and those with files.
pub(super) fn dynamic_html(
    web: &Web,
    lang: Lang,
    items: Vec<ItemView>,
) -> Result<BTreeMap<String, Html>, Error> {
    let html = items.into_iter().map(|item| {
        let html = web.piece(ITEM_TEMPLATE, lang, &item, &[])?;
        Ok((item.place, html))
    });
    html.collect()
}

fn section_html(web: &Web, lang: Lang, form: &Outline<'_>, section: &SectionOutline) -> Result<Html, Error> {
    let render = || {
        let items = section.parts.iter().map(|part| item_html(web, lang, form, part));
        let (items, head) = (items.collect::<Result<Vec<_>, _>>()?, form.section(section));
        match head.is_of_form_only() {
            true => web.piece_around_pieces(SECTION_TEMPLATE, lang, &head, &items),
            false => web.piece(SECTION_TEMPLATE, lang, &head, &items),
        }
    };
    match form.blank_key_of(section) {
        Some(key) => web.piece_for_everyone(SECTION_TEMPLATE, lang, key, render),
        None => render(),
    }
}

fn item_html(web: &Web, lang: Lang, form: &Outline<'_>, part: &Part) -> Result<Html, Error> {
    let Some(key) = form.blank_key(part) else {
        let mut item = form.item(part);
        let texts = item.take_texts(text_mark);
        return match texts {
            Some(texts) => web.piece_around(ITEM_TEMPLATE, lang, &form.look(part, &item), &item, &texts),
            None => web.piece(ITEM_TEMPLATE, lang, &item, &[]),
        };
    };
    web.piece_for_everyone(ITEM_TEMPLATE, lang, key, || {
        let item = form.item(part);
        debug_assert!(item.is_blank(), "a cached piece holds no patient data");
        web.piece(ITEM_TEMPLATE, lang, &item, &[])
    })
}
