//! View of the files of a question.

use super::answered::Answered;
use super::attached::{AttachedFile, FilesShown};
use super::fields::FILE_FIELD;
use super::form_view::{FileView, FilesView};
use super::words;

/// Returns the files of a question of type attachment, and the field for more.
pub(super) fn files_view(answered: Answered<'_>, shown: &FilesShown, lang: &str) -> FilesView {
    let Answered { item, place, prefill, .. } = answered;
    let rules = &item.files;
    let most = rules.max_bytes.unwrap_or(u64::MAX).min(shown.max_bytes);
    let file = |file: &AttachedFile| FileView {
        id: file.id.clone(),
        title: file.title.clone(),
        about: file.kind_and_size(lang),
        path: format!("{}/{}", shown.path, file.id),
        is_image: file.is_image(),
    };
    let files: Vec<FileView> = answered.files().map(file).collect();
    let has_room = item.max_files().is_none_or(|most| files.len() < most);
    FilesView {
        can_add: has_room && most > 0 && !item.is_fixed(place, prefill),
        files,
        name: [FILE_FIELD, place].concat(),
        accept: rules.media_types.join(","),
        types: rules.type_names(),
        max_size: words::file_size(most, lang),
        max_bytes: most,
        photos: rules.are_photos(),
    }
}
