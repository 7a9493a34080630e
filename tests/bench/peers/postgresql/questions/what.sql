-- Which grants gave $1 something at $4: grant, on whom it stands, role, scope, and when it was live.
WITH RECURSIVE closure (principal) AS (
  SELECT r.id
  FROM ref r,
    LATERAL (SELECT FROM identity i
             WHERE i.identity = r.id AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' OFFSET 0) a
  WHERE r.ref = $1
  UNION
  SELECT m.grp
  FROM closure c,
    LATERAL (SELECT m.grp FROM membership m WHERE m.member = c.principal AND AT(m, $4) AND upper_inf(m.recorded) OFFSET 0) m,
    LATERAL (SELECT FROM identity i
             WHERE i.identity = m.grp AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' OFFSET 0) a)
SELECT g.grant_id, p.ref, ro.ref, s.ref, lower(g.effective), upper(g.effective)
FROM closure c,
  LATERAL (SELECT g.grant_id, g.role, g.scope, g.effective FROM grants g
           WHERE g.principal = c.principal AND AT(g, $4) AND upper_inf(g.recorded) OFFSET 0) g,
  ref p, ref ro, ref s
WHERE p.id = c.principal AND ro.id = g.role AND s.id = g.scope
