//! Commands about deliveries, for administrators: list, show, send again, hold and release all sending.

use std::collections::HashMap;

use clap::Subcommand;
use futures_util::try_join;
use jiff::Timestamp;

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind, MAX_FOUND},
    delivery::{
        Advice, Released, Restoration,
        control_store::{self, DeliveryRow, Hold, Matching, PAGE_ROWS},
        restored_store::find_sending_state,
    },
    web::{Lang, Paging},
};

/// Reason of a hold for which the command was given none.
pub(super) const HELD_BY_ADMINISTRATOR: &str = "held by an administrator";

/// `passerelle deliveries …`
#[derive(Debug, Subcommand)]
pub enum DeliveriesCommand {
    /// Lists deliveries that are pending or failed, oldest first; with a text, all that match, newest first
    #[command(after_help = "Example: passerelle deliveries list heart.example.ca --page 2")]
    List {
        /// Number of a referral or four characters of it, id of a message, or part of a destination or channel
        #[arg(default_value = "")]
        search: String,
        /// Page of the list
        #[arg(long, default_value_t = 1)]
        page: usize,
    },
    /// Shows one delivery, with the destination's own words, which may contain patient data
    Show {
        /// Id of the message, as `list` prints it
        id: String,
    },
    /// Sends a delivery again now, with the same id and the same bytes
    Retry {
        /// Id of the message, as `list` prints it
        id: String,
    },
    /// Holds all sending, on every node; referrals can still be signed
    Hold {
        /// Reason, shown to administrators
        #[arg(default_value = HELD_BY_ADMINISTRATOR)]
        reason: String,
    },
    /// Releases all sending, and prints what may arrive twice
    Release,
}

/// Runs a command and returns its output.
///
/// # Errors
/// [`Error::Request`] if there is no such delivery, or it cannot be sent again; [`Error::Db`].
pub async fn run_deliveries(admin: &Admin, command: DeliveriesCommand) -> Result<String, Error> {
    match command {
        DeliveriesCommand::List { search, page } => list(admin, search.trim(), page).await,
        DeliveriesCommand::Show { id } => show(admin, &id).await,
        DeliveriesCommand::Retry { id } => {
            retry(admin, &id).await?;
            Ok(format!("Delivery {id} is sent again as soon as a worker is free."))
        }
        DeliveriesCommand::Hold { reason } => Ok(if admin.outbox.hold(&reason).await? {
            "All sending is held. `passerelle deliveries release` ends that.".to_owned()
        } else {
            "All sending was held already.".to_owned()
        }),
        DeliveriesCommand::Release => Ok(match admin.outbox.release().await? {
            Some(released) => released_text(&released),
            None => "Sending was not held.".to_owned(),
        }),
    }
}

/// Sends a delivery again.
///
/// # Errors
/// [`Error::Request`] if there is none, if it is delivered, withdrawn or being attempted, or if all sending is held; [`Error::Db`].
pub(super) async fn retry(admin: &Admin, id: &str) -> Result<(), Error> {
    let row = find(admin, id).await?;
    if let Some(hold) = control_store::find_hold(&admin.ground.db).await? {
        return Err(Error::Request(format!(
            "{} Nothing is sent until `passerelle deliveries release`.",
            held_text(&hold)
        )));
    }
    if admin.outbox.retry(id).await? {
        return Ok(());
    }
    if let Some(at) = row.payload_removed_at {
        let at = time(at);
        return Err(Error::Request(format!(
            "The message of delivery {id} was removed on {at}, as the retention settings say; it cannot be sent again."
        )));
    }
    Err(Error::Request(format!("Delivery {id} is delivered, withdrawn, or being attempted right now.")))
}

async fn find(admin: &Admin, id: &str) -> Result<DeliveryRow, Error> {
    let found = control_store::find(&admin.ground.db, id).await?;
    found.ok_or_else(|| {
        Error::Request(format!("There is no delivery {id}; `passerelle deliveries list` prints the ids."))
    })
}

/// Finds a delivery for a person who sees the destination's own words, which is recorded.
pub(super) async fn view(admin: &Admin, id: &str) -> Result<DeliveryRow, Error> {
    let row = find(admin, id).await?;
    let event = Event::success(EventKind::DeliveryViewed, id);
    let event = event.on(subject_of(&row));
    admin.ground.audit.record_alone(&admin.ground.db, &event).await?;
    Ok(row)
}

/// Rows of one page: deliveries that are pending or failed, or all that match a text.
pub(super) struct FoundDeliveries {
    pub(super) rows: Vec<DeliveryRow>,
    pub(super) paging: Paging,
    pub(super) found: usize,
    /// Numbers of referrals by subject, as [`subject_of`] returns it.
    pub(super) numbers: HashMap<String, String>,
    /// Whether more referrals have the part of a number than were looked up.
    pub(super) is_partial: bool,
}

/// Subject of a delivery, as an entity of the audit trail.
pub(super) fn subject_of(row: &DeliveryRow) -> String {
    format!("{}/{}", row.subject_kind, row.subject_id)
}

pub(super) async fn find_rows(
    admin: &Admin,
    search: &str,
    page: usize,
    address: impl Fn(usize) -> String,
) -> Result<FoundDeliveries, Error> {
    let db = &admin.ground.db;
    let is_open = search.is_empty();
    let subject_ids = if is_open { Vec::new() } else { admin.numbers.find_ids(search).await? };
    let filter = Matching { text: search, subject_ids: &subject_ids };
    let found = match is_open {
        true => control_store::count_open(db).await?,
        false => control_store::count_matching(db, filter).await?,
    };
    let found = usize::try_from(found).unwrap_or(0);
    let paging = Paging::new(page, found, PAGE_ROWS, address);
    let skipped = i64::try_from(paging.skipped(PAGE_ROWS)).unwrap_or(0);
    let rows = match is_open {
        true => control_store::list_open(db, skipped).await?,
        false => control_store::list_matching(db, filter, skipped).await?,
    };
    let numbers = admin.numbers_of(rows.iter().map(subject_of)).await?;
    Ok(FoundDeliveries { rows, paging, found, numbers, is_partial: subject_ids.len() > MAX_FOUND })
}

