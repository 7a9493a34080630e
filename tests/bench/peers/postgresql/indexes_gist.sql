-- GiST over (key, range): the cost of a stab does not grow with history.
-- identity_active is for counting alone: its predicate is spelled so that no lookup of one identity is planned through it.
CREATE INDEX identity_now ON identity USING gist (identity, effective) WHERE upper_inf(recorded);
CREATE INDEX identity_active ON identity USING gist (effective) INCLUDE (identity) WHERE upper_inf(recorded) AND starts_with(status, 'active');
CREATE INDEX membership_member ON membership USING gist (member, effective) WHERE upper_inf(recorded);
CREATE INDEX membership_grp ON membership USING gist (grp, effective) WHERE upper_inf(recorded);
CREATE INDEX grants_id ON grants (grant_id) WHERE upper_inf(recorded);
CREATE INDEX grants_principal ON grants USING gist (principal, effective) WHERE upper_inf(recorded);
CREATE INDEX grants_scope ON grants USING gist (scope, effective) WHERE upper_inf(recorded);
CREATE INDEX role_permission_role ON role_permission USING gist (role, effective) WHERE upper_inf(recorded);
