//! The statements that work on the tables of `sql/sqlite/schema.sql`.
//!
//! Rows are inserted plainly or updated by their whole expected content, and the rows affected are
//! counted; a clause that would let an insert do nothing is banned (a test looks).

use std::sync::LazyLock;

/// Tables, then views, in the order of creation.
pub(crate) const SCHEMA: [&str; 8] = [
    include_str!("../../sql/sqlite/schema.sql"),
    include_str!("../../sql/sqlite/view/ownership.sql"),
    include_str!("../../sql/sqlite/view/commands.sql"),
    include_str!("../../sql/sqlite/view/batches.sql"),
    LAYOUT_2[0],
    LAYOUT_2[1],
    LAYOUT_3[0],
    LAYOUT_3[1],
];

/// What layout 2 adds to layout 1.
pub(crate) const LAYOUT_2: [&str; 2] = [
    include_str!("../../sql/sqlite/activity.sql"),
    include_str!("../../sql/sqlite/view/activities.sql"),
];

/// What layout 3 adds to layout 2.
pub(crate) const LAYOUT_3: [&str; 2] = [
    include_str!("../../sql/sqlite/history.sql"),
    include_str!("../../sql/sqlite/view/past.sql"),
];

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        #[cfg(test)]
        const STATEMENTS: &[&str] = &[$($text),*];
    };
}

