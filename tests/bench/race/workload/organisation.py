"""A seeded history of authority: who existed, who was given what, over three years.

At a million events: 20,000 identities (70 % of them no people), 2,000 groups nested to depth four, 200 roles of 5 to 20 permissions
that are redefined about twenty times, 50,000 resources under 20 roots. Who is given much and who little follows Zipf's law. The number of
grants, memberships and suspensions grows with the events, and of identities and groups with them.

Facts are kept beside the events, so that reference.py can fold them without reading JSON.
"""
import bisect
import datetime
import itertools
import json
import random
from collections import defaultdict, namedtuple

SECOND = 1_000_000  # times are microseconds since 1970
DAY = 86_400 * SECOND
BEGIN = 1_700_000_000 * SECOND
YEARS_LONG = 3 * 365 * DAY
END = BEGIN + YEARS_LONG
MONTH = 30 * DAY

KINDS = ("user", "service_account", "agent", "workload")
ROOT_KINDS = ("bucket", "db", "topic", "vm", "secret")
ROOTS = [f"{ROOT_KINDS[number % 5]}:o{number:02d}" for number in range(20)]
SERVICES = ("s3", "rds", "kafka", "ec2", "kms", "iam", "ci", "logs", "pay", "edge")
VERBS = ("Get", "Put", "List", "Delete", "Read", "Write", "Admin", "Assume", "Update", "Create", "Tag", "Describe")
NOUNS = ("Object", "Item", "Config", "Key")
ACTIONS = [f"{service}:{verb}{noun}" for service in SERVICES for verb in VERBS for noun in NOUNS]

# Positions of the share of groups at each level; a group has its parents one level up.
LEVELS = (0.05, 0.20, 0.50, 1.0)

Grant = namedtuple("Grant", "id principal role scope begin expires issued revoked_at revoked")  # issued, revoked: numbers of events
Change = namedtuple("Change", "time event what")  # of an identity, a membership or a role


class Event(namedtuple("Event", "time number type subject data may_be_late")):
    __slots__ = ()

    def source(self):
        return "urn:corp:iam/" + ("identity" if self.type.startswith("identity.") else "access")

    def id(self):
        return f"e{self.number:08d}"

    def json(self):
        return structured(self.source(), self.id(), self.type, self.subject, self.time, self.data, self.number)


def structured(source, event_id, event_type, subject, time, data, actor):
    return json.dumps({
        "specversion": "1.0", "id": event_id, "source": source, "type": f"tenure.{event_type}.v1", "subject": subject,
        "time": rfc3339(time), "datacontenttype": "application/json", "partitionkey": subject, "authtype": "user",
        "authid": f"user:u-{actor % 500:05d}", "data": data}, separators=(",", ":"))


def rfc3339(time):
    seconds, micros = divmod(time, SECOND)
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{micros:06d}Z"


class Zipf:
    """Draws ranks 0..count-1, rank k with a weight of (k+1)^-exponent."""

    def __init__(self, count, exponent):
        self.exponent = exponent
        self.sums = list(itertools.accumulate((rank + 1) ** -exponent for rank in range(count)))

    def rank(self, draw):
        return bisect.bisect_left(self.sums, draw.random() * self.sums[-1])

    def expected(self, rank, draws):
        """How often the rank comes up in so many draws, and at least once."""
        return max(1.0, draws * (rank + 1) ** -self.exponent / self.sums[-1])


