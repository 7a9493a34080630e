"""A record moved from the embedded log to Kafka: the same answers there, whatever interrupts it, and nothing twice."""
import json
import signal
import subprocess

import testing
from process import spawn, wait_until
from case import RecordTest, event, granted, registered

setUpModule = testing.required
KILLS = 5
PLANES = ("identity", "access", "governance", "usage")


def ties(people):
    """Events of one moment whose order decides: each retirement takes a grant that was first on record, on another topic."""
    events = [registered(f"user:tied-{i}") for i in range(people)]
    for i in range(people):
        events.append(granted(f"user:tied-{i}", "g", day=5))
        events.append(event("identity.retired", 5, {"identity": f"user:tied-{i}", "ends_all": True}))
    return events


class OneBroker(RecordTest):
    def mirror(self, *words, to="d", data="embedded", **more):
        return self.tenure("mirror", "--to", self.dir / to, *words, data=data, **more)

    def on_the_topics(self):
        return sum(p["end"] for plane in PLANES for p in self.admin.offsets(f"{self.prefix}tenure.{plane}").values())

    def test_digests_are_those_of_the_embedded_log_and_a_second_time_changes_nothing(self):
        expected = self.embedded_digest(self.generated(5000), self.file(ties(100)))
        records = 5000 + 300
        for partitions in (1, 12):
            with self.subTest(partitions=partitions):
                self.prefix = f"mirrored{partitions}."
                self.topics(partitions)
                to = f"d{partitions}"
                first = json.loads(self.mirror("--json", to=to).stdout)
                self.assertEqual((first["copied"], first["already"], first["equal"]), (records, 0, True))
                self.assertEqual(self.digest(data=to, kafka=False), expected)
                second = json.loads(self.mirror("--json", to=to).stdout)
                self.assertEqual((second["copied"], second["already"], second["equal"]), (0, records, True))
                self.assertEqual(self.on_the_topics(), records)
                self.tenure("verify", data=to)

    def test_an_append_keeps_the_order_that_decides_too(self):
        events = self.file(ties(50))
        expected = self.embedded_digest(events)
        self.topics(12)
        self.tenure("append", events)
        self.assertEqual(self.digest(), expected)

    def test_killed_again_and_again_it_doubles_nothing(self):
        records = 30_000
        expected = self.embedded_digest(self.generated(records))
        self.topics(4)
        killed, before = 0, 0
        while killed < KILLS and before < records // 2:
            copying = spawn(self.command("mirror", "--to", self.dir / "d", data="embedded"), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
            wait_until(lambda: self.on_the_topics() > before, 60, "it to go on")
            copying.kill()
            self.assertEqual(copying.wait(30), -signal.SIGKILL)
            before = self.on_the_topics()
            killed += 1
        self.assertGreaterEqual(killed, 2)
        self.assertLess(before, records, "each was killed before its end")
        last = json.loads(self.mirror("--json").stdout)
        self.assertEqual(last["copied"] + last["already"], records)
        self.assertGreater(last["already"], 0)
        self.assertEqual(self.on_the_topics(), records)
        self.assertEqual(self.digest(kafka=False), expected)

    def test_what_is_known_begins_with_the_copy(self):
        question = ("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")
        appended = self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")]), data="embedded", kafka=False)
        early = self.answer("status", data="embedded", kafka=False)["as_known_at"]["time"]
        self.assertIn("position", appended.stdout)
        self.topics()
        copied = self.mirror().stdout
        there = self.answer(*question, "--as-known-at", early, data="embedded", kafka=False)
        self.assertEqual((there["before_record"], there["results"][0]["decision"]), (False, "yes"))
        here = self.answer(*question, "--as-known-at", early, kafka=False)
        self.assertEqual((here["before_record"], here["results"][0]["decision"]), (True, "unknown"))
        now = self.answer(*question, "--as-known-at", copied.split()[-1], kafka=False)
        self.assertEqual((now["before_record"], now["results"][0]["decision"]), (False, "yes"))

    def test_an_id_with_other_content_is_named_and_not_copied(self):
        ours, theirs = registered("user:a", id="one"), registered("user:b", id="one")
        self.embedded_digest(self.file([ours, registered("user:c")]))
        self.topics()
        self.send("tenure.identity", json.dumps(theirs), key="user:b")
        refused = self.mirror(code=1)
        self.assertIn("mirror_differs", refused.stderr)
        self.assertIn('"one" of "test"', refused.stderr)
        self.assertIn("copied 1, there already 0, differing 1", refused.stdout)
        self.assertEqual(self.on_the_topics(), 2)
        self.assertEqual(self.answer("dead-letters", kafka=False)["results"], [])

    def test_what_others_have_written_is_no_hindrance(self):
        self.embedded_digest(self.file([registered("user:a")]))
        self.topics()
        self.send("tenure.identity", json.dumps(registered("user:b")), "garbage", key="user:b")
        report = json.loads(self.mirror("--json").stdout)
        self.assertEqual((report["copied"], report["equal"], report["fault"]), (1, False, None))
        self.tenure("append", self.file([registered("user:c")]), data="embedded", kafka=False)
        again = json.loads(self.mirror("--json").stdout)
        self.assertEqual((again["copied"], again["already"]), (1, 1))

    def test_what_it_cannot_copy_from_or_to_is_a_named_error(self):
        self.assertIn("data_not_found", self.mirror(code=2).stderr)
        self.tenure("append", self.file([registered("user:a")]), "--corrector", "hr", data="embedded", kafka=False)
        self.assertIn("log_topic_missing", self.mirror(code=2).stderr)
        self.topics()
        self.assertIn("kafka_not_named", self.tenure("mirror", "--to", self.dir / "x", data="embedded", kafka=False, code=2).stderr)
        self.assertIn("data_other_log", self.mirror(to="embedded", code=2).stderr)
        self.tenure("append", self.file([registered("user:b")]), data="others")
        self.assertIn("data_other_correctors", self.mirror(to="others", code=2).stderr)
        self.assertIn("mirror_source_on_kafka", self.mirror(data="others", code=2).stderr)
        self.mirror(to="fresh")
        self.assertEqual(json.loads((self.dir / "fresh" / "tenure.json").read_text())["correctors"], ["hr"])


if __name__ == "__main__":
    testing.main()
