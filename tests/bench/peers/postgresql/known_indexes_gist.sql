-- For questions as known at a past moment; made after loading, so that neither ingest nor the bytes of the other measures bear them.
-- _ended: current rows whose end was learned later than K; in order, ends and when they were learned rise together, so that few rows
-- lie in the quadrant (end <= T, learned > K). _old: superseded rows.
CREATE INDEX identity_ended ON identity USING gist (identity, upper(effective), ended_recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX identity_old ON identity (identity) WHERE NOT upper_inf(recorded);
CREATE INDEX membership_ended ON membership USING gist (member, upper(effective), ended_recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX membership_old ON membership (member) WHERE NOT upper_inf(recorded);
CREATE INDEX grants_ended ON grants USING gist (principal, upper(effective), ended_recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX grants_old ON grants (principal) WHERE NOT upper_inf(recorded);
CREATE INDEX role_permission_ended ON role_permission USING gist (role, upper(effective), ended_recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX role_permission_old ON role_permission (role) WHERE NOT upper_inf(recorded);
