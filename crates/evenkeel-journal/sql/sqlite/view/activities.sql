-- Every activity on a record as it was told: one row per call, message, meeting.
--
--   workspace  name of the workspace
--   record     number of the record
--   rep        number of the rep who did it; null when it was no rep of the workspace
--   at         when it was done, UTC
--   kind       what was done, a code of the workspace
--   verified   1 when somebody else than the rep says so, such as the CRM; 0 when the rep logged it
--   source     who told it
CREATE VIEW activities AS
SELECT w.name AS workspace,
       a.record,
       a.rep,
       strftime('%Y-%m-%dT%H:%M:%fZ', a.at_ms / 1000.0, 'unixepoch') AS at,
       a.kind,
       a.verified,
       a.source
  FROM activity AS a
  JOIN workspace AS w ON w.workspace = a.workspace;
