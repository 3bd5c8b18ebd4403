use serde::Serialize;

use super::pages::{FormFrame, SectionRow};
use crate::{
    forms::{FormView, ItemView, SectionView},
    web::{Error, Html, Lang, Web},
};

const SECTION: &str = "referral/form_section.html";
const ITEM: &str = "referral/form_item.html";

/// A section whose items are rendered already.
#[derive(Serialize)]
struct Rendered<'a> {
    section: SectionHead<'a>,
    items: Vec<Html>,
}

#[derive(Serialize)]
struct SectionHead<'a> {
    id: &'a str,
    link_id: &'a str,
    title: &'a str,
    hint: &'a str,
    enabled: bool,
    enable_when: Option<&'a str>,
}

/// What stands around the sections, and the sections rendered. What is blank is rendered once for everyone.
pub(super) fn form_html(web: &Web, lang: Lang, form: FormView) -> Result<(FormFrame, Vec<Html>), Error> {
    let html =
        form.sections.iter().map(|section| section_html(web, lang, section)).collect::<Result<_, _>>()?;
    let sections = form.sections.into_iter().map(|section| SectionRow {
        link_id: section.link_id,
        id: section.id,
        title: section.title,
        enabled: section.enabled,
    });
    let frame = FormFrame {
        sections: sections.collect(),
        title: form.title,
        asked: form.asked,
        from_chart: form.from_chart,
        problems: form.problems,
    };
    Ok((frame, html))
}

fn section_html(web: &Web, lang: Lang, section: &SectionView) -> Result<Html, Error> {
    if section.is_blank() {
        return web.piece_for_everyone(SECTION, lang, section, || filled_section(web, lang, section));
    }
    filled_section(web, lang, section)
}

fn filled_section(web: &Web, lang: Lang, section: &SectionView) -> Result<Html, Error> {
    let item = |item: &ItemView| match item.is_blank() {
        true => web.piece_for_everyone(ITEM, lang, item, || web.piece(ITEM, lang, item)),
        false => web.piece(ITEM, lang, item),
    };
    let head = SectionHead {
        id: &section.id,
        link_id: &section.link_id,
        title: &section.title,
        hint: &section.hint,
        enabled: section.enabled,
        enable_when: section.enable_when.as_deref(),
    };
    let items = section.items.iter().map(item).collect::<Result<_, _>>()?;
    web.piece(SECTION, lang, &Rendered { section: head, items })
}
