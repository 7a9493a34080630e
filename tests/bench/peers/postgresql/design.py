#!/usr/bin/env python3
"""The SQL of one of the two designs, with what differs between them written out.

    design.py cover|gist FILE.sql...      prints it

    AT(x, T)            row x holds at T
    SAME(x, w)          row x has the effective range of w
    BOUNDS(q)           the columns of bounds, of a table made from a query
    BOUNDS_COLUMNS      the same in CREATE TABLE
    ENDED_LATER(x, T, K)    ended at or before T, and that was learned after K
    OLD_AT(x, T, K, E)  superseded row x as it was at K holds at T; E: where it ended until its end was learned
    IDENTITY_KNOWN(x)   a row if x was active at $4 as known at $6
    GRANT_OF(g), SCOPE_COLUMN   a grant on the principal c, in the scopes s
"""
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
IDENTITY_KNOWN = """SELECT FROM identity i
             WHERE i.identity = {0} AND AT(i, $4) AND upper_inf(i.recorded) AND i.status = 'active' AND lower(i.recorded) <= $6
             UNION ALL
             SELECT FROM identity i
             WHERE i.identity = {0} AND ENDED_LATER(i, $4, $6) AND upper_inf(i.recorded) AND i.status = 'active'
               AND lower(i.recorded) <= $6
             UNION ALL
             SELECT FROM identity i
             WHERE i.identity = {0} AND NOT upper_inf(i.recorded) AND i.status = 'active' AND i.recorded @> $6
               AND OLD_AT(i, $4, $6, 'infinity')"""
DESIGNS = {
    "cover": {
        "IDENTITY_KNOWN": IDENTITY_KNOWN,
        "GRANT_OF": "{0}.principal = c.principal AND {0}.scope = s.id",
        "SCOPE_COLUMN": "id",
        "AT": "({0}.u > {1} AND {0}.f <= {1})",
        "SAME": "({0}.u = coalesce(upper({1}.effective), 'infinity') AND {0}.effective = {1}.effective)",
        "BOUNDS": ", lower({0}.effective) AS f, coalesce(upper({0}.effective), 'infinity') AS u",
        "BOUNDS_COLUMNS": ",\n  f              timestamptz GENERATED ALWAYS AS (lower(effective)) STORED"
                          ",\n  u              timestamptz GENERATED ALWAYS AS (coalesce(upper(effective), 'infinity')) STORED",
        "ENDED_LATER": "({0}.ended_recorded > {2} AND {0}.u <= {1} AND {0}.f <= {1})",
        "OLD_AT": "({0}.f <= {1} AND CASE WHEN {0}.ended_recorded > {2} THEN {3} ELSE {0}.u END > {1})",
    },
    "gist": {
        "IDENTITY_KNOWN": IDENTITY_KNOWN,
        "GRANT_OF": "{0}.principal = c.principal AND {0}.scope = ANY (s.ids)",
        "SCOPE_COLUMN": "array_agg(id) AS ids",
        "AT": "{0}.effective @> {1}",
        "SAME": "{0}.effective = {1}.effective",
        "BOUNDS": "",
        "BOUNDS_COLUMNS": "",
        "ENDED_LATER": "({0}.ended_recorded > {2} AND upper({0}.effective) <= {1} AND lower({0}.effective) <= {1})",
        "OLD_AT": "(lower({0}.effective) <= {1} AND CASE WHEN {0}.ended_recorded > {2} THEN {3} "
                  "ELSE coalesce(upper({0}.effective), 'infinity') END > {1})",
    },
}


def written_out(design, sql):
    for name, text in DESIGNS[design].items():
        if name.endswith(("COLUMN", "COLUMNS")):
            sql = sql.replace(name, text)
        else:
            sql = re.sub(rf"\b{name}\(((?:[^()]|\([^()]*\))*)\)", lambda m: text.format(*split(m[1])), sql)
    return sql


def split(arguments):
    """At the commas outside of parentheses."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", arguments)]


def sql_of(design, *files):
    return "\n".join(written_out(design, (FOLDER / file).read_text()) for file in files)


if __name__ == "__main__":
    print(sql_of(sys.argv[1], *sys.argv[2:]))