async fn list(admin: &Admin, search: &str, page: usize) -> Result<String, Error> {
    let db = &admin.ground.db;
    let (hold, state) = try_join!(control_store::find_hold(db), find_sending_state(db))?;
    let FoundDeliveries { rows, paging, found, numbers, is_partial } =
        find_rows(admin, search, page, |_| String::new()).await?;
    let now = admin.ground.clock.now_ms();
    let mut lines: Vec<String> = hold.map(|hold| held_text(&hold)).into_iter().collect();
    lines.extend(state.restoration.filter(|_| state.is_held_restored()).map(restored_text));
    match (rows.is_empty(), search) {
        (true, "") => lines.push("Nothing is pending or failed.".to_owned()),
        (true, _) => lines.push("No delivery matches.".to_owned()),
        _ => lines.extend(rows.iter().map(|row| line(row, now, &numbers))),
    }
    if is_partial {
        lines.push(format!("More than {MAX_FOUND} referral numbers contain this: type more of the number."));
    }
    if paging.last > 1 {
        let (number, last) = (paging.number, paging.last);
        lines.push(format!("Page {number} of {last}, {found} deliveries; `--page` shows another."));
    }
    Ok(lines.join("\n"))
}

async fn show(admin: &Admin, id: &str) -> Result<String, Error> {
    let row = view(admin, id).await?;
    let numbers = admin.numbers_of([subject_of(&row)]).await?;
    let now = admin.ground.clock.now_ms();
    let none = if row.payload_removed_at.is_some() { "no longer kept" } else { "no words were given" };
    let words = row.words(&admin.ground.sealer).unwrap_or_else(|| none.to_owned());
    let due = match row.status.as_str() {
        "pending" => format!("\nNext attempt: {}", time(row.due_at)),
        _ => String::new(),
    };
    let doubt = if row.may_have_arrived_at.is_some() { "\nAn attempt may have arrived." } else { "" };
    let removed =
        row.payload_removed_at.map(|at| format!("\nThe message is no longer kept: removed {}", time(at)));
    let advice = advice(&row).map(|advice| format!("\nWhat to do: {}", advice_text(admin, advice)));
    Ok(format!(
        "{}\nPriority: {}{due}{doubt}{}\nThe destination's words: {words}{}",
        line(&row, now, &numbers),
        row.priority,
        removed.unwrap_or_default(),
        advice.unwrap_or_default()
    ))
}

fn advice_text(admin: &Admin, advice: Advice) -> String {
    let key = format!("admin-delivery-advice-{}", advice.code());
    admin.web.words().find(Lang::En, &key, None).unwrap_or(key)
}

fn held_text(hold: &Hold) -> String {
    format!("All sending is held since {}: {}", time(hold.at), hold.reason)
}

fn restored_text(restoration: Restoration) -> String {
    format!(
        "The backup is of {}. Messages may have been sent after that: ask the destinations of those that may have arrived, then \
         run `passerelle deliveries release`.",
        time(restoration.data_until)
    )
}

fn line(row: &DeliveryRow, now: i64, numbers: &HashMap<String, String>) -> String {
    let number = numbers.get(&subject_of(row)).map(|number| format!("  {number}")).unwrap_or_default();
    let doubt = if row.may_have_arrived_at.is_some() { ", may have arrived" } else { "" };
    format!(
        "{}{number}  {:<13}  {}, tries: {}{doubt}  {} {}  {}",
        row.id,
        row.status,
        row.settled_at
            .map_or_else(|| format!("{} old", age(now - row.created_at)), |at| format!("ended {}", time(at))),
        row.attempts,
        row.channel,
        row.destination,
        why(row)
    )
}

fn why(row: &DeliveryRow) -> String {
    let parts = [row.outcome.as_deref(), row.reason.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// Advice about the last attempt. `None` if a newer version of this program gave one that this version does not know.
pub(super) fn advice(row: &DeliveryRow) -> Option<Advice> {
    Advice::find(row.advice.as_deref()?)
}

fn released_text(released: &Released) -> String {
    let mut lines = vec![format!("Sending is released. Pending deliveries: {}.", released.pending)];
    let ids = |rows: &[DeliveryRow]| rows.iter().map(|row| format!("  {}", row.id)).collect::<Vec<_>>();
    if !released.sent_again.is_empty() {
        lines.push("Of these, may arrive a second time; the destination recognises duplicates:".to_owned());
        lines.extend(ids(&released.sent_again));
    }
    if !released.unconfirmed.is_empty() {
        lines.push(
            "Not sent, because they may have arrived and the destination does not recognise duplicates:"
                .to_owned(),
        );
        lines.extend(ids(&released.unconfirmed));
    }
    lines.join("\n")
}

fn time(at: i64) -> String {
    let at = Timestamp::from_millisecond(at).map(|at| at.strftime("%F %T UTC").to_string());
    at.unwrap_or_default()
}

/// Formats a duration in its largest unit: `45 s`, `12 min`, `5 h`, `3 d`.
fn age(ms: i64) -> String {
    let seconds = (ms / 1000).max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}
