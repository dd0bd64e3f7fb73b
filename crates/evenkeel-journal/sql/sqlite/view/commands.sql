-- Every command that may be sent again, which is one with a key of its caller: one row per command.
--
--   workspace    name of the workspace
--   command      its id in hexadecimal
--   batch        the transaction it was answered in
--   first_seq    its first event; null when it had none
--   last_seq     its last event; null when it had none
--   event_count  how many events it caused; 0 for a refusal or when nothing was to be done
--   at           record time, UTC
CREATE VIEW commands AS
SELECT w.name AS workspace,
       lower(hex(c.id)) AS command,
       c.batch,
       CASE WHEN c.first_seq <= c.last_seq THEN c.first_seq END AS first_seq,
       CASE WHEN c.first_seq <= c.last_seq THEN c.last_seq END AS last_seq,
       c.last_seq - c.first_seq + 1 AS event_count,
       strftime('%Y-%m-%dT%H:%M:%fZ', b.at_ms / 1000.0, 'unixepoch') AS at
  FROM command AS c
  JOIN workspace AS w ON w.workspace = c.workspace
  JOIN batch AS b ON b.workspace = c.workspace AND b.batch = c.batch;
