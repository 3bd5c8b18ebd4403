-- What a program needs to know of a database before it uses it.

-- One row. A program may use this schema if its own newest migration is at least oldest_program. Each migration that
-- an older program cannot work with raises it.
CREATE TABLE schema_compatibility (
    id TEXT PRIMARY KEY,
    oldest_program BIGINT NOT NULL
);
INSERT INTO schema_compatibility (id, oldest_program) VALUES ('schema', 1);

-- Sealing keys that have sealed values of this database. The proof is sealed with the key and holds a keyed hash, so
-- that a node with another keys file does not start.
CREATE TABLE sealing_keys (
    id BIGINT PRIMARY KEY,
    proof BYTEA NOT NULL,
    used_at BIGINT NOT NULL
);

-- One row, written to find out whether the database can be written.
CREATE TABLE health_checks (
    id TEXT PRIMARY KEY,
    checked_at BIGINT NOT NULL
);
INSERT INTO health_checks (id, checked_at) VALUES ('ready', 0);

-- One row, locked by a transaction that compares the registrations of EHRs and then changes them.
CREATE TABLE ehr_register (
    id TEXT PRIMARY KEY,
    changed_at BIGINT NOT NULL
);
INSERT INTO ehr_register (id, changed_at) VALUES ('register', 0);
