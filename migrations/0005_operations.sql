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
