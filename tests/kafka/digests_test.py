"""The same events, the same read model: embedded, on Kafka in one partition, on Kafka in twelve. Digests, and a dozen answers."""
import os
import unittest

import testing
from case import RecordTest, event, without_order

setUpModule = testing.required
CAPTURE = os.environ.get("TENURE_CAPTURE", "")
ALL = ("--limit", "1000")


class SameOnAll:
    def assert_same(self, steps, questions, **more):
        for step in steps:
            self.tenure(*step, data="embedded", kafka=False)
        expected = self.digest(data="embedded", kafka=False)
        for partitions in (1, 12):
            with self.subTest(partitions=partitions):
                data, self.prefix = f"d{partitions}", f"{self.id().rsplit('.', 1)[1]}.on{partitions}."
                self.topics(partitions)
                for again in (False, True):
                    for step in steps:
                        self.tenure(*step, data=data)
                    self.assertEqual(self.digest(data=data), expected, f"again: {again}")
                self.assertGreater(len({p for _, p in self.log_ends()}), partitions // 2)
                self.assert_same_answers(questions, data, kafka=False, **more)
                self.tenure("verify", data=data)


class Generated(RecordTest, SameOnAll):
    def test_the_demo_organisation(self):
        robot, night, window = "service_account:ci-robot-42", "2026-03-14T02:17:00Z", "2025-11-01/2026-07-01"
        deed = ("bucket:Write", "bucket:prod/ledger/2026")
        correction = self.dir / "correction.ndjson"
        correction.write_text(self.tenure("generate", "--correction", kafka=False).stdout)
        self.assert_same([("append", self.generated(8_000)), ("append", correction)], [
            ("check", robot, *deed, "--as-of", night, "--why"), ("check", robot, *deed, "--during", window, "--why"),
            ("what", robot, "--as-of", night), ("what", robot, "--during", window, "--on-paper"),
            ("who", *deed, "--as-of", night), ("who", "*", "*", "--as-of", night), ("show", robot, "--as-of", night),
            ("timeline", robot, "--during", window, *ALL), ("diff", "--from", "2026-03-01", "--to", "2026-04-01", *ALL),
            ("identities", "--as-of", night, *ALL), ("identities", "--unowned", "--as-of", night, *ALL),
            ("identities", "--status", "retired", "--as-of", night, *ALL)])

    def test_events_of_one_moment_mean_what_the_order_says_in_which_they_were_appended(self):
        # As an importer appends a policy that is written anew and attached within a second: the grant is of the new one.
        def role(n, day, kind="defined"):
            permissions = {"permissions": [{"effect": "allow", "actions": ["read"], "resources": [f"bucket:{day}"]}]}
            return event(f"role.{kind}", day, {"role": f"role:r-{n}", **(permissions if kind == "defined" else {})})
        events = [role(n, 1) for n in range(12)]
        for n in range(12):
            grant = event("grant.issued", 2, {"grant": f"g-{n}", "principal": f"user:u-{n}", "role": f"role:r-{n}"})
            events += [role(n, 2, "retired"), role(n, 2), grant, event("identity.registered", 1, {"identity": f"user:u-{n}"})]
        self.assert_same([("append", self.file(events))], [("who", "read", "bucket:2", "--as-of", "2026-01-10")])
        answer = self.answer("who", "read", "bucket:2", "--as-of", "2026-01-10", data="embedded", kafka=False)
        self.assertEqual({row["principal"] for row in answer["results"]}, {f"user:u-{n}" for n in range(12)})


class Capture(RecordTest, SameOnAll):
    @classmethod
    def setUpClass(cls):
        if not CAPTURE:
            raise unittest.SkipTest("TENURE_CAPTURE names no CloudTrail capture")
        super().setUpClass()

    def test_the_capture(self):
        account, noon, day = "arn:aws:iam::123837392027", "2023-07-10T12:26:00Z", "2023-07-10/2023-07-11"
        user, outsider = f"user:{account}:user/malicious-iam-user", "external:193672423079"
        role, read = f"service_account:{account}:role/stratus-red-team-backdoor-r-role", ("s3:GetObject", "arn:aws:s3:::b/k")
        self.assert_same([("import", "cloudtrail", CAPTURE)], [
            ("check", user, *read, "--as-of", noon, "--why"), ("check", user, *read, "--during", day),
            ("check", outsider, "assume", role, "--as-of", noon, "--why"), ("what", user, "--as-of", noon),
            ("what", role, "--during", day, "--on-paper"), ("who", "*", "*", "--as-of", noon),
            ("who", "*", "*", "--as-of", "2023-07-10T12:30:00Z"), ("show", user, "--as-of", noon), ("show", role, "--as-of", noon),
            ("timeline", user, "--during", day, *ALL), ("timeline", role, "--during", day, *ALL),
            ("diff", "--from", "2023-07-10T12:20:00Z", "--to", noon, *ALL), ("identities", "--as-of", noon, *ALL),
        ], seen=without_order)


if __name__ == "__main__":
    testing.main()
