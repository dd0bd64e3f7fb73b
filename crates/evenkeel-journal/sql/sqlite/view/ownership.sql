-- Where each record is now: one row per record.
--
--   workspace  name of the workspace
--   record     number of the record
--   place      book, queue, held or closed
--   owner      number of the rep (book) or of the queue (queue); null otherwise
--   due_at     when the clock looks at it again, UTC; null when it does not
--   since      when it was put there, UTC (record time)
--   seq        the event that put it there
--
-- Keys and names of records and reps come with the projected views.
CREATE VIEW ownership AS
SELECT w.name AS workspace,
       p.record,
       CASE p.kind WHEN 1 THEN 'book' WHEN 2 THEN 'queue' WHEN 3 THEN 'held' ELSE 'closed' END
           AS place,
       CASE WHEN p.kind IN (1, 2) THEN p.owner END AS owner,
       strftime('%Y-%m-%dT%H:%M:%fZ', p.due_ms / 1000.0, 'unixepoch') AS due_at,
       (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', b.at_ms / 1000.0, 'unixepoch')
          FROM batch AS b
         WHERE b.workspace = p.workspace AND b.last_seq >= p.seq
         ORDER BY b.last_seq, b.batch
         LIMIT 1) AS since,
       p.seq
  FROM place AS p
  JOIN workspace AS w ON w.workspace = p.workspace;
