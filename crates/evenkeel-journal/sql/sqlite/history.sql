-- Since layout 3: what happened before or beside the journal, as files told it.
--
-- `history` has one row per fact, numbered from 1 without gap; keys are numbers. `history_key` says
-- what they stand for: kind 1 records, 2 reps, 3 words (kinds of activity, reasons, sources). A key
-- can be erased: salt and text go, number and digest stay. The journal holds a digest over both
-- tables per imported file (event HistoryImported). what: 1 created, 2 assigned, 3 owned, 4 worked,
-- 5 open again, 6 won, 7 lost, 8 disqualified.
CREATE TABLE history_key (
    workspace INTEGER NOT NULL,
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    number    INTEGER NOT NULL,
    digest    BLOB    NOT NULL CHECK (length(digest) = 32),
    salt      BLOB    CHECK (length(salt) = 16),
    key       TEXT    CHECK ((key IS NULL) = (salt IS NULL)),
    PRIMARY KEY (workspace, kind, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
    workspace INTEGER NOT NULL,
    row       INTEGER NOT NULL CHECK (row >= 1),
    id        BLOB    NOT NULL CHECK (length(id) = 16),
    record    INTEGER NOT NULL,
    what      INTEGER NOT NULL CHECK (what BETWEEN 1 AND 8),
    rep       INTEGER,
    at_ms     INTEGER NOT NULL,
    told_ms   INTEGER NOT NULL,
    word      INTEGER,
    value     INTEGER,
    source    INTEGER NOT NULL,
    PRIMARY KEY (workspace, row)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX history_by_id ON history (workspace, id);
