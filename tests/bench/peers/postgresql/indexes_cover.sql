-- Covering btrees (key, end): probes that touch no table. Their cost grows with what ends after the moment asked about.
-- identity_active is for counting alone: its predicate is spelled so that no lookup of one identity is planned through it.
CREATE INDEX identity_now ON identity (identity, u) INCLUDE (f, status) WHERE upper_inf(recorded);
CREATE INDEX identity_active ON identity USING gist (effective) INCLUDE (identity) WHERE upper_inf(recorded) AND starts_with(status, 'active');
CREATE INDEX membership_member ON membership (member, u) INCLUDE (f, grp) WHERE upper_inf(recorded);
CREATE INDEX membership_grp ON membership (grp, u) INCLUDE (f, member) WHERE upper_inf(recorded);
CREATE INDEX grants_id ON grants (grant_id) WHERE upper_inf(recorded);
CREATE INDEX grants_principal ON grants (principal, scope, u) INCLUDE (f, role) WHERE upper_inf(recorded);
CREATE INDEX grants_scope ON grants (scope, u) INCLUDE (f, principal, role) WHERE upper_inf(recorded);
CREATE INDEX role_permission_role ON role_permission (role, u) WHERE upper_inf(recorded);
