//! Built-in templates, static files and locales, and the site folder that overrides them.

use std::{
    borrow::Cow,
    fs,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates"]
struct BuiltInTemplates;

#[derive(RustEmbed)]
#[folder = "static"]
struct BuiltInStatic;

#[derive(RustEmbed)]
#[folder = "locales"]
struct BuiltInLocales;

/// Folder of a vendor or an operator with `templates/`, `static/` and `locales/`, which override the built-in files.
#[derive(Clone, Debug, Default)]
pub struct SiteFolder(Option<PathBuf>);

/// Kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    Templates,
    Static,
    Locales,
}

impl Folder {
    fn name(self) -> &'static str {
        match self {
            Self::Templates => "templates",
            Self::Static => "static",
            Self::Locales => "locales",
        }
    }
}

impl SiteFolder {
    /// Returns the built-in files, overridden by those in `folder`.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self(folder.map(Path::to_owned))
    }

    /// Whether the site replaces a built-in template.
    pub(super) fn replaces_templates(&self) -> bool {
        let Some(site) = &self.0 else { return false };
        let folder = site.join(Folder::Templates.name());
        BuiltInTemplates::iter().any(|name| folder.join(&*name).is_file())
    }

    /// Returns every file of one kind by its relative path. A file of the site replaces the built-in one of the same
    /// path.
    pub(super) fn files(&self, folder: Folder) -> std::io::Result<Vec<(String, Cow<'static, [u8]>)>> {
        let mut files: Vec<(String, Cow<'static, [u8]>)> = Vec::new();
        if let Some(site) = &self.0 {
            collect(&site.join(folder.name()), "", &mut files)?;
        }
        let built_in: Vec<(Cow<'static, str>, rust_embed::EmbeddedFile)> = match folder {
            Folder::Templates => each::<BuiltInTemplates>(),
            Folder::Static => each::<BuiltInStatic>(),
            Folder::Locales => each::<BuiltInLocales>(),
        };
        for (name, file) in built_in {
            if !files.iter().any(|(overridden, _)| *overridden == *name) {
                files.push((name.into_owned(), file.data));
            }
        }
        Ok(files)
    }
}

fn each<E: RustEmbed>() -> Vec<(Cow<'static, str>, rust_embed::EmbeddedFile)> {
    E::iter().filter_map(|name| E::get(&name).map(|file| (name, file))).collect()
}

fn collect(folder: &Path, at: &str, files: &mut Vec<(String, Cow<'static, [u8]>)>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let relative = if at.is_empty() { name } else { format!("{at}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &relative, files)?;
        } else {
            files.push((relative, fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}
