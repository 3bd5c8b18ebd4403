//! `passerelle form import`, `list`, `retire` and `offer`: the forms of this installation.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    errors::with_causes,
    form_commands::{cautions_text, read, refused_text},
};
use crate::{
    admin::{Admin, SERVERS_FOLLOW},
    catalogue::{Entry, ImportError, Imported, Origin, Use},
};

/// Imports forms: all of them, or none.
pub(super) async fn import(admin: &Admin, files: &[PathBuf]) -> Result<String, String> {
    let (mut forms, mut refused) = (Vec::new(), String::new());
    for file in files {
        match admin.forms.check(&read(file)?, file) {
            Ok(form) => forms.push(form),
            Err(problems) => refused.push_str(&refused_text(file, &problems)),
        }
    }
    if !refused.is_empty() {
        return Err(format!("{refused}Nothing was imported."));
    }
    match admin.forms.import(&admin.ground, &forms, None).await {
        Ok(imported) => {
            let cautions = forms.iter().map(|form| cautions_text(&admin.forms, form));
            Ok(cautions.collect::<String>() + &imported_text(admin, &imported))
        }
        Err(ImportError::Refused { number, error }) => {
            Err(format!("{}Nothing was imported.", refused_text(&files[number], &[error.into()])))
        }
        Err(ImportError::Db(error)) => Err(with_causes(error)),
    }
}

fn imported_text(admin: &Admin, imported: &[Imported]) -> String {
    let is_retired =
        |name: &str| admin.forms.find_named(name).is_some_and(|entry| entry.retired_at.is_some());
    let line = |Imported { name, is_new }: &Imported| match is_new {
        true => format!("{name} is imported."),
        false if is_retired(name) => {
            format!("{name} is there already, and retired. `passerelle form offer` offers it again.")
        }
        false => format!("{name} is there already, with the same text."),
    };
    let mut lines: Vec<String> = imported.iter().map(line).collect();
    if imported.iter().any(|imported| imported.is_new) {
        lines.push(SERVERS_FOLLOW.to_owned());
    }
    lines.join("\n")
}

/// Lists all forms with their use.
pub(super) fn list(admin: &Admin) -> String {
    let mut lines: Vec<String> =
        admin.forms_today().into_iter().map(|(entry, used)| line(&entry, used)).collect();
    let unreadable = admin.forms.unreadable().into_iter();
    lines.extend(unreadable.map(|name| {
        format!("{name}  imported  not offered: this version cannot read it; import a corrected one")
    }));
    if lines.is_empty() { "There is no form.".to_owned() } else { lines.join("\n") }
}

fn line(entry: &Entry, used: Use) -> String {
    let origin = match &entry.origin {
        Origin::BuiltIn => "built in".to_owned(),
        Origin::Folder => "in the folder".to_owned(),
        Origin::Imported { at, .. } => format!("imported {}", time(*at)),
    };
    let used = match used {
        Use::Offered => "offered".to_owned(),
        Use::OfferedAsDraft => "offered, its status is draft".to_owned(),
        Use::Retired => format!("retired {}", entry.retired_at.map(time).unwrap_or_default()),
        Use::NotListed => "not offered: forms.offered does not name it".to_owned(),
        Use::NotInUse => {
            "not offered: its status is retired, or today is outside of its effectivePeriod".to_owned()
        }
        Use::Replaced => "not offered: the version that came in last is".to_owned(),
    };
    format!("{}  {}  {origin}  {used}", entry.form.name(), entry.form.id())
}

/// Retires a form.
pub(super) async fn retire(admin: &Admin, name: &str) -> Result<String, String> {
    let retired = admin.forms.retire(&admin.ground, name, None).await.map_err(with_causes)?;
    if !retired {
        return Ok(format!("{name} was retired already."));
    }
    let id = admin.forms.find_named(name).map(|entry| entry.form.id().to_owned()).unwrap_or_default();
    let other =
        admin.forms_today().into_iter().find(|(entry, used)| entry.form.id() == id && used.is_offered());
    let then = match other {
        Some((other, _)) => format!("New referrals begin with {} instead.", other.form.name()),
        None => "No version of it is offered any more.".to_owned(),
    };
    Ok(format!("{name} is retired. {then} Drafts go on. {SERVERS_FOLLOW}"))
}

/// Offers a form again.
pub(super) async fn offer(admin: &Admin, name: &str) -> Result<String, String> {
    let offered = admin.forms.offer(&admin.ground, name).await.map_err(with_causes)?;
    if !offered {
        return Ok(format!("{name} was not retired."));
    }
    let used =
        admin.forms_today().into_iter().find(|(entry, _)| entry.form.name() == name).map(|(_, used)| used);
    Ok(match used {
        Some(used) if !used.is_offered() => {
            format!("{name} is no longer retired. `passerelle form list` prints why it is not offered.")
        }
        _ => format!("{name} is offered again. {SERVERS_FOLLOW}"),
    })
}

fn time(at: i64) -> String {
    let at = Timestamp::from_millisecond(at).map(|at| at.strftime("%F %H:%M UTC").to_string());
    at.unwrap_or_default()
}
