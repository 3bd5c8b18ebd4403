-- Removal of what is no longer kept.

-- Set when the message was removed; the payload is empty then. The row itself is always kept.
ALTER TABLE deliveries ADD COLUMN payload_removed_at BIGINT;
CREATE INDEX deliveries_kept ON deliveries (status, settled_at) WHERE payload_removed_at IS NULL;

CREATE INDEX referrals_unsent ON referrals (updated_at) WHERE submitted_at IS NULL;
CREATE INDEX referrals_signer ON referrals (submitted_by, updated_at);

-- One row. One process removes at a time, while it holds the lease. plan is the settings of the last plan that was logged.
CREATE TABLE retention (
    id TEXT PRIMARY KEY,
    due_at BIGINT NOT NULL,
    plan TEXT,
    planned_at BIGINT,
    lease TEXT,
    leased_until BIGINT
);
INSERT INTO retention (id, due_at) VALUES ('retention', 0);
