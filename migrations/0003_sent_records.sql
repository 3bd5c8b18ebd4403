-- What was sent, as it was shown before it was sent: a page about a sent referral does not change with its form.
CREATE TABLE sent_records (
    referral_id TEXT PRIMARY KEY REFERENCES referrals (id),
    form_url TEXT NOT NULL,
    form_version TEXT NOT NULL,
    content BYTEA NOT NULL
);
