-- Bitemporal tables. effective = when it was true; recorded = when this database believed it; current belief = upper_inf(recorded).
--
-- What ends in order is cut in place: ended_recorded says when that was learned, and ended_before (grants) which end was believed until
-- then. Otherwise the row is superseded (recorded is closed) and its replacement inserted, as textbooks have it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- References are interned: int4 keys keep indexes small and fast.
CREATE TABLE ref (
  id  int GENERATED ALWAYS AS IDENTITY,
  ref text COLLATE "C" NOT NULL PRIMARY KEY);
CREATE UNIQUE INDEX ref_id ON ref (id);

-- The record: only appended to.
CREATE TABLE event (
  position bigint GENERATED ALWAYS AS IDENTITY,
  source   text COLLATE "C" NOT NULL,
  id       text COLLATE "C" NOT NULL,
  type     text COLLATE "C" NOT NULL,
  time     timestamptz NOT NULL,
  recorded timestamptz NOT NULL,
  fact     text COLLATE "C",  -- member|group, or identity: what a late event folds again
  body     jsonb NOT NULL,
  PRIMARY KEY (source, id));
CREATE INDEX event_fact ON event (fact, time) WHERE fact IS NOT NULL;

-- Retracted events.
CREATE TABLE withdrawn (
  position bigint PRIMARY KEY,
  recorded timestamptz NOT NULL);

CREATE TABLE identity (
  identity       int NOT NULL,
  status         text COLLATE "C" NOT NULL,
  effective      tstzrange NOT NULL BOUNDS_COLUMNS,
  recorded       tstzrange NOT NULL,
  ended_recorded timestamptz);

CREATE TABLE membership (
  member         int NOT NULL,
  grp            int NOT NULL,
  effective      tstzrange NOT NULL BOUNDS_COLUMNS,
  recorded       tstzrange NOT NULL,
  ended_recorded timestamptz);

CREATE TABLE grants (
  grant_id       text COLLATE "C" NOT NULL,
  principal      int NOT NULL,
  role           int NOT NULL,
  scope          int NOT NULL,
  effective      tstzrange NOT NULL BOUNDS_COLUMNS,
  recorded       tstzrange NOT NULL,
  ended_recorded timestamptz,
  ended_before   timestamptz);

-- Revokes that came before their issue.
CREATE TABLE grant_revoked_early (
  grant_id text COLLATE "C" PRIMARY KEY,
  at       timestamptz NOT NULL);

-- A row for each action and resource of a permission. resource_below: what lies below a match, NULL if resource_like matches it anyway.
CREATE TABLE role_permission (
  role           int NOT NULL,
  allow          boolean NOT NULL,
  action_like    text NOT NULL,
  resource_like  text NOT NULL,
  resource_below text,
  effective      tstzrange NOT NULL BOUNDS_COLUMNS,
  recorded       tstzrange NOT NULL,
  ended_recorded timestamptz);

CREATE FUNCTION like_of(glob text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT translate(replace(replace(replace(glob, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_') $$;

CREATE FUNCTION like_below(glob text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT CASE WHEN right(glob, 1) <> '*' THEN like_of(glob) || '/%' END $$;
