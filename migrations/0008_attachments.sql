-- Files that a person adds to a referral. The bytes are objects outside of the database, named by the id; details holds
-- name, hashes and the key of the object, sealed. place is the place of the answer in the form.
CREATE TABLE attachments (
    id TEXT PRIMARY KEY,
    referral_id TEXT NOT NULL,
    place TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    details BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX attachments_of_referral ON attachments (referral_id);
