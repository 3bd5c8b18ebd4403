-- Each launch writes a row of these tables, and a page of each of their indexes. Sessions are found by user only when an
-- administrator ends them, traces are at most some thousand, and few contexts wait to be revoked.
DROP INDEX sessions_user;
DROP INDEX launch_traces_at;
DROP INDEX launch_contexts_revoke;
CREATE INDEX launch_contexts_revoke ON launch_contexts (revoke_due_at) WHERE revoke_due_at IS NOT NULL;