class Organisation:
    """events: by effective time. The facts: identities, roles {reference: [Change]}, memberships {member: {group: [Change]}},
    grants {principal: [Grant]}. What tells of events after the last is left out."""

    def __init__(self, events_wanted, seed):
        self.draw = random.Random(seed)
        scale = events_wanted / 1_000_000
        self.scale = scale
        self.events = []
        self.identities, self.roles = defaultdict(list), defaultdict(list)
        self.memberships, self.grants = defaultdict(lambda: defaultdict(list)), defaultdict(list)
        self.groups = [f"group:g-{number:04d}" for number in range(int(2_000 * max(scale, 0.05)))]
        self.role_names = [f"role:r-{number:03d}" for number in range(200)]
        self.name_members(int(20_000 * max(scale, 0.05)))
        self.register_groups()
        self.define_roles()
        self.register_members()
        self.suspend_members(int(20_000 * scale))
        self.suspend_groups()
        self.nest_groups()
        self.join_groups(int(188_000 * scale))
        self.issue_grants(int(432_000 * scale))
        self.events.sort(key=lambda event: (event.time, event.number))
        del self.events[events_wanted:]
        self.horizon = self.events[-1].time

    # --- writing events down with their facts

    def tell(self, time, event_type, subject, data, may_be_late=False):
        self.events.append(Event(time, len(self.events), event_type, subject, data, may_be_late))
        return len(self.events) - 1

    def tell_identity(self, time, what, reference, data, may_be_late=False):
        number = self.tell(time, f"identity.{what}", reference, {"identity": reference, **data}, may_be_late)
        self.identities[reference].append(Change(time, number, what))

    def tell_membership(self, member, group, begin, end):
        data = {"member": member, "group": group}
        changes = self.memberships[member][group]
        changes.append(Change(begin, self.tell(begin, "membership.added", member, data, True), "added"))
        if end is not None and end < END:
            changes.append(Change(end, self.tell(end, "membership.removed", member, data, True), "removed"))

    # --- identities

    def name_members(self, count):
        spellings = {"user": "u", "service_account": "sa", "agent": "ag", "workload": "spiffe://prod/w"}
        kinds = self.draw.choices(KINDS, weights=(30, 35, 15, 20), k=count)
        self.members = [f"{kind}:{spellings[kind]}-{number:05d}" for number, kind in enumerate(kinds)]
        self.registered, self.retired = {}, {}

    def register_groups(self):
        for group in self.groups:
            self.tell_identity(BEGIN + self.draw.randrange(3_600 * SECOND), "registered", group,
                               {"environment": "prod", "source_system": "idp"})

    def register_members(self):
        draw = self.draw
        for number, member in enumerate(self.members):
            there_from_the_start = number % 5 < 2 or number < 50
            time = BEGIN + 7_200 * SECOND + draw.randrange(DAY if there_from_the_start else YEARS_LONG * 4 // 5)
            self.registered[member] = time
            self.tell_identity(time, "registered", member, {
                "environment": draw.choice(("prod", "stage", "dev")), "source_system": draw.choice(("idp", "k8s", "aws")),
                "owner": draw.choice(self.groups)})
            if draw.random() < 0.08:
                self.retired[member] = min(END - 1, time + int(draw.random() * (END - time)))
                self.tell_identity(self.retired[member], "retired", member, {"reason": "offboarded"})

    def suspend_members(self, count):
        for _ in range(count):
            member = self.draw.choice(self.members)
            self.suspend(member, self.registered[member], self.retired.get(member, END), 5 * DAY)

    def suspend_groups(self):
        """A fiftieth of the groups, each once: what they give rests, what they deny does not."""
        for group in self.groups[::50]:
            self.suspend(group, BEGIN + 2 * DAY, END, 20 * DAY)

    def suspend(self, reference, earliest, latest, mean):
        begin = earliest + int(self.draw.random() * (latest - earliest))
        end = begin + int(self.draw.expovariate(1 / mean))
        changes = self.identities[reference]
        if begin >= latest or any(abs(begin - change.time) < DAY for change in changes):
            return
        before = max((change for change in changes if change.time <= begin), key=lambda change: change.time)
        if before.what in ("suspended", "retired"):
            return
        following = min((change.time for change in changes if change.time > begin), default=latest)
        self.tell_identity(begin, "suspended", reference, {"reason": "risk"}, True)
        if end < min(following, latest):
            self.tell_identity(end, "reactivated", reference, {}, True)

    # --- roles

    def define_roles(self):
        draw = self.draw
        for role in self.role_names:
            redefined = max(1, int(draw.gauss(20, 6) * min(1, self.scale * 2)))
            times = [BEGIN + 3_600 * SECOND + draw.randrange(3_600 * SECOND)]
            times += sorted(BEGIN + DAY + draw.randrange(YEARS_LONG - DAY) for _ in range(redefined))
            permissions = [self.permission() for _ in range(draw.randint(5, 20))]
            for time in times:
                number = self.tell(time, "role.defined", role, {"role": role, "permissions": list(permissions)})
                self.roles[role].append(Change(time, number, list(permissions)))
                self.redraft(permissions)

    def redraft(self, permissions):
        permissions[self.draw.randrange(len(permissions))] = self.permission()
        if self.draw.random() < 0.3 and len(permissions) < 20:
            permissions.append(self.permission())
        elif self.draw.random() < 0.3 and len(permissions) > 5:
            permissions.pop()

    def permission(self):
        effect = "deny" if self.draw.random() < 0.01 else "allow"
        return {"effect": effect, "actions": [self.action_pattern()], "resources": [self.resource_pattern()]}

    def action_pattern(self):
        draw, service, verb = self.draw.random(), self.draw.choice(SERVICES), self.draw.choice(VERBS)
        if draw < 0.45:
            return f"{service}:{verb}{self.draw.choice(NOUNS)}"
        if draw < 0.80:
            return f"{service}:{verb}*"
        if draw < 0.92:
            return f"*:{verb}*"
        return f"{service}:*" if draw < 0.99 else "*"

    def resource_pattern(self):
        draw, root = self.draw.random(), self.draw.choice(ROOTS)
        if draw < 0.35:
            return "*"
        if draw < 0.70:
            return f"{self.draw.choice(ROOT_KINDS)}:*"
        if draw < 0.92:
            return f"{root}/*"
        # A subtree without a wildcard at its end, and single leaves.
        return f"{root}/p{self.draw.randrange(50):02d}" if draw < 0.95 else f"{root}/p{self.draw.randrange(50):02d}/r?{self.draw.randrange(10)}"

    # --- groups and who is in them

    def level_of(self, number):
        return next(level for level, share in enumerate(LEVELS) if number < int(len(self.groups) * share))

    def groups_at(self, level):
        first = int(len(self.groups) * LEVELS[level - 1]) if level else 0
        return range(first, int(len(self.groups) * LEVELS[level]))

    def nest_groups(self):
        draw = self.draw
        for number, group in enumerate(self.groups):
            level = self.level_of(number)
            if level == 0:
                continue
            above = self.groups_at(level - 1)
            for parent in draw.sample(above, 2 if draw.random() < 0.15 else 1):
                begin = BEGIN + 7_200 * SECOND + draw.randrange(3_600 * SECOND)
                if draw.random() >= 0.1:
                    self.tell_membership(group, self.groups[parent], begin, None)
                    continue
                moved, other = begin + int(draw.random() * (END - begin)), draw.choice(above)
                self.tell_membership(group, self.groups[parent], begin, moved)
                if other != parent:
                    self.tell_membership(group, self.groups[other], moved, None)

    def join_groups(self, count):
        self.rank_everybody()
        draw, taken, joined = self.draw, defaultdict(list), 0
        while joined < count:
            member, rank = self.some_member()
            group, _ = self.some_group()
            earliest, latest = self.registered[member] + SECOND, self.retired.get(member, END)
            if latest - earliest < DAY:
                continue
            begin = earliest + int(draw.random() * (latest - earliest))
            mean = min(250 * DAY, YEARS_LONG * 3 / self.member_ranks.expected(rank, count))
            end = begin + int(60 * SECOND + draw.expovariate(1 / mean))
            times = taken[member, group]
            if any(begin <= other_end and end >= other_begin for other_begin, other_end in times):
                continue
            times.append((begin, end))
            self.tell_membership(member, group, begin, end)
            joined += 1

    def rank_everybody(self):
        self.member_ranks, self.group_ranks = Zipf(len(self.members), 1.0), Zipf(len(self.groups), 0.8)
        others = self.members[50:]
        self.draw.shuffle(others)
        self.members_by_rank = self.members[:50] + others  # the first fifty are there from the start
        self.groups_by_rank = self.draw.sample(self.groups, len(self.groups))

    def some_member(self):
        rank = self.member_ranks.rank(self.draw)
        return self.members_by_rank[rank], rank

    def some_group(self):
        rank = self.group_ranks.rank(self.draw)
        return self.groups_by_rank[rank], rank

    # --- grants

    def issue_grants(self, count):
        """Of seven in ten a member is the principal, of the others a group; about eight of each principal's live at any time."""
        draw = self.draw
        for number in range(count):
            if draw.random() < 0.7:
                principal, rank = self.some_member()
                earliest, latest = self.registered[principal] + SECOND, self.retired.get(principal, END)
                expected = self.member_ranks.expected(rank, count * 0.7)
            else:
                principal, rank = self.some_group()
                earliest, latest = BEGIN + 8_000 * SECOND, END
                expected = self.group_ranks.expected(rank, count * 0.3)
            latest = max(latest, earliest + 3_600 * SECOND)
            begin = earliest + int(draw.random() * (latest - earliest))
            mean = min(150 * DAY, YEARS_LONG * 8 / expected)
            self.issue(number, principal, begin, int(300 * SECOND + draw.expovariate(1 / mean)))

    def issue(self, number, principal, begin, lasts):
        draw = self.draw
        name, role, scope = f"gr-{number:07d}-{draw.getrandbits(32):08x}", draw.choice(self.role_names), self.scope()
        data = {"grant": name, "principal": principal, "role": role, "scope": scope, "kind": "standing",
                "request": f"REQ-{draw.getrandbits(24)}"}
        expires = revoked_at = revoked = None
        if draw.random() < 0.60:
            expires = begin + lasts
            data |= {"kind": "jit", "expires_at": rfc3339(expires)}
            if draw.random() < 0.05:
                revoked_at = begin + int(lasts * draw.random())
        elif draw.random() < 0.97:
            revoked_at = begin + lasts
        issued = self.tell(begin, "grant.issued", principal, data, True)
        if revoked_at is not None and revoked_at < END:
            revoked = self.tell(revoked_at, "grant.revoked", principal,
                                {"grant": name, "principal": principal, "reason": "no longer needed"}, True)
        self.grants[principal].append(Grant(name, principal, role, scope, begin, expires, issued, revoked_at, revoked))

    def scope(self):
        draw, root = self.draw.random(), self.draw.choice(ROOTS)
        if draw < 0.50:
            return leaf_under(self.draw, root)
        if draw < 0.86:
            return f"{root}/p{self.draw.randrange(50):02d}"
        if draw < 0.965:
            return root
        return self.draw.choice(ROOT_KINDS) + ":*" if draw < 0.995 else "*"


def leaf_under(draw, above):
    """A resource of full depth at or below this one."""
    if "/" not in above:
        above += f"/p{draw.randrange(50):02d}"
    return above if above.count("/") == 2 else above + f"/r{draw.randrange(50):02d}"
