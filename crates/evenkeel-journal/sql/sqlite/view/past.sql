-- What happened before or beside the journal: one row per fact a file told.
--
--   workspace  name of the workspace
--   row        1, 2, 3, … without gap: the order in which the store learned it
--   record     key of the record; null when it was erased
--   what       created, assigned, owned, worked, reopened, won, lost or disqualified
--   rep        key of the rep; null for nobody, a system user, or when it was erased
--   at         event time: when it happened, UTC
--   told       record time: when the store learned it, UTC
--   word       kind of activity, or reason of an outcome; null without
--   value      what a won record was worth, in millionths; null without
--   source     who told it
--
-- Rows above the last_row of the newest HistoryImported event are of an import that was cut.
CREATE VIEW past AS
SELECT w.name AS workspace,
       h.row,
       r.key AS record,
       CASE h.what WHEN 1 THEN 'created' WHEN 2 THEN 'assigned' WHEN 3 THEN 'owned'
                   WHEN 4 THEN 'worked' WHEN 5 THEN 'reopened' WHEN 6 THEN 'won'
                   WHEN 7 THEN 'lost' ELSE 'disqualified' END AS what,
       p.key AS rep,
       strftime('%Y-%m-%dT%H:%M:%fZ', h.at_ms / 1000.0, 'unixepoch') AS at,
       strftime('%Y-%m-%dT%H:%M:%fZ', h.told_ms / 1000.0, 'unixepoch') AS told,
       d.key AS word,
       h.value,
       s.key AS source
  FROM history AS h
  JOIN workspace AS w ON w.workspace = h.workspace
  LEFT JOIN history_key AS r
    ON r.workspace = h.workspace AND r.kind = 1 AND r.number = h.record
  LEFT JOIN history_key AS p ON p.workspace = h.workspace AND p.kind = 2 AND p.number = h.rep
  LEFT JOIN history_key AS d ON d.workspace = h.workspace AND d.kind = 3 AND d.number = h.word
  LEFT JOIN history_key AS s ON s.workspace = h.workspace AND s.kind = 3 AND s.number = h.source;
