-- All temporal rows of current belief from the event table, in the schema nxt; indexes follow (indexes_*.sql with this search_path).
SET work_mem = '512MB';
SET maintenance_work_mem = '1GB';
SET max_parallel_maintenance_workers = 2;
SET max_parallel_workers_per_gather = 2;
SET synchronous_commit = off;
DROP SCHEMA IF EXISTS nxt CASCADE;
CREATE SCHEMA nxt;
CREATE UNLOGGED TABLE nxt.x AS
  SELECT position, type, time, recorded, body->'data' AS data FROM event e
  WHERE NOT EXISTS (SELECT FROM withdrawn w WHERE w.position = e.position);
ANALYZE nxt.x;

CREATE TABLE nxt.ref AS
  SELECT (row_number() OVER ())::int AS id, ref FROM (
    SELECT data->>'identity' AS ref FROM nxt.x WHERE type LIKE 'identity.%' UNION
    SELECT data->>'member' FROM nxt.x WHERE type LIKE 'membership.%' UNION
    SELECT data->>'group' FROM nxt.x WHERE type LIKE 'membership.%' UNION
    SELECT data->>'principal' FROM nxt.x WHERE type = 'grant.issued.v1' UNION
    SELECT data->>'role' FROM nxt.x WHERE type IN ('grant.issued.v1', 'role.defined.v1') UNION
    SELECT data->>'scope' FROM nxt.x WHERE type = 'grant.issued.v1') u;
ALTER TABLE nxt.ref ALTER ref TYPE text COLLATE "C";
ALTER TABLE nxt.ref ADD PRIMARY KEY (ref);
CREATE UNIQUE INDEX ON nxt.ref (id);
ANALYZE nxt.ref;

CREATE TABLE nxt.grants AS
  SELECT q.*BOUNDS(q) FROM (
    SELECT g.gid AS grant_id, p.id AS principal, ro.id AS role, s.id AS scope,
           tstzrange(g.time, CASE WHEN least(g.expires, v.at) IS NOT NULL THEN greatest(g.time, least(g.expires, v.at)) END) AS effective,
           tstzrange(g.recorded, NULL) AS recorded, v.recorded AS ended_recorded,
           CASE WHEN v.at IS NOT NULL THEN g.expires END AS ended_before
    FROM (SELECT data->>'grant' AS gid, data->>'principal' AS pr, data->>'role' AS ro, data->>'scope' AS sc, recorded,
                 greatest(time, (data->>'not_before')::timestamptz) AS time, (data->>'expires_at')::timestamptz AS expires
          FROM nxt.x WHERE type = 'grant.issued.v1') g
    JOIN nxt.ref p ON p.ref = g.pr JOIN nxt.ref ro ON ro.ref = g.ro JOIN nxt.ref s ON s.ref = g.sc
    LEFT JOIN (SELECT data->>'grant' AS gid, min(time) AS at, min(recorded) AS recorded
               FROM nxt.x WHERE type = 'grant.revoked.v1' GROUP BY 1) v USING (gid)) q;

CREATE TABLE nxt.membership AS
  WITH e AS (
    SELECT data->>'member' AS m, data->>'group' AS g, time, recorded, position, type, lag(type) OVER w AS before
    FROM nxt.x WHERE type LIKE 'membership.%' WINDOW w AS (PARTITION BY data->>'member', data->>'group' ORDER BY time, position)),
  c AS (
    SELECT *, lead(time) OVER w AS until, lead(recorded) OVER w AS until_recorded
    FROM e WHERE type IS DISTINCT FROM before WINDOW w AS (PARTITION BY m, g ORDER BY time, position))
  SELECT q.*BOUNDS(q) FROM (
    SELECT a.id AS member, b.id AS grp, tstzrange(time, until) AS effective, tstzrange(recorded, NULL) AS recorded,
           until_recorded AS ended_recorded
    FROM c JOIN nxt.ref a ON a.ref = m JOIN nxt.ref b ON b.ref = g
    WHERE type = 'membership.added.v1' AND time IS DISTINCT FROM until) q;

CREATE TABLE nxt.identity AS
  SELECT q.*BOUNDS(q) FROM (
    SELECT a.id AS identity,
           CASE type WHEN 'identity.suspended.v1' THEN 'suspended' WHEN 'identity.retired.v1' THEN 'retired' ELSE 'active' END AS status,
           tstzrange(time, until) AS effective, tstzrange(recorded, NULL) AS recorded, until_recorded AS ended_recorded
    FROM (SELECT data->>'identity' AS i, type, time, recorded, lead(time) OVER w AS until, lead(recorded) OVER w AS until_recorded
          FROM nxt.x WHERE type LIKE 'identity.%' WINDOW w AS (PARTITION BY data->>'identity' ORDER BY time, position)) c
    JOIN nxt.ref a ON a.ref = c.i
    WHERE time IS DISTINCT FROM until) q;

CREATE TABLE nxt.role_permission AS
  SELECT q.*BOUNDS(q) FROM (
    SELECT f.id AS role, p->>'effect' = 'allow' AS allow, like_of(action) AS action_like, like_of(resource) AS resource_like,
           like_below(resource) AS resource_below, tstzrange(d.time, d.until) AS effective, tstzrange(d.recorded, NULL) AS recorded,
           d.until_recorded AS ended_recorded
    FROM (SELECT data, time, recorded, lead(time) OVER w AS until, lead(recorded) OVER w AS until_recorded
          FROM nxt.x WHERE type = 'role.defined.v1' WINDOW w AS (PARTITION BY data->>'role' ORDER BY time, position)) d
    JOIN nxt.ref f ON f.ref = d.data->>'role',
      jsonb_array_elements(d.data->'permissions') p, jsonb_array_elements_text(p->'actions') action,
      jsonb_array_elements_text(p->'resources') resource) q;
DROP TABLE nxt.x;
