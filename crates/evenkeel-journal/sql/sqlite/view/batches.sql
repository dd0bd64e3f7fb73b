-- The transactions of the journal: one row per batch.
--
--   workspace    name of the workspace
--   batch        1, 2, 3, … without gap
--   first_seq    its first event; null when it holds none
--   last_seq     its last event; null when it holds none
--   event_count  how many events it holds
--   at           record time, UTC
--   engine       level of the program that decided
--   hash         its hash, which vouches for all before it
--   byte_count   length of its body
CREATE VIEW batches AS
SELECT w.name AS workspace,
       b.batch,
       CASE WHEN b.first_seq <= b.last_seq THEN b.first_seq END AS first_seq,
       CASE WHEN b.first_seq <= b.last_seq THEN b.last_seq END AS last_seq,
       b.last_seq - b.first_seq + 1 AS event_count,
       strftime('%Y-%m-%dT%H:%M:%fZ', b.at_ms / 1000.0, 'unixepoch') AS at,
       b.engine,
       lower(hex(b.hash)) AS hash,
       length(b.body) AS byte_count
  FROM batch AS b
  JOIN workspace AS w ON w.workspace = b.workspace;
