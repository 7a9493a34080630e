-- Who held ($2 action, $3 resource) at $4? $5: the covering scopes. A row an identity; any deny wins.
-- Only groups are expanded; the status of an identity is looked up once, at the end.
WITH RECURSIVE scope AS MATERIALIZED (SELECT id FROM ref WHERE ref = ANY ($5)),
given AS MATERIALIZED (
  SELECT g.principal, g.role
  FROM scope s,
    LATERAL (SELECT g.principal, g.role FROM grants g WHERE g.scope = s.id AND AT(g, $4) AND upper_inf(g.recorded) OFFSET 0) g),
permits AS MATERIALIZED (
  SELECT r.role, bool_and(p.allow) AS allow
  FROM (SELECT DISTINCT role FROM given) r,
    LATERAL (SELECT p.allow FROM role_permission p
             WHERE p.role = r.role AND AT(p, $4) AND upper_inf(p.recorded)
               AND $2 LIKE p.action_like AND ($3 LIKE p.resource_like OR $3 LIKE p.resource_below) OFFSET 0) p
  GROUP BY r.role),
down (holder, ref, is_group, allow) AS (
  SELECT r.id, r.ref, r.ref LIKE 'group:%', p.allow
  FROM (SELECT DISTINCT given.principal, permits.allow FROM given JOIN permits USING (role)) p,
    LATERAL (SELECT r.id, r.ref FROM ref r WHERE r.id = p.principal OFFSET 0) r
  UNION
  SELECT r.id, r.ref, r.ref LIKE 'group:%', d.allow
  FROM down d,
    LATERAL (SELECT WHERE d.is_group AND (NOT d.allow OR EXISTS (  -- a deny reaches through groups that are not active
               SELECT FROM identity i
               WHERE i.identity = d.holder AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active')) OFFSET 0) a,
    LATERAL (SELECT m.member FROM membership m WHERE m.grp = d.holder AND AT(m, $4) AND upper_inf(m.recorded) OFFSET 0) m,
    LATERAL (SELECT r.id, r.ref FROM ref r WHERE r.id = m.member OFFSET 0) r
  WHERE d.is_group),
holders AS MATERIALIZED (SELECT holder, ref FROM down WHERE NOT is_group GROUP BY holder, ref HAVING bool_and(allow))
SELECT h.ref
FROM holders h,
  LATERAL (SELECT FROM identity i
           WHERE i.identity = h.holder AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' OFFSET 0) a
ORDER BY h.ref
