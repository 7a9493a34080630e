"""What the right answers are, told naively: the facts that are known are filtered, sorted and folded for every question anew.

Of the rules of docs/reference/semantics.md those that the workload touches: registers, roles redefined, groups nested and suspended,
denies that reach through groups whatever the group's status, scopes and permissions that cover the tree below them, retractions.
"""
import functools
import re

from organisation import BEGIN


@functools.lru_cache(maxsize=None)
def compiled(pattern):
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)


def matches(pattern, text):
    return compiled(pattern).fullmatch(text) is not None


@functools.lru_cache(maxsize=None)
def above(resource):
    """The resource and its ancestors."""
    if ":" not in resource:
        return (resource,)
    parts = resource.split("/")
    return tuple("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def covers(pattern, resource):
    """`*` in a question means everything, and only a pattern of stars covers it."""
    if resource == "*":
        return not pattern.strip("*")
    return covers_literally(pattern, resource)


@functools.lru_cache(maxsize=1_000_000)
def covers_literally(pattern, resource):
    return any(matches(pattern, one) for one in above(resource))


def names(pattern, action):
    return not pattern.strip("*") if action == "*" else matches(pattern, action)


NONE = []


def permits(permission, action, resource):
    return (any(names(pattern, action) for pattern in permission["actions"])
            and any(covers(pattern, resource) for pattern in permission["resources"]))


def latest(changes, time):
    """What a register holds at this time: the last change at or before it, of equal times the one recorded later."""
    held = None
    for change in changes:
        if change.time <= time and (held is None or change.time >= held.time):
            held = change
    return held.what if held else None


class Reference:
    """Answers from what `known` lines of the arrival tell; all of them by default."""

    def __init__(self, organisation, arrival, known=None):
        self.facts, self.arrival = organisation, arrival
        self.known = len(arrival.lines) if known is None else known
        self.registers = {}  # by the list of changes that it was filtered and sorted from; saves an hour at a million events

    def knows(self, event):
        return (self.arrival.learned.get(event, self.known) < self.known
                and self.arrival.withdrawn.get(event, self.known) >= self.known)

    def told(self, changes):
        key = id(changes)
        if key not in self.registers:
            known = [change for change in changes if self.knows(change.event)]
            self.registers[key] = sorted(known, key=lambda change: self.arrival.learned[change.event])
        return self.registers[key]

    def active(self, reference, time):
        changes = self.told(self.facts.identities.get(reference, NONE))
        life = latest([change for change in changes if change.what in ("registered", "retired")], time)
        standing = latest([change for change in changes if change.what in ("suspended", "reactivated")], time)
        return life == "registered" and standing != "suspended"

    def groups_of(self, member, time):
        return [group for group, changes in self.facts.memberships.get(member, {}).items()
                if latest(self.told(changes), time) == "added"]

    def reached(self, subject, time, only_active):
        """The subject and the groups it is in, directly or through groups."""
        seen, open_ends = {subject}, [subject]
        while open_ends:
            for group in self.groups_of(open_ends.pop(), time):
                if group not in seen and (not only_active or self.active(group, time)):
                    seen.add(group)
                    open_ends.append(group)
        return seen

    def live(self, grant, time):
        return self.knows(grant.issued) and grant.begin <= time < self.end_of(grant)

    def end_of(self, grant):
        ends = [float("inf")]
        if grant.expires is not None:
            ends.append(grant.expires)
        if grant.revoked is not None and self.knows(grant.revoked):
            ends.append(grant.revoked_at)
        return min(ends)

    def grants_of(self, principal, time):
        return [grant for grant in self.facts.grants.get(principal, ()) if self.live(grant, time)]

    def effects(self, grant, action, resource, time):
        """Of what the grant's role says of this: {"allow"}, {"deny"}, both or nothing."""
        if not covers(grant.scope, resource):
            return set()
        permissions = latest(self.told(self.facts.roles[grant.role]), time) or ()
        return {permission["effect"] for permission in permissions if permits(permission, action, resource)}

    def check(self, subject, action, resource, time):
        if not self.active(subject, time):
            return False
        giving = self.reached(subject, time, only_active=True)
        allowed = False
        for principal in self.reached(subject, time, only_active=False):
            for grant in self.grants_of(principal, time):
                effects = self.effects(grant, action, resource, time)
                if "deny" in effects:
                    return False
                allowed = allowed or ("allow" in effects and principal in giving)
        return allowed

    def what(self, subject, time):
        """Rows of grants that give the subject something: grant, on whom it stands, role, scope, from, until (None = no end)."""
        if not self.active(subject, time):
            return []
        rows = []
        for principal in self.reached(subject, time, only_active=True):
            for grant in self.grants_of(principal, time):
                end = self.end_of(grant)
                rows.append((grant.id, principal, grant.role, grant.scope, grant.begin, None if end == float("inf") else end))
        return sorted(rows)

    def who(self, action, resource, time):
        return [member for member in sorted(self.facts.members) if self.check(member, action, resource, time)]

    def existed(self, time):
        everybody = [*self.facts.groups, *self.facts.members]
        return sorted(reference for reference in everybody if self.active(reference, time))


EARLIEST_ASKED = BEGIN + 86_400 * 1_000_000  # before it not every plane of the record has begun
