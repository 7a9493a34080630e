-- Did $1 hold ($2 action, $3 resource) at $4? $5: the scopes that cover the resource (`*`, `type:*`, it and its ancestors).
-- LATERAL … OFFSET 0 keeps the planner on (key, range) probes.
WITH RECURSIVE me AS MATERIALIZED (
  SELECT r.id
  FROM ref r,
    LATERAL (SELECT FROM identity i
             WHERE i.identity = r.id AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' OFFSET 0) a
  WHERE r.ref = $1),
closure (principal, gives) AS (  -- gives: by a way of active groups alone; a deny reaches through all of them
  SELECT id, true FROM me
  UNION
  SELECT m.grp, c.gives AND m.active
  FROM closure c,
    LATERAL (SELECT m.grp, EXISTS (SELECT FROM identity i
                                   WHERE i.identity = m.grp AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active') AS active
             FROM membership m WHERE m.member = c.principal AND AT(m, $4) AND upper_inf(m.recorded) OFFSET 0) m),
scope AS MATERIALIZED (SELECT array_agg(id) AS ids FROM ref WHERE ref = ANY ($5)),
held AS (
  SELECT DISTINCT g.role, c.gives
  FROM closure c, scope s,
    LATERAL (SELECT g.role, g.scope FROM grants g
             WHERE g.principal = c.principal AND AT(g, $4) AND upper_inf(g.recorded) OFFSET 0) g
  WHERE g.scope = ANY (s.ids))
SELECT coalesce(bool_and(p.allow) AND bool_or(h.gives), false)::int  -- nothing: no; any deny: no
FROM held h,
  LATERAL (SELECT p.allow FROM role_permission p
           WHERE p.role = h.role AND AT(p, $4) AND upper_inf(p.recorded)
             AND $2 LIKE p.action_like AND ($3 LIKE p.resource_like OR $3 LIKE p.resource_below) OFFSET 0) p
