-- Since layout 2: every activity on a record as it was told, beside the journal.
--
-- `id` is a digest of the source and of what the source calls the activity, so nothing a source
-- writes into its ids is kept; `kind` and `source` are codes of the workspace. No personal data.
CREATE TABLE activity (
    workspace INTEGER NOT NULL,
    id        BLOB    NOT NULL CHECK (length(id) = 16),
    record    INTEGER NOT NULL,
    rep       INTEGER,
    at_ms     INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    verified  INTEGER NOT NULL CHECK (verified IN (0, 1)),
    source    TEXT    NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX activity_by_record ON activity (workspace, record, at_ms);
CREATE INDEX activity_by_rep ON activity (workspace, rep, at_ms) WHERE rep IS NOT NULL;
