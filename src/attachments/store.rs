//! SQL of attachments. Table: `attachments`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, SealedColumn, Sealer, Tx, execute, on, on_tx, row, sealed_column},
};

/// Sealed columns of attachments. The objects are sealed with keys that these columns contain.
pub const SEALED: [SealedColumn; 1] = [sealed_column!("attachments", "details", "id")];

row! {
    struct AttachmentRow {
        id: String,
        referral_id: String,
        place: String,
        content_type: String,
        size: i64,
        details: Vec<u8>,
        created_at: i64,
        created_by: String,
    }
}

/// Sealed part of a row.
#[derive(Serialize, Deserialize)]
struct Details {
    name: String,
    /// Key of the object, in base64.
    key: String,
    sha256: String,
    /// Hash in the form of FHIR, SHA-1 in base64.
    hash: String,
}

/// File that was added to a referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Row id, and name of the object.
    pub id: String,
    /// Row id of the referral.
    pub referral_id: String,
    /// Place of the question that it answers.
    pub place: String,
    /// Name for people.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of the bytes, in base64.
    pub sha256: String,
    /// SHA-1 of the bytes in base64, as FHIR writes it.
    pub hash: String,
    /// Time at which it was added, epoch milliseconds.
    pub created_at: i64,
    /// Row id of the user who added it.
    pub created_by: String,
    pub(super) key: [u8; 32],
}

/// Object that was written and has no row yet.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    pub(super) id: String,
    /// Clean name.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// Size in bytes.
    pub size: u64,
    pub(super) sha256: String,
    pub(super) hash: String,
    pub(super) key: [u8; 32],
}

impl NewAttachment {
    /// Returns the id, which is the name of the object.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// Inserts the row of an object.
pub async fn insert_attachment(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &NewAttachment,
    referral_id: &str,
    place: &str,
    user_id: &str,
) -> Result<()> {
    let details = Details {
        name: new.name.clone(),
        key: STANDARD.encode(new.key),
        sha256: new.sha256.clone(),
        hash: new.hash.clone(),
    };
    let sealed = sealer.seal_json(cell(&new.id), &details)?;
    execute!(
        tx,
        "INSERT INTO attachments (id, referral_id, place, content_type, size, details, created_at, created_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &new.id,
        referral_id,
        place,
        &new.content_type,
        i64::try_from(new.size).unwrap_or(i64::MAX),
        &sealed,
        clock.now_ms(),
        user_id,
    );
    Ok(())
}

const SELECT: &str = "SELECT id, referral_id, place, content_type, size, details, created_at, created_by FROM attachments \
     WHERE referral_id = $1 ORDER BY id";

/// Finds the files of a referral, in the order in which they were added.
pub async fn find_attachments(db: &Db, sealer: &Sealer, referral_id: &str) -> Result<Vec<Attachment>> {
    let rows: Vec<AttachmentRow> =
        on!(db.read(), p => sqlx::query_as(SELECT).bind(referral_id).fetch_all(p).await?);
    rows.into_iter().map(|row| open(row, sealer)).collect()
}

/// Finds the files of a referral like [`find_attachments`], on the connection of an open transaction.
pub async fn find_attachments_in(tx: &mut Tx, sealer: &Sealer, referral_id: &str) -> Result<Vec<Attachment>> {
    let rows: Vec<AttachmentRow> =
        on_tx!(tx, c => sqlx::query_as(SELECT).bind(referral_id).fetch_all(c).await?);
    rows.into_iter().map(|row| open(row, sealer)).collect()
}

/// Deletes a file of a referral. Returns `false` if it is gone.
pub async fn delete_attachment(tx: &mut Tx, referral_id: &str, id: &str) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM attachments WHERE referral_id = $1 AND id = $2", referral_id, id) == 1)
}

/// Deletes the files of a referral. The sweep deletes their objects.
pub async fn delete_attachments(tx: &mut Tx, referral_id: &str) -> Result<u64> {
    Ok(execute!(tx, "DELETE FROM attachments WHERE referral_id = $1", referral_id))
}

/// Whether an object has a row.
pub(super) async fn exists(db: &Db, id: &str) -> Result<bool> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM attachments WHERE id = $1").bind(id).fetch_optional(p).await?
    });
    Ok(found.is_some())
}

fn open(row: AttachmentRow, sealer: &Sealer) -> Result<Attachment> {
    let details: Details = sealer.open_json(cell(&row.id), &row.details)?;
    let wrong = |column| Error::Row { table: "attachments", column, id: row.id.clone() };
    let key = STANDARD.decode(&details.key).ok().and_then(|key| key.try_into().ok());
    Ok(Attachment {
        key: key.ok_or_else(|| wrong("details"))?,
        size: u64::try_from(row.size).map_err(|_| wrong("size"))?,
        id: row.id,
        referral_id: row.referral_id,
        place: row.place,
        name: details.name,
        content_type: row.content_type,
        sha256: details.sha256,
        hash: details.hash,
        created_at: row.created_at,
        created_by: row.created_by,
    })
}

fn cell(id: &str) -> Cell<'_> {
    Cell { table: "attachments", column: "details", id }
}
