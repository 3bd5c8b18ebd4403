-- Forms that an administrator imported, by canonical URL and version. The text is in form_versions, by the hash.
CREATE TABLE imported_forms (
    url TEXT NOT NULL,
    version TEXT NOT NULL,
    form_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by TEXT,
    PRIMARY KEY (url, version)
);
-- The id of all versions of an imported form, which names one form.
CREATE TABLE imported_form_ids (
    form_id TEXT PRIMARY KEY,
    url TEXT NOT NULL UNIQUE
);
-- Forms that an administrator offers no more, wherever they are from: url|version, or the id of a form without a URL.
CREATE TABLE retired_forms (
    name TEXT PRIMARY KEY,
    retired_at BIGINT NOT NULL,
    retired_by TEXT
);
