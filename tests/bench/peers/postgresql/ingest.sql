-- apply(batch): one transaction's batch of CloudEvents, one JSON a line, set-based. Returns how many were new, and when they were recorded.
CREATE OR REPLACE FUNCTION apply(batch text, OUT events int, OUT recorded_at timestamptz) LANGUAGE plpgsql AS $fn$
DECLARE
  r timestamptz := clock_timestamp();
BEGIN
  recorded_at := r;
  CREATE TEMP TABLE IF NOT EXISTS b (
    source text COLLATE "C", id text COLLATE "C", type text COLLATE "C", time timestamptz, fact text COLLATE "C", data jsonb, ord int)
    ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS taken_back (position bigint, type text COLLATE "C", fact text COLLATE "C", grant_id text COLLATE "C")
    ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS slow (fact text COLLATE "C", member int, grp int) ON COMMIT DELETE ROWS;

  -- 1. The record: duplicates (source, id) fall out here, only new events go on. MATERIALIZED, else every e->>'x' parses again.
  WITH lines AS MATERIALIZED (
    SELECT t.ord, t.s::jsonb AS e FROM string_to_table(batch, E'\n') WITH ORDINALITY AS t (s, ord)),
  fields AS (
    SELECT ord, e, e->>'source' AS source, e->>'id' AS id, substr(e->>'type', 8) AS type, (e->>'time')::timestamptz AS time,
           e->'data' AS data
    FROM lines),
  k AS MATERIALIZED (
    SELECT *, CASE WHEN type LIKE 'membership.%' THEN (data->>'member') || '|' || (data->>'group')
                   WHEN type LIKE 'identity.%' THEN data->>'identity' END AS fact
    FROM fields),
  ins AS (
    INSERT INTO event (source, id, type, time, recorded, fact, body)
    SELECT source, id, type, time, r, fact, e FROM k ORDER BY ord
    ON CONFLICT (source, id) DO NOTHING RETURNING source, id)
  INSERT INTO b SELECT k.source, k.id, k.type, k.time, k.fact, k.data, k.ord FROM k JOIN ins USING (source, id);
  GET DIAGNOSTICS events = ROW_COUNT;
  IF events = 0 THEN RETURN; END IF;

  -- From here on the batch drives index probes; temporary tables have no statistics, so say so.
  PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);

  INSERT INTO taken_back
  SELECT t.position, t.type, t.fact, t.body->'data'->>'grant'
  FROM b JOIN event t ON t.source = b.data->'target'->>'source' AND t.id = b.data->'target'->>'id'
  WHERE b.type = 'event.retracted.v1';
  INSERT INTO withdrawn SELECT position, r FROM taken_back ON CONFLICT DO NOTHING;

  -- 2. The dictionary.
  INSERT INTO ref (ref)
  SELECT DISTINCT x FROM (
    SELECT data->>'identity' AS x FROM b WHERE type LIKE 'identity.%' UNION ALL
    SELECT data->>'member' FROM b WHERE type LIKE 'membership.%' UNION ALL
    SELECT data->>'group' FROM b WHERE type LIKE 'membership.%' UNION ALL
    SELECT data->>'principal' FROM b WHERE type = 'grant.issued.v1' UNION ALL
    SELECT data->>'role' FROM b WHERE type IN ('grant.issued.v1', 'role.defined.v1') UNION ALL
    SELECT data->>'scope' FROM b WHERE type = 'grant.issued.v1') u
  WHERE x IS NOT NULL AND NOT EXISTS (SELECT FROM ref WHERE ref.ref = u.x)
  ON CONFLICT DO NOTHING;

  -- 3. Grants: issued (a revoke that came first is known already), then revoked, then what was retracted.
  INSERT INTO grants (grant_id, principal, role, scope, effective, recorded, ended_recorded, ended_before)
  SELECT g.gid, p.id, ro.id, s.id,
         tstzrange(g.time, CASE WHEN least(g.expires, e.at) IS NOT NULL THEN greatest(g.time, least(g.expires, e.at)) END),
         tstzrange(r, NULL), CASE WHEN e.at IS NOT NULL THEN r END, CASE WHEN e.at IS NOT NULL THEN g.expires END
  FROM (SELECT data->>'grant' AS gid, data->>'principal' AS pr, data->>'role' AS ro, data->>'scope' AS sc,
               greatest(time, (data->>'not_before')::timestamptz) AS time, (data->>'expires_at')::timestamptz AS expires
        FROM b WHERE type = 'grant.issued.v1') g
  JOIN ref p ON p.ref = g.pr JOIN ref ro ON ro.ref = g.ro JOIN ref s ON s.ref = g.sc
  LEFT JOIN grant_revoked_early e ON e.grant_id = g.gid;

  WITH revoked AS MATERIALIZED (SELECT data->>'grant' AS gid, min(time) AS at FROM b WHERE type = 'grant.revoked.v1' GROUP BY 1),
  hit AS MATERIALIZED (
    SELECT v.gid, v.at, g.ctid AS tid, g.effective, g.ended_recorded, g.principal, g.role, g.scope
    FROM revoked v JOIN grants g ON g.grant_id = v.gid AND upper_inf(g.recorded)),
  shut AS (  -- the first end: cut in place
    UPDATE grants g
    SET effective = tstzrange(lower(h.effective), greatest(lower(h.effective), h.at)), ended_recorded = r, ended_before = upper(h.effective)
    FROM hit h
    WHERE g.ctid = h.tid AND h.ended_recorded IS NULL AND (upper_inf(h.effective) OR h.at < upper(h.effective)) AND upper_inf(g.recorded)),
  old AS (  -- a second, earlier end: supersede
    UPDATE grants g SET recorded = tstzrange(lower(g.recorded), r)
    FROM hit h WHERE g.ctid = h.tid AND h.ended_recorded IS NOT NULL AND h.at < upper(h.effective)),
  new AS (
    INSERT INTO grants (grant_id, principal, role, scope, effective, recorded, ended_recorded)
    SELECT gid, principal, role, scope, tstzrange(lower(effective), greatest(lower(effective), at)), tstzrange(r, NULL), r
    FROM hit WHERE ended_recorded IS NOT NULL AND at < upper(effective))
  INSERT INTO grant_revoked_early
  SELECT gid, at FROM revoked v WHERE NOT EXISTS (SELECT FROM hit WHERE hit.gid = v.gid)
  ON CONFLICT (grant_id) DO UPDATE SET at = least(grant_revoked_early.at, EXCLUDED.at);

  IF EXISTS (SELECT FROM taken_back WHERE grant_id IS NOT NULL) THEN
    WITH gone AS (
      UPDATE grants g SET recorded = tstzrange(lower(g.recorded), r)
      FROM taken_back w
      WHERE g.grant_id = w.grant_id AND upper_inf(g.recorded) AND (w.type = 'grant.issued.v1' OR g.ended_recorded IS NOT NULL)
      RETURNING g.*, w.type)
    INSERT INTO grants (grant_id, principal, role, scope, effective, recorded)  -- a revoke taken back: as if it had not been
    SELECT grant_id, principal, role, scope, tstzrange(lower(effective), ended_before), tstzrange(r, NULL)
    FROM gone WHERE type = 'grant.revoked.v1'
      AND NOT EXISTS (SELECT FROM taken_back o WHERE o.grant_id = gone.grant_id AND o.type = 'grant.issued.v1');
    DELETE FROM grant_revoked_early e USING taken_back w WHERE e.grant_id = w.grant_id AND w.type = 'grant.revoked.v1';
  END IF;

  -- 4. Memberships and the status of identities. In order (no event of the fact that was recorded before is later in effect): in place;
  --    else the fact is folded again from its events.
  WITH e AS MATERIALIZED (
    SELECT fact, type, time, ord, data->>'member' AS me, data->>'group' AS gr, lag(type) OVER w AS before,
           min(time) OVER (PARTITION BY fact) AS first
    FROM b WHERE type LIKE 'membership.%' WINDOW w AS (PARTITION BY fact ORDER BY time, ord)),
  changes AS MATERIALIZED (
    SELECT *, lead(time) OVER (PARTITION BY fact ORDER BY time, ord) AS until FROM e WHERE type IS DISTINCT FROM before),
  k AS MATERIALIZED (
    SELECT c.*, a.id AS member, g.id AS grp,
           EXISTS (SELECT FROM event x WHERE x.fact = c.fact AND x.time > c.first AND x.recorded < r)
             OR EXISTS (SELECT FROM taken_back w WHERE w.fact = c.fact) AS late
    FROM changes c JOIN ref a ON a.ref = c.me JOIN ref g ON g.ref = c.gr),
  put AS (
    INSERT INTO membership (member, grp, effective, recorded)
    SELECT member, grp, tstzrange(time, until), tstzrange(r, NULL) FROM k
    WHERE NOT late AND type = 'membership.added.v1' AND time IS DISTINCT FROM until
      AND (before IS NOT NULL OR NOT EXISTS (
        SELECT FROM membership x WHERE x.member = k.member AND x.grp + 0 = k.grp AND AT(x, k.time) AND upper_inf(x.recorded)))),
  cut AS (
    UPDATE membership x SET effective = tstzrange(lower(x.effective), k.time), ended_recorded = r
    FROM (SELECT member, grp, min(time) AS time FROM k WHERE NOT late AND type = 'membership.removed.v1' GROUP BY 1, 2) k
    WHERE x.member = k.member AND x.grp + 0 = k.grp AND AT(x, k.time) AND upper_inf(x.recorded))
  INSERT INTO slow SELECT DISTINCT fact, member, grp FROM k WHERE late;
  INSERT INTO slow
  SELECT DISTINCT w.fact, a.id, g.id
  FROM taken_back w JOIN ref a ON a.ref = split_part(w.fact, '|', 1) JOIN ref g ON g.ref = split_part(w.fact, '|', 2)
  WHERE w.type LIKE 'membership.%' AND NOT EXISTS (SELECT FROM slow WHERE slow.fact = w.fact);

  IF EXISTS (SELECT FROM slow) THEN
    PERFORM set_config('enable_hashjoin', 'on', true), set_config('enable_seqscan', 'off', true);
    WITH e AS (
      SELECT s.fact, s.member, s.grp, ev.time, ev.type, lag(ev.type) OVER w AS before, ev.position
      FROM slow s,
        LATERAL (SELECT * FROM event x
                 WHERE x.fact = s.fact AND NOT EXISTS (SELECT FROM withdrawn d WHERE d.position = x.position) OFFSET 0) ev
      WINDOW w AS (PARTITION BY s.fact ORDER BY ev.time, ev.position)),
    changes AS (
      SELECT *, lead(time) OVER (PARTITION BY fact ORDER BY time, position) AS until FROM e WHERE type IS DISTINCT FROM before),
    want AS MATERIALIZED (
      SELECT fact, member, grp, tstzrange(time, until) AS effective FROM changes
      WHERE type = 'membership.added.v1' AND time IS DISTINCT FROM until),
    gone AS (
      UPDATE membership x SET recorded = tstzrange(lower(x.recorded), r)
      FROM slow s
      WHERE x.member = s.member AND x.grp + 0 = s.grp AND upper_inf(x.recorded)
        AND NOT EXISTS (SELECT FROM want w WHERE w.fact = s.fact AND w.effective = x.effective))
    INSERT INTO membership (member, grp, effective, recorded)
    SELECT w.member, w.grp, w.effective, tstzrange(r, NULL) FROM want w
    WHERE NOT EXISTS (
      SELECT FROM membership x WHERE x.member = w.member AND x.grp + 0 = w.grp AND SAME(x, w) AND upper_inf(x.recorded));
    DELETE FROM slow;
    PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_seqscan', 'on', true);
  END IF;

  WITH e AS MATERIALIZED (
    SELECT fact, time, min(time) OVER (PARTITION BY fact) AS first, lead(time) OVER (PARTITION BY fact ORDER BY time, ord) AS until,
           CASE type WHEN 'identity.suspended.v1' THEN 'suspended' WHEN 'identity.retired.v1' THEN 'retired' ELSE 'active' END AS status
    FROM b WHERE type LIKE 'identity.%'),
  k AS MATERIALIZED (
    SELECT e.*, a.id AS identity,
           EXISTS (SELECT FROM event x WHERE x.fact = e.fact AND x.time > e.first AND x.recorded < r)
             OR EXISTS (SELECT FROM taken_back w WHERE w.fact = e.fact) AS late
    FROM e JOIN ref a ON a.ref = e.fact),
  cut AS (
    UPDATE identity x SET effective = tstzrange(lower(x.effective), k.time), ended_recorded = r
    FROM k WHERE NOT late AND k.time = k.first AND x.identity = k.identity AND AT(x, k.time) AND upper_inf(x.recorded)),
  put AS (
    INSERT INTO identity (identity, status, effective, recorded)
    SELECT identity, status, tstzrange(time, until), tstzrange(r, NULL) FROM k WHERE NOT late AND time IS DISTINCT FROM until)
  INSERT INTO slow SELECT DISTINCT fact, identity, NULL::int FROM k WHERE late;
  INSERT INTO slow
  SELECT DISTINCT w.fact, a.id, NULL::int
  FROM taken_back w JOIN ref a ON a.ref = w.fact
  WHERE w.type LIKE 'identity.%' AND NOT EXISTS (SELECT FROM slow WHERE slow.fact = w.fact);

  IF EXISTS (SELECT FROM slow) THEN
    PERFORM set_config('enable_hashjoin', 'on', true), set_config('enable_seqscan', 'off', true);
    WITH want AS MATERIALIZED (
      SELECT s.fact, s.member AS identity,
             CASE ev.type WHEN 'identity.suspended.v1' THEN 'suspended' WHEN 'identity.retired.v1' THEN 'retired' ELSE 'active' END AS status,
             tstzrange(ev.time, lead(ev.time) OVER (PARTITION BY s.fact ORDER BY ev.time, ev.position)) AS effective
      FROM slow s,
        LATERAL (SELECT * FROM event x
                 WHERE x.fact = s.fact AND NOT EXISTS (SELECT FROM withdrawn d WHERE d.position = x.position) OFFSET 0) ev),
    gone AS (
      UPDATE identity x SET recorded = tstzrange(lower(x.recorded), r)
      FROM slow s
      WHERE x.identity = s.member AND upper_inf(x.recorded)
        AND NOT EXISTS (SELECT FROM want w WHERE w.fact = s.fact AND w.effective = x.effective AND w.status = x.status))
    INSERT INTO identity (identity, status, effective, recorded)
    SELECT identity, status, effective, tstzrange(r, NULL) FROM want w
    WHERE NOT isempty(effective) AND NOT EXISTS (
      SELECT FROM identity x WHERE x.identity = w.identity AND SAME(x, w) AND x.status = w.status AND upper_inf(x.recorded));
    DELETE FROM slow;
    PERFORM set_config('enable_hashjoin', 'off', true), set_config('enable_seqscan', 'on', true);
  END IF;

  -- 5. Roles: a definition replaces the one before it.
  IF EXISTS (SELECT FROM b WHERE type = 'role.defined.v1') THEN
    UPDATE role_permission x SET effective = tstzrange(lower(x.effective), k.time), ended_recorded = r
    FROM (SELECT f.id, min(b.time) AS time FROM b JOIN ref f ON f.ref = b.data->>'role' WHERE b.type = 'role.defined.v1' GROUP BY 1) k
    WHERE x.role = k.id AND upper_inf(x.effective) AND upper_inf(x.recorded) AND lower(x.effective) <= k.time;
    INSERT INTO role_permission (role, allow, action_like, resource_like, resource_below, effective, recorded)
    SELECT f.id, p->>'effect' = 'allow', like_of(action), like_of(resource), like_below(resource), tstzrange(d.time, d.until),
           tstzrange(r, NULL)
    FROM (SELECT data, time, lead(time) OVER (PARTITION BY data->>'role' ORDER BY time) AS until
          FROM b WHERE type = 'role.defined.v1') d
    JOIN ref f ON f.ref = d.data->>'role',
      jsonb_array_elements(d.data->'permissions') p, jsonb_array_elements_text(p->'actions') action,
      jsonb_array_elements_text(p->'resources') resource;
  END IF;
  DELETE FROM b;
  DELETE FROM taken_back;
END $fn$;
