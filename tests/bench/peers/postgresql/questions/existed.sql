-- Who was active at $4: how many (from an index alone), and the first hundred by reference.
SELECT (SELECT count(*) FROM identity i WHERE i.effective @> $4 AND upper_inf(i.recorded) AND starts_with(i.status, 'active')), p.ref
FROM (SELECT r.ref
      FROM ref r,
        LATERAL (SELECT FROM identity i
                 WHERE i.identity = r.id AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' OFFSET 0) a
      ORDER BY r.ref LIMIT 100) p
