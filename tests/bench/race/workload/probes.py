"""Questions that are worth asking of an organisation: about half have a grant behind them, the others are anybody's guess."""
import bisect
import random
from collections import defaultdict, namedtuple

from organisation import ACTIONS, MONTH, ROOTS, leaf_under
from reference import EARLIEST_ASKED, covers, names

# known: how many lines of the arrival are known, None = all.
Probe = namedtuple("Probe", "subject action resource time known", defaults=(None,))


class Probes:
    def __init__(self, organisation, seed):
        self.organisation, self.draw = organisation, random.Random(seed)
        self.all_grants = [grant for grants in organisation.grants.values() for grant in grants if grant.begin < organisation.horizon]
        self.members_of = defaultdict(list)  # directly, and no groups: (member, begin, end)
        for member, groups in organisation.memberships.items():
            if not member.startswith("group:"):
                for group, changes in groups.items():
                    for begin, end in zip(changes[::2], changes[1::2] + [None]):
                        self.members_of[group].append((member, begin.time, end.time if end else organisation.horizon))

    def distinct(self, count):
        made = {}
        while len(made) < count:
            probe = self.with_a_grant(self.draw.choice(self.all_grants)) if self.draw.random() < 0.5 else self.guess()
            if probe:
                made[probe] = None
        return list(made)

    def everything(self):
        """May anybody do everything: `*` in a question."""
        return [Probe(grant.principal, "*", "*", self.draw.randrange(max(EARLIEST_ASKED, grant.begin), self.organisation.horizon))
                for grant in self.draw.sample(self.all_grants, 20)]

    def guess(self):
        draw = self.draw
        time = draw.randrange(EARLIEST_ASKED, self.organisation.horizon)
        return Probe(draw.choice(self.organisation.members), draw.choice(ACTIONS), leaf_under(draw, draw.choice(ROOTS)), time)

    def with_a_grant(self, grant, as_believed=False):
        """Of what the grant gives somebody, at a time when it is live; None if there is nobody. As believed, for two months, before
        its end was known."""
        begin = max(grant.begin, EARLIEST_ASKED)
        ends = [self.organisation.horizon, begin + 2 * MONTH if as_believed else grant.revoked_at, grant.expires]
        ends = [end for end in ends if end is not None]
        if min(ends) <= begin:
            return None
        time = self.draw.randrange(begin, min(ends))
        subject = grant.principal
        if subject.startswith("group:"):
            some = self.members_of[subject]
            inside = [member for member, joined, left in self.draw.sample(some, min(200, len(some))) if joined <= time < left]
            if not inside:
                return None
            subject = self.draw.choice(inside)
        resource = self.resource_in(grant.scope)
        return Probe(subject, self.action_for(grant.role, resource, time), resource, time)

    def resource_in(self, scope):
        if scope == "*":
            return leaf_under(self.draw, self.draw.choice(ROOTS))
        if scope.endswith(":*"):
            return leaf_under(self.draw, self.draw.choice([root for root in ROOTS if root.startswith(scope[:-1])]))
        return leaf_under(self.draw, scope)

    def action_for(self, role, resource, time):
        defined = [change.what for change in self.organisation.roles[role] if change.time <= time]
        permissions = defined[-1] if defined else []
        fitting = [permission for permission in permissions if covers(permission["resources"][0], resource)]
        if fitting:
            pattern = self.draw.choice(fitting)["actions"][0]
            named = [action for action in ACTIONS if names(pattern, action)]
            if named:
                return self.draw.choice(named)
        return self.draw.choice(ACTIONS)

    def as_known(self, count, arrival, batch, knowledges):
        """Each about one of so many past knowledges, which end with a batch; half of them about what was corrected after it."""
        batches = max(1, len(arrival.lines) // batch)
        marks = sorted({max(1, batches * number // (knowledges + 1)) * batch for number in range(1, knowledges + 1)})
        corrected = [grant for grant in self.all_grants if not arrival.corrected.isdisjoint((grant.issued, grant.revoked))]
        made = {}
        while len(made) < count:
            if self.draw.random() < 0.5:
                grant = self.draw.choice(corrected)
                probe = self.with_a_grant(grant, as_believed=True)
                touched = [event for event in (grant.issued, grant.revoked) if event in arrival.corrected][0]
                known = self.just_before(arrival.place_of_correction(touched), marks)
            else:
                probe = self.with_a_grant(self.draw.choice(self.all_grants)) if self.draw.random() < 0.6 else self.guess()
                known = self.draw.choice(marks)
            if probe:
                made[probe._replace(known=known)] = None
        return list(made)

    def just_before(self, place, marks):
        """One of the three marks about this place in the arrival."""
        at = bisect.bisect_left(marks, place)
        return self.draw.choice(marks[max(0, at - 2):at + 1] or marks[-1:])
