-- Identities that were unlinked from an account in the last day. A launch that found the link before, and opens its chart
-- after, is refused.
CREATE TABLE unlinked_identities (
    ehr_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    unlinked_at BIGINT NOT NULL,
    PRIMARY KEY (ehr_id, issuer, subject)
);

-- Launches of which a node noted that they came back, or that they are overdue. reference is the correlation id of the trace
-- that says so, and null for one that came back. The key makes two nodes that note the same launch wait for each other.
CREATE TABLE noted_launches (
    state_hash TEXT PRIMARY KEY,
    reference TEXT,
    noted_at BIGINT NOT NULL
);
CREATE INDEX noted_launches_noted ON noted_launches (noted_at);

-- Code of the advice for an administrator about the last attempt.
ALTER TABLE deliveries ADD COLUMN advice TEXT;

-- relation is the object id of this table on PostgreSQL, and newest_transaction a transaction of it: a copy of the table has
-- another id, or is in a younger cluster.
ALTER TABLE outbox ADD COLUMN relation BIGINT;
ALTER TABLE outbox ADD COLUMN newest_transaction BIGINT;

-- Times at which this database was found to be restored from a backup. Nothing in it is newer than data_until.
CREATE TABLE restorations (
    id TEXT PRIMARY KEY,
    found_at BIGINT NOT NULL,
    data_until BIGINT NOT NULL
);

-- Written every minute while a node runs.
INSERT INTO health_checks (id, checked_at) VALUES ('used', 0);
