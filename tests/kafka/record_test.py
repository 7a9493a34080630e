"""The record on Kafka, through the binary: the same answers as from the embedded log, whatever befalls the brokers.

Each test says for itself that its fault happened: the pid is gone, the offset fell, the transaction was aborted.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import testing
from case import KafkaTest
from process import spawn, state, wait_until
from programs import RecordProducer, produce_events

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("TENURE_BINARY", str(HERE.parent.parent / "build" / "release" / "tenure"))
CONFORMANCE = os.environ.get("TENURE_KAFKA_CONFORMANCE",
                             str(HERE.parent.parent / "build" / "release" / "tests" / "conformance" / "kafka_conformance_test"))
setUpModule = testing.required
KILLS = int(os.environ.get("TENURE_KAFKA_KILLS", "20"))


def registered(who, day=1, **more):
    return event("identity.registered", day, {"identity": who}, **more)


def event(kind, day, data, id=None, source="test"):
    return {"specversion": "1.0", "id": id or f"{kind}-{day}-{json.dumps(data, sort_keys=True)}", "source": source,
            "type": f"tenure.{kind}.v1", "time": f"2026-01-{day:02}T00:00:00Z", "data": data}


def granted(who, grant, day=2):
    return event("grant.issued", day, {"grant": grant, "principal": who, "permissions": [
        {"effect": "allow", "actions": ["read"], "resources": ["bucket:a"]}]})


class RecordTest(KafkaTest):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-kafka-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.prefix = self.id().rsplit(".", 1)[1] + "."

    def command(self, *words, data="d", kafka=True, user=None):
        brokers = []
        if kafka:
            brokers = ["--topic-prefix", self.prefix, "--accept", "replication"]
            for name, value in self.kafka.librdkafka(user).items():
                brokers += ["--kafka", f"{name}={value}"]
        return [BINARY, "--data", str(self.dir / data), *map(str, words), *brokers]

    def tenure(self, *words, code=0, stdin="", **more):
        ran = subprocess.run(self.command(*words, **more), input=stdin, capture_output=True, text=True, timeout=300)
        if code is not None:
            self.assertEqual(ran.returncode, code, f"{words}\n{ran.stdout}\n{ran.stderr}")
        return ran

    def topics(self, partitions=1):
        self.tenure("topics", "create", "--partitions", partitions, "--replication", len(self.kafka.nodes))

    def file(self, events, name="events.ndjson"):
        path = self.dir / name
        path.write_text("".join(json.dumps(e) + "\n" for e in events))
        return path

    def generated(self, events):
        path = self.dir / "generated.ndjson"
        path.write_text(self.tenure("generate", "--events", events, kafka=False).stdout)
        return path

    def digest(self, **more):
        status = json.loads(self.tenure("status", "--json", **more).stdout)["results"][0]
        return [t["live"] for t in status["tables"]]

    def embedded_digest(self, *files):
        for path in files:
            self.tenure("append", path, data="embedded", kafka=False)
        return self.digest(data="embedded", kafka=False)

    def run_in_background(self, data="d"):
        """`tenure run`; ended with the test."""
        process = spawn(self.command("run", data=data), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def answer(self, *words, **more):
        return json.loads(self.tenure(*words, "--json", code=None, **more).stdout)

    def send(self, topic, *values, **more):
        with RecordProducer(self.kafka) as producer:
            at = [producer.send(self.prefix + topic, value, **more) for value in values]
            producer.finish()
            return at


class OneBroker(RecordTest):
    def test_the_log_passes_the_conformance_suite(self):
        ran = subprocess.run([CONFORMANCE, "--gtest_brief=1"], capture_output=True, text=True, timeout=900,
                             env={**os.environ, "TENURE_KAFKA_BOOTSTRAP": self.kafka.bootstrap})
        print("\n".join(ran.stdout.splitlines()[-4:]))
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_digests_are_those_of_the_embedded_log(self):
        events = self.generated(2000)
        expected = self.embedded_digest(events)
        for partitions in (1, 12):
            with self.subTest(partitions=partitions):
                self.prefix = f"digests{partitions}."
                self.topics(partitions)
                data = f"d{partitions}"
                self.tenure("append", events, data=data)
                self.assertEqual(self.digest(data=data), expected)
                self.tenure("append", events, data=data)  # once more: all are duplicates
                self.assertEqual(self.digest(data=data), expected)
                self.tenure("verify", data=data)

    def test_a_question_is_answered_without_the_log_at_hand(self):
        self.topics()
        token = self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")])).stdout.split()[-1]
        answer = self.answer("check", "user:a", "read", "bucket:a", "--as-known-at", token, kafka=False)
        self.assertEqual(answer["results"][0]["decision"], "yes")
        self.assertEqual(answer["as_known_at"]["position"], token)
        self.assertIn("log_not_at_hand", self.tenure("events", kafka=False, code=2).stderr)

    def test_what_cannot_be_read_is_a_dead_letter_and_resolving_mends_it(self):
        self.topics()
        self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")]))
        misplaced = json.dumps(registered("user:b"))
        wrong_schema = json.dumps(event("grant.revoked", 3, {"principal": "user:a", "gant": "g"}))
        self.send("tenure.access", "garbage", misplaced, wrong_schema, "x" * 900_000, key="user:a")
        self.send("tenure.access", None, key="user:a")
        with RecordProducer(self.kafka, transactional_id=self.prefix) as producer:
            producer.begin()
            producer.send(self.prefix + "tenure.access", json.dumps(event("grant.revoked", 3, {"principal": "user:a", "grant": "g"})),
                          key="user:a")
            producer.abort()
            producer.finish()
        self.send("tenure.identity", json.dumps(registered("user:c")), key="user:somebody-else")
        projector = self.run_in_background()
        wait_until(lambda: len(self.letters()) == 5, 60, "five dead letters")
        check = self.answer("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10", kafka=False)
        self.assertEqual((check["results"][0]["decision"], check["complete"]), ("unknown", False))
        wait_until(lambda: self.admin.offsets(self.prefix + "tenure.dead-letter")[0]["end"] == 5, 30, "announcements")
        projector.send_signal(signal.SIGTERM)
        self.assertEqual(projector.wait(30), 0)
        for letter in self.letters():
            at = f"{letter['topic']}/{letter['partition']}@{letter['offset']}"
            self.tenure("dead-letters", "resolve", at, "--void", "--reason", "looked at")
        check = self.answer("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")
        self.assertEqual((check["results"][0]["decision"], check["complete"]), ("yes", True))
        self.assertEqual(self.answer("show", "user:c", "--as-of", "2026-01-10")["results"][0]["status"], "active")

    def letters(self):
        ran = self.tenure("dead-letters", "--json", kafka=False, code=None)
        return [r for r in json.loads(ran.stdout)["results"] if r["state"] == "open"] if ran.returncode in (0, 3) else []

    def test_events_of_the_cloudevents_sdk_are_read_in_both_modes(self):
        self.topics()
        for mode, who in (("structured", "user:structured"), ("binary", "user:binary")):
            produce_events(self.kafka, self.prefix + "tenure.identity", [{**registered(who), "subject": who}], mode, key=who)
        self.tenure("append", self.file([registered("user:ours")]))
        for who in ("user:structured", "user:binary", "user:ours"):
            self.assertEqual(self.answer("show", who, "--as-of", "2026-01-10")["results"][0]["status"], "active")
        self.assertEqual(self.letters(), [])

    def test_topics_that_fall_short_stop_with_the_setting_unless_accepted(self):
        self.topics()
        for setting, value, name in (("retention.ms", "1000000", "retention"), ("cleanup.policy", "compact", "compaction"),
                                     ("message.timestamp.type", "CreateTime", "producer-time"),
                                     ("unclean.leader.election.enable", "true", "unclean-election")):
            with self.subTest(setting=setting):
                before = self.admin.describe_topic(self.prefix + "tenure.access")
                self.admin.alter_topic(self.prefix + "tenure.access", **{setting: value})
                refused = self.tenure("append", self.file([registered("user:a")]), code=2).stderr
                self.assertIn("log_topic_unsafe", refused)
                self.assertIn(setting, refused)
                self.tenure("append", self.file([registered("user:a")]), "--accept", name)
                undone = {"retention.ms": "-1", "cleanup.policy": "delete", "message.timestamp.type": "LogAppendTime",
                          "unclean.leader.election.enable": "false"}[setting]
                self.admin.alter_topic(self.prefix + "tenure.access", **{setting: undone})
                self.assertTrue(before)

    def test_a_topic_made_anew_is_never_gone_on_with(self):
        self.topics()
        self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")]))
        self.admin.delete_topic(self.prefix + "tenure.access")
        self.topics()
        stopped = self.tenure("run", code=None).stderr
        self.assertIn("log_replaced", stopped)
        other = json.dumps(granted("user:evil", "g"))
        self.send("tenure.access", other, key="user:evil")
        self.assertIn("log_replaced", self.tenure("append", self.file([registered("user:b")]), code=4).stderr)

    def test_a_broker_killed_during_an_append_loses_and_doubles_nothing(self):
        self.topics(4)
        events = self.generated(20_000)
        expected = self.embedded_digest(events)
        append = spawn(self.command("append", events), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.ends() > 100, 60, "the append to begin")
        pid = self.kafka.kill(1)
        self.assertIsNone(state(pid))
        self.assertIsNone(append.poll(), "killed while it appended")
        self.kafka.restart(1)
        append.wait(180)
        self.tenure("append", events)  # what was left unknown is sent again with the same ids
        self.assertEqual(self.digest(), expected)
        self.tenure("verify")

    def ends(self):
        try:
            status = self.tenure("status", "--json", kafka=False, code=None)
            return sum(p["next"] for p in json.loads(status.stdout)["results"][0]["end"])
        except (ValueError, KeyError, IndexError):
            return 0

    def test_a_projector_killed_again_and_again_ends_with_the_same_digest(self):
        self.topics(4)
        events = self.generated(4_000)
        expected = self.embedded_digest(events)
        lines = events.read_text().splitlines(keepends=True)
        killed = 0
        for part in range(KILLS):
            piece = self.dir / "piece.ndjson"
            piece.write_text("".join(lines[part * len(lines) // KILLS:(part + 1) * len(lines) // KILLS]))
            projector = self.run_in_background("projector")
            self.tenure("append", piece, data="door")
            projector.kill()
            self.assertEqual(projector.wait(30), -signal.SIGKILL)
            killed += 1
        self.assertEqual(killed, KILLS)
        last = self.run_in_background("projector")
        wait_until(lambda: self.caught_up("projector"), 60, "the last one to catch up")
        last.send_signal(signal.SIGTERM)
        self.assertEqual(last.wait(30), 0)
        self.assertEqual(self.digest(data="projector", kafka=False), expected)
        self.assertEqual(self.digest(data="door", kafka=False), expected)

    def caught_up(self, data):
        status = self.tenure("status", "--json", kafka=False, data=data, code=None)
        if status.returncode not in (0, 3) or not status.stdout:
            return False
        row = json.loads(status.stdout)["results"][0]
        return row["end"] == row["projected"] and sum(p["next"] for p in row["end"]) >= 4_000

    def test_an_unreachable_broker_is_named_and_waited_for(self):
        self.topics()
        self.tenure("append", self.file([registered("user:a")]))
        projector = self.run_in_background()
        self.kafka.pause(1)
        began = time.monotonic()
        refused = self.tenure("status", "--kafka", "socket.timeout.ms=2000", code=None, data="other")
        self.assertNotEqual(refused.returncode, 0)
        self.assertLess(time.monotonic() - began, 120)
        self.assertIsNone(projector.poll(), "it waits")
        self.kafka.resume(1)
        self.tenure("append", self.file([registered("user:b")]), data="door")
        wait_until(lambda: self.answer("show", "user:b", kafka=False)["results"][0]["status"] == "active", 60, "the projector")


class Acls(RecordTest):
    OPTIONS = {"users": {"iam": "one", "hr": "two", "tenure": "three"}, "acls": True}

    def test_each_writer_writes_its_own_plane(self):
        self.tenure("topics", "create", "--partitions", 1, "--replication", 1, user="admin")
        planes = [self.prefix + "tenure." + plane for plane in ("identity", "access", "governance", "usage")]
        for user in ("iam", "hr", "tenure"):
            for topic in [*planes, self.prefix + "tenure.dead-letter"]:
                self.admin.allow(user, "read", "describe", "describe_configs", topic=topic)
        self.admin.allow("hr", "write", topic=planes[0])
        self.admin.allow("iam", "write", topic=planes[1])
        self.admin.allow("tenure", "write", topic=self.prefix + "tenure.dead-letter")
        identity, access = self.file([registered("user:a")], "identity"), self.file([granted("user:a", "g")], "access")
        self.tenure("append", identity, user="hr", data="hr")
        self.tenure("append", access, user="iam", data="iam")
        other = self.file([registered("user:b")], "other")
        for user, path in (("hr", self.file([granted("user:a", "g2")], "forged")), ("iam", other), ("tenure", other)):
            refused = self.tenure("append", path, user=user, data="new-" + user, code=2)
            self.assertIn("log_not_authorised", refused.stderr)
        self.assertEqual(self.admin.offsets(planes[0])[0]["end"], 1)
        self.assertEqual(self.admin.offsets(planes[1])[0]["end"], 1)
        self.assertEqual(self.answer("check", "user:a", "read", "bucket:a", data="iam", user="iam")["results"][0]["decision"], "yes")


if __name__ == "__main__":
    testing.main()
