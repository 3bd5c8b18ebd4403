//! Contents of the pages about EHRs.

use futures_util::{future::try_join_all, try_join};

use super::{
    ehr_check::{check_and_record, hand_over_rows, verdict},
    error::Error,
    local_time::local_time,
    pages::{
        Action, CheckLine, CheckPage, EhrPage, EhrRow, EhrsPage, HandOverRow, LastLaunches, setting_rows,
    },
    service::Admin,
};
use crate::{
    audit::Recorded,
    ehrs::{
        check::{HandOver, Line, Remedy, hand_over, localize},
        origins::store::find_origins,
        store::{find_ehr, find_ehrs},
    },
    launch::store::count_sessions_of_ehr,
    users::SessionCutoff,
    web::{Lang, Words},
};

/// Lists every EHR, including those with an unreadable registration.
pub(super) async fn ehrs_page(admin: &Admin, lang: Lang, notice: String) -> Result<EhrsPage, Error> {
    // A command may have just added or changed an EHR.
    admin.refresh().await?;
    let stored = find_ehrs(&admin.ground.db).await?;
    let launches = try_join_all(stored.iter().map(|stored| last_launches(admin, lang, &stored.id))).await?;
    let mut rows = Vec::new();
    for (stored, launches) in stored.into_iter().zip(launches) {
        let registration = stored.registration().ok();
        let state = match (admin.registry.find(&stored.id), stored.suspended_at) {
            (None, _) => "unreadable",
            (Some(_), Some(_)) => "suspended",
            (Some(_), None) => "active",
        };
        let (name, base) = registration.map(|it| (it.name, it.fhir_base_url)).unwrap_or_default();
        rows.push(EhrRow { id: stored.id, name, base, state, launches });
    }
    Ok(EhrsPage { rows, notice })
}

/// Counts the live sessions that a suspension of an EHR ends.
pub(super) async fn live_sessions(admin: &Admin, id: &str) -> Result<i64, Error> {
    let cutoff = SessionCutoff::at(admin.ground.clock.now_ms(), admin.session_limits);
    Ok(count_sessions_of_ehr(&admin.ground.db, cutoff, id).await?)
}

/// Returns the page of an EHR, or `None` if it is not registered or its registration is unreadable.
pub(super) async fn ehr_page(
    admin: &Admin,
    lang: Lang,
    id: &str,
    notice: String,
) -> Result<Option<EhrPage>, Error> {
    admin.refresh().await?;
    let stored = find_ehr(&admin.ground.db, id).await?;
    let (Some(stored), Some(ehr)) = (stored, admin.registry.find(id)) else { return Ok(None) };
    let registration = stored.registration()?;
    let contradicted = match notice.as_str() {
        "suspended" => stored.suspended_at.is_none(),
        "resumed" => stored.suspended_at.is_some(),
        _ => false,
    };
    let notice = if contradicted { String::new() } else { notice };
    let pending =
        find_origins(&admin.ground.db, id).await?.into_iter().filter(|row| row.approved_at.is_none());
    Ok(Some(EhrPage {
        suspended: stored.suspended_at.is_some(),
        launches: last_launches(admin, lang, id).await?,
        settings: setting_rows(&registration),
        hand_over: hand_over_values(&hand_over(&ehr, &admin.public_url, None)),
        scopes_are_assumed: registration.setting("scope_syntax") == "auto",
        pending_origins: pending.map(|row| row.origin).collect(),
        has_keys: ehr.jwks(admin.ground.clock.now()).is_some(),
        id: registration.id,
        name: registration.name,
        notice,
    }))
}

/// Checks an EHR, or returns `None` if it is not registered.
pub(super) async fn check_page(admin: &Admin, lang: Lang, id: &str) -> Result<Option<CheckPage>, Error> {
    let report = check_and_record(admin, id).await?;
    let words = admin.web.words();
    Ok(report.map(|report| CheckPage {
        verdict: verdict(&report, words, lang),
        good: report.problems() == 0,
        seen: report.updated_at,
        lines: report.lines.iter().map(|line| check_line(line, words, lang)).collect(),
        hand_over: hand_over_values(&report.hand_over),
        id: report.id,
        name: report.name,
    }))
}

fn check_line(line: &Line, words: &Words, lang: Lang) -> CheckLine {
    let localized = localize(line, words, lang);
    let actions = localized.remedies.into_iter().map(|remedy| match remedy {
        Remedy::Set { name, value: Some(value) } => {
            Action::Set { name: name.to_owned(), value, adds: false, setting: name }
        }
        Remedy::Set { name, value: None } => Action::Edit { setting: name },
        Remedy::Add { name, value } => {
            Action::Set { name: format!("{name}+"), value, adds: true, setting: name }
        }
        Remedy::TrustCa => Action::Edit { setting: "ca_certificates" },
        Remedy::Approve(origin) => Action::Approve { origin },
        Remedy::Resume => Action::Resume,
    });
    CheckLine {
        level: localized.level,
        topic: localized.topic,
        text: localized.text,
        fix: localized.fix,
        actions: actions.collect(),
    }
}

fn hand_over_values(hand_over: &HandOver) -> Vec<HandOverRow> {
    let rows = hand_over_rows(hand_over).into_iter();
    rows.map(|(key, value)| HandOverRow { key, value }).collect()
}

async fn last_launches(admin: &Admin, lang: Lang, id: &str) -> Result<LastLaunches, Error> {
    let last = |opened| admin.ground.audit.find_last_launch(&admin.ground.db, id, opened);
    let (opened, refused) = try_join!(last(true), last(false))?;
    let words = admin.web.words();
    let at = |event: &Recorded| local_time(words, lang, event.at, &admin.time_zone);
    let class = refused.as_ref().and_then(|event| event.detail.as_deref()).unwrap_or_default();
    let class = class.split(';').next().unwrap_or_default().to_owned();
    Ok(LastLaunches {
        opened: opened.as_ref().map(at).unwrap_or_default(),
        refused: refused.as_ref().map(at).unwrap_or_default(),
        audit_days: admin.retention.settings().audit.unwrap_or_default(),
        reason: words.error(lang, &class),
        correlation_id: refused.map(|event| event.correlation_id).unwrap_or_default(),
        class,
    })
}
