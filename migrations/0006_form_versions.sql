-- Texts of the forms of this installation, by the SHA-256 of the text. A referral stays with the text it was begun with;
-- one begun before this migration has the text of today's form.
CREATE TABLE form_versions (
    hash TEXT PRIMARY KEY,
    form_id TEXT NOT NULL,
    content TEXT NOT NULL,
    stored_at BIGINT NOT NULL
);
ALTER TABLE referrals ADD COLUMN form_hash TEXT;
