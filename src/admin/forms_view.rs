//! Contents of the pages about forms.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use futures_util::future::try_join_all;
use url::form_urlencoded::byte_serialize;

use super::{
    error::Error,
    local_time::local_time,
    pages::{FormCaution, FormConfirmPage, FormRetirePage, FormRow, FormsPage},
    service::Admin,
};
use crate::{
    catalogue::{Caution, Entry, Origin, Use},
    forms::Form,
    users::store::find_user,
    web::Lang,
};

/// Builds the list of forms. The notice is about a form that is there.
pub(super) async fn forms_page(
    admin: &Admin,
    lang: Lang,
    notice: &str,
    about: &str,
) -> Result<FormsPage, Error> {
    let forms = admin.forms_today();
    let names = names_of_importers(admin, &forms).await?;
    let rows = forms.iter().map(|(entry, used)| row(admin, lang, entry, *used, &names)).collect();
    let is_there = forms.iter().any(|(entry, _)| entry.form.name() == about);
    let text = |text: &str| if is_there { text.to_owned() } else { String::new() };
    let retired = forms.iter().find(|(entry, _)| notice == "retired" && entry.form.name() == about);
    let instead = retired.and_then(|(entry, _)| offered_without(admin, entry)).unwrap_or_default();
    let notice = if instead.is_empty() { notice } else { "retired-instead" };
    let unreadable = admin.forms.unreadable();
    Ok(FormsPage { rows, unreadable, notice: text(notice), about: text(about), instead })
}

/// Returns the name of the version that is offered once this one is retired.
fn offered_without(admin: &Admin, entry: &Entry) -> Option<String> {
    let day = admin.today();
    Some(admin.forms.find_offered_without(entry.form.id(), &entry.form.name(), day)?.name())
}

/// Finds the names of the administrators who imported forms, by id.
async fn names_of_importers(admin: &Admin, forms: &[(Entry, Use)]) -> Result<HashMap<String, String>, Error> {
    let importer = |(entry, _): &(Entry, Use)| match &entry.origin {
        Origin::Imported { by, .. } => by.clone(),
        Origin::BuiltIn | Origin::Folder => None,
    };
    let ids: HashSet<String> = forms.iter().filter_map(importer).collect();
    let names = try_join_all(ids.into_iter().map(async |id| {
        let user = find_user(&admin.ground.db, &id).await?;
        Ok::<_, Error>((id.clone(), user.map_or(id, |user| user.name)))
    }));
    Ok(names.await?.into_iter().collect())
}

fn row(admin: &Admin, lang: Lang, entry: &Entry, used: Use, names: &HashMap<String, String>) -> FormRow {
    let time = |at: i64| local_time(admin.web.words(), lang, at, &admin.time_zone);
    let (imported, by) = match &entry.origin {
        Origin::Imported { at, by } => (time(*at), by.as_ref().and_then(|id| names.get(id)).cloned()),
        Origin::BuiltIn | Origin::Folder => (String::new(), None),
    };
    let name = entry.form.name();
    let in_query: String = byte_serialize(name.as_bytes()).collect();
    FormRow {
        preview: format!("/admin/forms/preview?form={in_query}"),
        retire: format!("/admin/forms/retire?form={in_query}"),
        name,
        title: entry.form.title(lang.code()).to_owned(),
        version: entry.form.version().to_owned(),
        origin: entry.origin.code(),
        imported,
        by: by.unwrap_or_default(),
        used: used.code(),
        is_offered: used.is_offered(),
        then: if used.is_offered() {
            offered_without(admin, entry).unwrap_or_default()
        } else {
            String::new()
        },
        retired: entry.retired_at.map(time).unwrap_or_default(),
    }
}

/// Builds the confirmation before a form is retired. `None` if there is no form with this name, or it is retired already.
pub(super) fn retire_page(admin: &Admin, lang: Lang, name: &str) -> Option<FormRetirePage> {
    let forms = admin.forms_today();
    let (entry, used) = forms.iter().find(|(entry, _)| entry.form.name() == name)?;
    if entry.retired_at.is_some() {
        return None;
    }
    let title = format!("{} {}", entry.form.title(lang.code()), entry.form.version());
    let then = Some(entry).filter(|_| used.is_offered()).and_then(|entry| offered_without(admin, entry));
    Some(FormRetirePage {
        name: name.to_owned(),
        title: title.trim_end().to_owned(),
        is_offered: used.is_offered(),
        then: then.unwrap_or_default(),
    })
}

/// Text of a form, as it was uploaded or typed, and the name of its file.
pub(super) struct FormText {
    pub(super) text: String,
    pub(super) file_name: String,
}

impl FormText {
    /// Path from which a form without an id, name and title has its id.
    pub(super) fn path(&self) -> &Path {
        Path::new(if self.file_name.is_empty() { "form.json" } else { &self.file_name })
    }
}

fn caution(caution: &Caution) -> FormCaution {
    FormCaution { code: caution.code(), detail: caution.detail().to_owned() }
}

/// Builds the confirmation of an import: what the form is.
pub(super) fn confirm_page(admin: &Admin, lang: Lang, form: &Form, source: FormText) -> FormConfirmPage {
    let own = form.own_language();
    let translations = form.translations();
    let mut languages: Vec<String> = translations.iter().cloned().collect();
    if !own.is_empty() && !translations.contains(own) {
        languages.insert(0, own.to_owned());
    }
    let today = admin.forms_today();
    let now = today.iter().find(|(entry, used)| entry.form.id() == form.id() && used.is_offered());
    let service = form.service_codings().iter().filter_map(|coding| coding["display"].as_str());
    FormConfirmPage {
        name: form.name(),
        title: form.title(lang.code()).to_owned(),
        languages,
        one_language: translations.is_empty(),
        questions: form.question_count(),
        files: form.asks_for_files(),
        sources: form.types_read().into_iter().map(str::to_owned).collect(),
        service: service.map(str::to_owned).collect(),
        cautions: admin.forms.cautions(form).iter().map(caution).collect(),
        remarks: form.remark_views(&source.text),
        replaces: now.map(|(entry, _)| entry.form.name()).unwrap_or_default(),
        is_known: today.iter().any(|(entry, _)| entry.form.name() == form.name()),
        text: source.text,
        file_name: source.file_name,
    }
}
