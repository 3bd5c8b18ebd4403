-- One SQL text for SQLite and PostgreSQL. Times are epoch milliseconds; a nullable time takes the place of a flag.
-- BYTEA columns are sealed with AEAD; table, column and row are the associated data.

CREATE TABLE ehrs (
    id TEXT PRIMARY KEY,
    registration TEXT NOT NULL,
    client_secret BYTEA,
    suspended_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Canonical base URLs and aliases; each belongs to one EHR.
CREATE TABLE ehr_bases (
    base TEXT PRIMARY KEY,
    ehr_id TEXT NOT NULL REFERENCES ehrs (id) ON DELETE CASCADE
);
CREATE INDEX ehr_bases_ehr ON ehr_bases (ehr_id);

CREATE TABLE ehr_origins (
    ehr_id TEXT NOT NULL REFERENCES ehrs (id) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    approved_at BIGINT,
    PRIMARY KEY (ehr_id, origin)
);

CREATE TABLE client_keys (
    id TEXT PRIMARY KEY,
    ehr_id TEXT NOT NULL REFERENCES ehrs (id) ON DELETE CASCADE,
    private_keys BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX client_keys_ehr ON client_keys (ehr_id, signs_from);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    password_hash TEXT,
    role TEXT NOT NULL,
    language TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Failed password attempts since the last success, counted separately for each sign-in page.
CREATE TABLE password_tries (
    user_id TEXT NOT NULL REFERENCES users (id),
    door TEXT NOT NULL,
    tries BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, door)
);

-- EHR identities linked to users. The key includes ehr_id, so that two EHRs with the same issuer share no identity.
CREATE TABLE user_links (
    ehr_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (ehr_id, issuer, subject)
);
CREATE INDEX user_links_user ON user_links (user_id);

CREATE TABLE invitations (
    code_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- ehr_id is null for sessions of the administrators' pages, and only for these.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    key_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    ehr_id TEXT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE launch_attempts (
    state_hash TEXT PRIMARY KEY,
    ehr_id TEXT NOT NULL,
    taken_at BIGINT NOT NULL
);
CREATE INDEX launch_attempts_taken ON launch_attempts (taken_at);

CREATE TABLE launch_traces (
    correlation_id TEXT PRIMARY KEY,
    ehr_id TEXT,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    steps TEXT NOT NULL
);
CREATE INDEX launch_traces_at ON launch_traces (at);

CREATE TABLE pending_sign_ins (
    id TEXT PRIMARY KEY,
    binding_hash TEXT NOT NULL,
    ehr_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    arrival BYTEA NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    taken_at BIGINT
);

-- session_id is null for a context that was never opened; its tokens wait to be revoked.
CREATE TABLE launch_contexts (
    id TEXT PRIMARY KEY,
    session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
    user_id TEXT,
    ehr_id TEXT NOT NULL,
    patient_key TEXT,
    tokens BYTEA NOT NULL,
    token_version BIGINT NOT NULL DEFAULT 0,
    refresh_began_at BIGINT,
    refresh_not_before BIGINT,
    chart BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    revoke_due_at BIGINT
);
CREATE INDEX launch_contexts_revoke ON launch_contexts (revoke_due_at);
CREATE INDEX launch_contexts_session ON launch_contexts (session_id);

CREATE TABLE referrals (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    ehr_id TEXT NOT NULL,
    context_id TEXT NOT NULL,
    patient_key TEXT NOT NULL,
    order_url TEXT,
    form_id TEXT NOT NULL,
    service_id TEXT,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    page_id TEXT NOT NULL,
    page_save BIGINT NOT NULL,
    summary BYTEA NOT NULL,
    snapshot BYTEA NOT NULL,
    answers BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    submitted_at BIGINT,
    submitted_by TEXT,
    discarded_at BIGINT
);
CREATE INDEX referrals_user ON referrals (user_id, updated_at);
CREATE INDEX referrals_patient ON referrals (patient_key, user_id);

-- Content of the documents that were picked in a draft, read before the review. Deleted when the draft is sent or discarded.
CREATE TABLE referral_documents (
    referral_id TEXT PRIMARY KEY REFERENCES referrals (id),
    content BYTEA NOT NULL
);

CREATE TABLE referral_events (
    id TEXT PRIMARY KEY,
    referral_id TEXT NOT NULL REFERENCES referrals (id),
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT,
    detail TEXT
);
CREATE INDEX referral_events_referral ON referral_events (referral_id, at);

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    destination TEXT NOT NULL,
    recognises_duplicates BIGINT NOT NULL,
    payload BYTEA NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease TEXT,
    leased_until BIGINT,
    outcome TEXT,
    reason TEXT,
    words BYTEA,
    priority TEXT NOT NULL,
    tried_since BIGINT,
    misdirected_since BIGINT,
    may_have_arrived_at BIGINT,
    interruptions BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX deliveries_leased ON deliveries (leased_until);
CREATE INDEX deliveries_due ON deliveries (status, due_at);
CREATE INDEX deliveries_subject ON deliveries (subject_kind, subject_id);

-- One row. claims counts the claims that were ever made; nothing is sent while held_at is set.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    claims BIGINT NOT NULL,
    held_at BIGINT,
    held_reason TEXT
);
INSERT INTO outbox (id, claims) VALUES ('outbox', 0);

CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    user_id TEXT,
    issuer TEXT,
    subject TEXT,
    ehr_id TEXT,
    patient_key TEXT,
    entity TEXT,
    correlation_id TEXT NOT NULL,
    detail TEXT
);
CREATE INDEX audit_events_patient ON audit_events (patient_key, at);
CREATE INDEX audit_events_user ON audit_events (user_id, at);
CREATE INDEX audit_events_launch ON audit_events (ehr_id, event, id)
    WHERE event = 'launch-opened' OR event = 'launch-refused';