statements! {
    BEGIN = "BEGIN IMMEDIATE";
    COMMIT = "COMMIT";

    IDENTITY = "SELECT store, epoch FROM store WHERE one = 1";
    IDENTITY_INSERT = "INSERT INTO store (one, store, epoch) VALUES (1, ?1, ?2)";
    EPOCH_RAISE = "UPDATE store SET epoch = epoch + 1 WHERE one = 1";

    WORKSPACES = "SELECT workspace, name FROM workspace ORDER BY workspace";
    WORKSPACE_KNOWN = "SELECT 1 FROM workspace WHERE workspace = ?1";
    WORKSPACE_NAMED = "SELECT 1 FROM workspace WHERE name = ?1";
    WORKSPACE_INSERT = "INSERT INTO workspace (workspace, name)
        VALUES ((SELECT coalesce(max(workspace), 0) + 1 FROM workspace), ?1)";

    /// The last batch of a workspace.
    HEAD = "SELECT batch, last_seq, hash FROM batch
        WHERE workspace = ?1 ORDER BY batch DESC LIMIT 1";
    BATCH_INSERT = "INSERT INTO batch
        (workspace, batch, first_seq, last_seq, at_ms, engine, prev, hash, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    BATCH_HASH = "SELECT hash FROM batch WHERE workspace = ?1 AND batch = ?2";
    BATCH_ONE = "SELECT batch, first_seq, last_seq, at_ms, engine, prev, hash, body FROM batch
        WHERE workspace = ?1 AND batch = ?2";
    BATCH_READ = "SELECT batch, first_seq, last_seq, at_ms, engine, prev, hash, body FROM batch
        WHERE workspace = ?1 AND last_seq > ?2 AND first_seq <= last_seq
        ORDER BY last_seq, batch";
    BATCH_WALK = "SELECT batch, first_seq, last_seq, at_ms, engine, prev, hash, body FROM batch
        WHERE workspace = ?1 AND batch > ?2 ORDER BY batch LIMIT ?3";
    BATCH_ON_CHAIN = "SELECT 1 FROM batch WHERE workspace = ?1 AND last_seq = ?2 AND hash = ?3";

    COMMAND = "SELECT batch, first_seq, last_seq FROM command WHERE workspace = ?1 AND id = ?2";
    COMMAND_INSERT = "INSERT INTO command (workspace, id, batch, first_seq, last_seq)
        VALUES (?1, ?2, ?3, ?4, ?5)";

    PLACE = "SELECT kind, owner, due_ms, seq FROM place WHERE workspace = ?1 AND record = ?2";
    PLACES = "SELECT record, kind, owner, due_ms, seq FROM place
        WHERE workspace = ?1 AND record > ?2 ORDER BY record LIMIT ?3";
    PLACE_INSERT = "INSERT INTO place (workspace, record, kind, owner, due_ms, seq)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    PLACE_MOVE = "UPDATE place SET kind = ?3, owner = ?4, due_ms = ?5, seq = ?6
        WHERE workspace = ?1 AND record = ?2 AND kind = ?7 AND owner = ?8";
    DUE = "SELECT due_ms, record FROM place
        WHERE workspace = ?1 AND due_ms IS NOT NULL AND due_ms <= ?2
        ORDER BY due_ms, record LIMIT ?3";

    OUTBOX = "SELECT record, seq, owner FROM outbox
        WHERE workspace = ?1 AND record > ?2 ORDER BY record LIMIT ?3";
    OUTBOX_UPDATE = "UPDATE outbox SET seq = ?3, owner = ?4 WHERE workspace = ?1 AND record = ?2";
    OUTBOX_INSERT = "INSERT INTO outbox (workspace, record, seq, owner) VALUES (?1, ?2, ?3, ?4)";
    OUTBOX_SETTLE = "DELETE FROM outbox WHERE workspace = ?1 AND record = ?2 AND seq = ?3";

    PRIVATE = "SELECT batch, salt, body FROM private WHERE workspace = ?1 AND subject = ?2";
    PRIVATE_UPDATE = "UPDATE private SET batch = ?3, salt = ?4, body = ?5
        WHERE workspace = ?1 AND subject = ?2";
    PRIVATE_INSERT = "INSERT INTO private (workspace, subject, batch, salt, body)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    PRIVATE_DELETE = "DELETE FROM private WHERE workspace = ?1 AND subject = ?2";

    ACTIVITY_KNOWN = "SELECT 1 FROM activity WHERE workspace = ?1 AND id = ?2";
    ACTIVITY_INSERT = "INSERT INTO activity
        (workspace, id, record, rep, at_ms, kind, verified, source)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    ACTIVITIES = "SELECT id, rep, at_ms, kind, verified, source FROM activity
        WHERE workspace = ?1 AND record = ?2 ORDER BY at_ms DESC, id LIMIT ?4 OFFSET ?3";
    ACTIVITY_TALLY = "SELECT kind, verified, count(*), max(at_ms) FROM activity
        WHERE workspace = ?1 AND rep = ?2 AND at_ms >= ?3 AND at_ms < ?4
        GROUP BY kind, verified ORDER BY kind, verified";
    ACTIVITY_MOMENTS = "SELECT DISTINCT record, at_ms FROM activity
        WHERE workspace = ?1 AND (record, at_ms) > (?2, ?3)
        ORDER BY record, at_ms LIMIT ?4";
    ACTIVITY_WORK = "SELECT record, at_ms, rep, kind, verified FROM activity
        WHERE workspace = ?1 ORDER BY record, at_ms, id";

    HISTORY_EXTENT = "SELECT
        (SELECT coalesce(max(row), 0) FROM history WHERE workspace = ?1),
        (SELECT coalesce(max(number) + 1, 0) FROM history_key WHERE workspace = ?1 AND kind = 1),
        (SELECT coalesce(max(number) + 1, 0) FROM history_key WHERE workspace = ?1 AND kind = 2),
        (SELECT coalesce(max(number) + 1, 0) FROM history_key WHERE workspace = ?1 AND kind = 3)";
    HISTORY_KEYS = "SELECT number, digest, salt, key FROM history_key
        WHERE workspace = ?1 AND kind = ?2 AND number >= ?3 ORDER BY number LIMIT ?4";
    HISTORY_KEY_INSERT = "INSERT INTO history_key (workspace, kind, number, digest, salt, key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    HISTORY_KEY_ERASE = "UPDATE history_key SET salt = NULL, key = NULL
        WHERE workspace = ?1 AND kind = ?2 AND number = ?3 AND key IS NOT NULL";
    HISTORY = "SELECT row, id, record, what, rep, at_ms, told_ms, word, value, source FROM history
        WHERE workspace = ?1 AND row > ?2 ORDER BY row LIMIT ?3";
    HISTORY_TOLD = "SELECT row, record, what, rep, at_ms, told_ms, word, value FROM history
        WHERE workspace = ?1 AND row > ?2 AND row <= ?3 ORDER BY row";
    HISTORY_NAMES = "SELECT number, key FROM history_key
        WHERE workspace = ?1 AND kind = ?2 ORDER BY number";
    HISTORY_KNOWN = "SELECT 1 FROM history WHERE workspace = ?1 AND id = ?2";
    HISTORY_INSERT = "INSERT INTO history
        (workspace, row, id, record, what, rep, at_ms, told_ms, word, value, source)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    SNAPSHOTS = "SELECT format, engine, seq, hash, digest, length(bytes) FROM snapshot
        WHERE workspace = ?1 ORDER BY seq DESC";
    SNAPSHOT = "SELECT format, engine, seq, hash, digest, bytes, checksum FROM snapshot
        WHERE workspace = ?1 AND seq = ?2";
    SNAPSHOT_DELETE = "DELETE FROM snapshot WHERE workspace = ?1 AND seq = ?2";
    SNAPSHOT_INSERT = "INSERT INTO snapshot
        (workspace, seq, format, engine, hash, digest, checksum, bytes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    SNAPSHOT_TRIM = "DELETE FROM snapshot WHERE workspace = ?1 AND seq NOT IN
        (SELECT seq FROM snapshot WHERE workspace = ?1 ORDER BY seq DESC LIMIT ?2)";

    SETTING = "SELECT value FROM setting WHERE key = ?1";
    SETTINGS = "SELECT key, value FROM setting
        WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";
    SETTING_UPDATE = "UPDATE setting SET value = ?2 WHERE key = ?1";
    SETTING_INSERT = "INSERT INTO setting (key, value) VALUES (?1, ?2)";
    SETTING_DELETE = "DELETE FROM setting WHERE key = ?1";

    COUNTS = "SELECT (SELECT count(*) FROM batch WHERE workspace = ?1),
        (SELECT count(*) FROM command WHERE workspace = ?1),
        (SELECT count(*) FROM place WHERE workspace = ?1),
        (SELECT count(*) FROM outbox WHERE workspace = ?1),
        (SELECT count(*) FROM private WHERE workspace = ?1),
        (SELECT count(*) FROM activity WHERE workspace = ?1)";

    /// Frames in the log and frames copied from it already; does nothing (SQLite 3.51).
    LOG_STATE = "PRAGMA wal_checkpoint(NOOP)";
    CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)";
    CHECKPOINT_TRUNCATE = "PRAGMA wal_checkpoint(TRUNCATE)";
    INTEGRITY_CHECK = "PRAGMA integrity_check(100)";
    FOREIGN_KEY_CHECK = "PRAGMA foreign_key_check";
}

/// Rows of a statement that inserts many.
pub(crate) const ROWS: usize = 32;

/// [`COMMAND_INSERT`] for many rows.
pub(crate) static COMMANDS_INSERT: LazyLock<String> = LazyLock::new(|| for_many(COMMAND_INSERT));
/// [`PLACE_INSERT`] for many rows.
pub(crate) static PLACES_INSERT: LazyLock<String> = LazyLock::new(|| for_many(PLACE_INSERT));
/// [`OUTBOX_INSERT`] for many rows.
pub(crate) static WISHES_INSERT: LazyLock<String> = LazyLock::new(|| for_many(OUTBOX_INSERT));

/// The insert of [`ROWS`] rows at once, their values numbered on and on.
fn for_many(insert: &str) -> String {
    let parts = insert.split_once("VALUES ");
    let (head, values) = parts.expect("every insert of ours ends in the values of one row");
    let row = format!("({})", vec!["?"; values.matches('?').count()].join(", "));
    format!("{head}VALUES {}", vec![row; ROWS].join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_insert_may_do_nothing() {
        for text in SCHEMA.iter().chain(STATEMENTS) {
            let words = text
                .to_uppercase()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            for banned in ["ON CONFLICT", "OR IGNORE", "OR REPLACE", "REPLACE INTO"] {
                assert!(!words.contains(banned), "{banned} in: {text}");
            }
        }
    }
}
