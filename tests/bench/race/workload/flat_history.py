"""Subjects with the same ten live grants and very unequal pasts: what a question costs must not grow with what is over.

Three pasts: the same scope granted again and again, grants that expired, and grants revoked long before they would have expired.
A past grant's role gives nothing that is asked, so that the answers are equal; about one of them is live at any moment.
"""
import random

from organisation import BEGIN, DAY, END, SECOND, rfc3339, structured
from probes import Probe

PASTS = ("regranted", "expired", "revoked")
ASKED, ROOT = "s3:GetObject", "bucket:o00"


def subject_of(past, grants):
    return f"user:{past}-{grants}"


class FlatHistory:
    def __init__(self, grants_each):
        self.told, self.number = [], 0
        for role, action in (("role:asked", "s3:Get*"), ("role:other", "kms:*")):
            self.tell(BEGIN, "role.defined", role, {"role": role, "permissions": [
                {"effect": "allow", "actions": [action], "resources": ["*"]}]})
        for past in PASTS:
            for grants in grants_each:
                self.one_subject(past, grants)
        self.told.sort()

    def lines(self):
        return [line for _, _, line in self.told]

    def one_subject(self, past, grants):
        subject = subject_of(past, grants)
        self.tell(BEGIN + SECOND, "identity.registered", subject, {"identity": subject})
        for number in range(10):
            self.issue(BEGIN + 2 * SECOND, subject, f"live-{number}", "role:asked", f"{ROOT}/p{number:02d}")
        step = (END - BEGIN - 2 * DAY) // grants
        for number in range(grants):
            self.one_past(past, subject, number, BEGIN + DAY + number * step, step)

    def one_past(self, past, subject, number, begin, lasts):
        grant = f"past-{number}"
        if past == "expired":
            self.issue(begin, subject, grant, "role:other", f"{ROOT}/p{number % 50:02d}", begin + lasts)
            return
        scope = f"{ROOT}/p00" if past == "regranted" else f"{ROOT}/p{number % 50:02d}"
        self.issue(begin, subject, grant, "role:other", scope, begin + 365 * DAY if past == "revoked" else None)
        self.tell(begin + lasts, "grant.revoked", subject, {"grant": f"{subject}/{grant}", "principal": subject})

    def issue(self, time, subject, grant, role, scope, expires=None):
        data = {"grant": f"{subject}/{grant}", "principal": subject, "role": role, "scope": scope, "kind": "standing"}
        if expires is not None:
            data |= {"kind": "jit", "expires_at": rfc3339(expires)}
        self.tell(time, "grant.issued", subject, data)

    def tell(self, time, event_type, subject, data):
        self.number += 1
        plane = "identity" if event_type.startswith("identity.") else "access"
        line = structured(f"urn:flat/{plane}", f"f{self.number:09d}", event_type, subject, time, data, self.number)
        self.told.append((time, self.number, line))


def probes_of(past, grants, count, seed):
    """The same questions for every past, but for the subject: half are permitted."""
    draw = random.Random(seed)
    return [Probe(subject_of(past, grants), ASKED, f"{ROOT}/p{draw.randrange(20):02d}/r00", draw.randrange(BEGIN + 2 * DAY, END - 2 * DAY))
            for _ in range(count)]


def permitted(probe):
    return int(probe.resource[len(ROOT) + 2:].split("/")[0]) < 10
