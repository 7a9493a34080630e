-- Did $1 hold ($2 action, $3 resource) at $4, as known at $6? $5: the covering scopes.
-- Of each table three probes: current belief, less what was learned since; what had not yet ended; what was superseded since.
WITH RECURSIVE me AS MATERIALIZED (SELECT id FROM ref WHERE ref = $1),
closure (principal, gives) AS (
  SELECT me.id, true FROM me, LATERAL (IDENTITY_KNOWN(me.id)) a
  UNION
  SELECT m.grp, c.gives AND m.active
  FROM closure c,
    LATERAL (SELECT m.grp, EXISTS (IDENTITY_KNOWN(m.grp)) AS active
             FROM (SELECT m.grp FROM membership m
                   WHERE m.member = c.principal AND AT(m, $4) AND upper_inf(m.recorded) AND lower(m.recorded) <= $6
                   UNION ALL
                   SELECT m.grp FROM membership m
                   WHERE m.member = c.principal AND ENDED_LATER(m, $4, $6) AND upper_inf(m.recorded) AND lower(m.recorded) <= $6
                   UNION ALL
                   SELECT m.grp FROM membership m
                   WHERE m.member = c.principal AND NOT upper_inf(m.recorded) AND m.recorded @> $6
                     AND OLD_AT(m, $4, $6, 'infinity')) m OFFSET 0) m),
scope AS MATERIALIZED (SELECT SCOPE_COLUMN FROM ref WHERE ref = ANY ($5)),
held AS (
  SELECT DISTINCT g.role, c.gives
  FROM closure c, scope s,
    LATERAL (SELECT g.role FROM grants g
             WHERE GRANT_OF(g) AND AT(g, $4) AND upper_inf(g.recorded) AND lower(g.recorded) <= $6
             UNION ALL
             SELECT g.role FROM grants g
             WHERE GRANT_OF(g) AND ENDED_LATER(g, $4, $6) AND upper_inf(g.recorded) AND lower(g.recorded) <= $6
               AND coalesce(g.ended_before, 'infinity') > $4
             UNION ALL
             SELECT g.role FROM grants g
             WHERE GRANT_OF(g) AND NOT upper_inf(g.recorded) AND g.recorded @> $6
               AND OLD_AT(g, $4, $6, coalesce(g.ended_before, 'infinity')) OFFSET 0) g)
SELECT coalesce(bool_and(p.allow) AND bool_or(h.gives), false)::int
FROM held h,
  LATERAL (SELECT p.allow
           FROM (SELECT p.* FROM role_permission p
                 WHERE p.role = h.role AND AT(p, $4) AND upper_inf(p.recorded) AND lower(p.recorded) <= $6
                 UNION ALL
                 SELECT p.* FROM role_permission p
                 WHERE p.role = h.role AND ENDED_LATER(p, $4, $6) AND upper_inf(p.recorded) AND lower(p.recorded) <= $6
                 UNION ALL
                 SELECT p.* FROM role_permission p
                 WHERE p.role = h.role AND NOT upper_inf(p.recorded) AND p.recorded @> $6
                   AND OLD_AT(p, $4, $6, 'infinity')) p
           WHERE $2 LIKE p.action_like AND ($3 LIKE p.resource_like OR $3 LIKE p.resource_below) OFFSET 0) p
