-- For questions as known at a past moment; made after loading, so that neither ingest nor the bytes of the other measures bear them.
-- _ended: current rows whose end was learned later than K. _old: superseded rows.
CREATE INDEX identity_ended ON identity (identity, ended_recorded) INCLUDE (f, u, status, recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX identity_old ON identity (identity) WHERE NOT upper_inf(recorded);
CREATE INDEX membership_ended ON membership (member, ended_recorded) INCLUDE (f, u, grp, recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX membership_old ON membership (member) WHERE NOT upper_inf(recorded);
CREATE INDEX grants_ended ON grants (principal, scope, ended_recorded) INCLUDE (f, u, ended_before, role, recorded)
  WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX grants_old ON grants (principal, scope) WHERE NOT upper_inf(recorded);
CREATE INDEX role_permission_ended ON role_permission (role, ended_recorded) WHERE upper_inf(recorded) AND ended_recorded IS NOT NULL;
CREATE INDEX role_permission_old ON role_permission (role) WHERE NOT upper_inf(recorded);
