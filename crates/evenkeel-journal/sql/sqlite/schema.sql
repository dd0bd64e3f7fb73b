-- The tables of a store, layout 3.
--
-- What is true is in `batch`; all other tables of a workspace could be told again from it, except
-- `private` (by design it can be erased), `snapshot` (never truth), `activity` (raw touches, of
-- which the batches hold only what decides) and `history` with its keys (told by files; the batches
-- hold its digests). They are narrow and keyed by integers because each row is written in the
-- transaction of its batch. Only tables with few rows
-- carry foreign keys; `verify` checks the links of the others, which would cost a look-up each.

-- One row: which store this is.
CREATE TABLE store (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    store BLOB    NOT NULL CHECK (length(store) = 16),
    epoch INTEGER NOT NULL CHECK (epoch >= 1)
) STRICT;

CREATE TABLE workspace (
    workspace INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE
) STRICT;

-- One row per transaction. last_seq = first_seq - 1 when it holds no event.
CREATE TABLE batch (
    workspace INTEGER NOT NULL REFERENCES workspace,
    batch     INTEGER NOT NULL CHECK (batch >= 1),
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL CHECK (last_seq >= first_seq - 1),
    at_ms     INTEGER NOT NULL,
    engine    INTEGER NOT NULL,
    prev      BLOB    NOT NULL CHECK (length(prev) = 32),
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    body      BLOB    NOT NULL,
    PRIMARY KEY (workspace, batch)
) STRICT;

CREATE INDEX batch_by_seq ON batch (workspace, last_seq, batch);

-- Every command that may be sent again. Request digest and answer are in the body of its batch.
CREATE TABLE command (
    workspace INTEGER NOT NULL,
    id        BLOB    NOT NULL CHECK (length(id) = 16),
    batch     INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;

-- Where each record is. kind: 1 book, 2 queue, 3 held, 4 closed.
CREATE TABLE place (
    workspace INTEGER NOT NULL,
    record    INTEGER NOT NULL,
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    owner     INTEGER NOT NULL,
    due_ms    INTEGER CHECK (due_ms IS NOT NULL OR kind <> 3),
    seq       INTEGER NOT NULL,
    PRIMARY KEY (workspace, record)
) STRICT, WITHOUT ROWID;

CREATE INDEX place_by_due ON place (workspace, due_ms, record) WHERE due_ms IS NOT NULL;

-- The owner each CRM record should have, until the CRM is known to have it.
CREATE TABLE outbox (
    workspace INTEGER NOT NULL,
    record    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    owner     INTEGER NOT NULL,
    PRIMARY KEY (workspace, record)
) STRICT, WITHOUT ROWID;

-- Personal data. The body of the batch holds SHA-256(salt, body).
CREATE TABLE private (
    workspace INTEGER NOT NULL,
    subject   INTEGER NOT NULL,
    batch     INTEGER NOT NULL,
    salt      BLOB    NOT NULL CHECK (length(salt) = 16),
    body      BLOB    NOT NULL,
    PRIMARY KEY (workspace, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    workspace INTEGER NOT NULL REFERENCES workspace,
    seq       INTEGER NOT NULL,
    format    INTEGER NOT NULL,
    engine    INTEGER NOT NULL,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    digest    BLOB    NOT NULL CHECK (length(digest) = 32),
    checksum  BLOB    NOT NULL CHECK (length(checksum) = 32),
    bytes     BLOB    NOT NULL,
    PRIMARY KEY (workspace, seq)
) STRICT;

-- The server's own keys and values: users, sessions, hashes of API keys, draw secrets.
CREATE TABLE setting (
    key   BLOB NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
