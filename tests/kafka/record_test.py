"""The record on Kafka, through the binary: the same answers as from the embedded log, whatever befalls the brokers.

Each test says for itself that its fault happened: the pid is gone, the offset fell, the transaction was aborted.
"""
import json
import os
import signal
import subprocess
import unittest.mock
import urllib.request

import testing
from case import HERE, RecordTest, event, granted, registered
from process import spawn, state, wait_until
from programs import RecordProducer, produce_events

CONFORMANCE = os.environ.get("TENURE_KAFKA_CONFORMANCE",
                             str(HERE.parent.parent / "build" / "release" / "tests" / "conformance" / "kafka_conformance_test"))
setUpModule = testing.required
KILLS = int(os.environ.get("TENURE_KAFKA_KILLS", "20"))


class OneBroker(RecordTest):
    def test_the_log_passes_the_conformance_suite(self):
        ran = subprocess.run([CONFORMANCE, "--gtest_brief=1"], capture_output=True, text=True, timeout=900,
                             env={**os.environ, "TENURE_KAFKA_BOOTSTRAP": self.kafka.bootstrap})
        print("\n".join(ran.stdout.splitlines()[-4:]))
        self.assertEqual(ran.returncode, 0, ran.stdout)

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
        self.send("tenure.identity", registered("user:c"), key="user:somebody-else")
        projector = self.run_beside()
        wait_until(lambda: len(self.letters()) == 5, 60, "five dead letters")
        check = self.answer("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10", kafka=False)
        self.assertEqual((check["results"][0]["decision"], check["complete"]), ("unknown", False))
        wait_until(lambda: self.admin.offsets(self.prefix + "tenure.dead-letter")[0]["end"] == 5, 30, "announcements")
        self.stop(projector)
        for letter in self.letters():
            at = f"{letter['topic']}/{letter['partition']}@{letter['offset']}"
            self.tenure("dead-letters", "resolve", at, "--void", "--reason", "looked at")
        check = self.answer("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")
        self.assertEqual((check["results"][0]["decision"], check["complete"]), ("yes", True))
        self.assertEqual(self.answer("show", "user:c", "--as-of", "2026-01-10")["results"][0]["status"], "active")

    def letters(self):
        ran = self.tenure("dead-letters", "--json", kafka=False, code=None)
        return [r for r in json.loads(ran.stdout)["results"] if r["state"] == "open"] if ran.returncode in (0, 3) else []

    def test_a_secret_that_another_producer_sent_is_shown_by_no_form_of_events(self):
        self.topics()
        secret = "ghp_" + "a1B2" * 9
        self.send("tenure.identity", registered(f"user:{secret}"), key=f"user:{secret}")
        self.tenure("append", self.file([registered("user:a")]))
        for form in ((), ("--csv",), ("--json",), ("--raw",)):
            shown = self.tenure("events", *form).stdout
            self.assertIn("masked" if form else "user:a", shown)
            self.assertNotIn(secret, shown, form)

    def test_events_of_the_cloudevents_sdk_are_read_in_both_modes(self):
        self.topics()
        for mode, who in (("structured", "user:structured"), ("binary", "user:binary")):
            produce_events(self.kafka, self.prefix + "tenure.identity", [{**registered(who), "subject": who}], mode, key=who)
        self.tenure("append", self.file([registered("user:ours")]))
        for who in ("user:structured", "user:binary", "user:ours"):
            self.assertEqual(self.answer("show", who, "--as-of", "2026-01-10")["results"][0]["status"], "active")
        self.assertEqual(self.letters(), [])

    def test_a_verified_writer_is_believed_under_the_doors_key_alone(self):
        self.topics()
        key, other = self.dir / "door.key", self.dir / "other.key"
        key.write_bytes(os.urandom(32))
        other.write_bytes(os.urandom(32))
        token = self.tenure("token", "create", "--plane", "identity", "--source", "test", "--name", "hr", kafka=False).stdout.strip()
        served = self.serve("--door-key", key)
        request = urllib.request.Request(f"{served}/v1/events", json.dumps(registered("user:a", id="signed")).encode(),
                                         {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.status, 202)
        self.send("tenure.identity", json.dumps(registered("user:b", id="forged")), key="user:b",
                  headers=[["tenure-writer", "hr"], ["tenure-writer-hmac", "0" * 32]])
        self.send("tenure.identity", json.dumps(registered("user:c", id="plain")), key="user:c")
        for data, words, expected in (("with", ["--door-key", key], "hr"), ("without", [], None), ("other", ["--door-key", other], None)):
            with self.subTest(data):
                self.tenure("append", "-", *words, data=data)
                rows = self.answer("events", *words, data=data)["results"]
                self.assertEqual({r["event"]["id"]: r["verified_writer"] for r in rows}, {"signed": expected, "forged": None, "plain": None})
                shown = self.answer("show", "user:a", "--as-of", "2026-01-10", *words, data=data)["evidence"][0]
                self.assertEqual(shown["verified_writer"], expected)
        with unittest.mock.patch.dict(os.environ, TENURE_DOOR_KEY_FILE=str(key)):
            self.assertEqual(self.answer("events", data="with")["results"][0]["verified_writer"], "hr")
        short = self.dir / "short.key"
        short.write_bytes(b"x" * 31)
        self.assertIn("door_key_short", self.tenure("events", "--door-key", short, code=2).stderr)
        self.assertIn("door_key_not_readable", self.tenure("events", "--door-key", self.dir / "none", code=2).stderr)
        self.assertIn("kafka_not_named", self.tenure("events", "--door-key", key, kafka=False, code=2).stderr)

    def serve(self, *words, data="d"):
        """`tenure serve`, ended with the test; its address."""
        process = spawn(self.command("serve", "--listen", "127.0.0.1:0", *words, data=data), stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(self.end, process)
        return process.stdout.readline().split()[-1]

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
        other = granted("user:evil", "g")
        self.send("tenure.access", other, key="user:evil")
        self.assertIn("log_replaced", self.tenure("append", self.file([registered("user:b")]), code=4).stderr)

    def test_a_broker_killed_during_an_append_loses_and_doubles_nothing(self):
        self.topics(4)
        events = self.generated(20_000)
        expected = self.embedded_digest(events)
        append = self.beside("append", events)
        wait_until(lambda: self.log_size() > 100, 60, "the append to begin")
        pid = self.kafka.kill(1)
        self.assertIsNone(state(pid))
        self.assertIsNone(append.poll(), "killed while it appended")
        self.kafka.restart(1)
        append.wait(180)
        self.tenure("append", events)  # what was left unknown is sent again with the same ids
        self.assertEqual(self.digest(), expected)
        self.tenure("verify")

    def test_a_projector_killed_again_and_again_ends_with_the_same_digest(self):
        self.topics(4)
        events = self.generated(4_000)
        expected = self.embedded_digest(events)
        lines = events.read_text().splitlines(keepends=True)
        killed = 0
        for part in range(KILLS):
            piece = self.dir / "piece.ndjson"
            piece.write_text("".join(lines[part * len(lines) // KILLS:(part + 1) * len(lines) // KILLS]))
            projector = self.run_beside("projector")
            self.tenure("append", piece, data="door")
            projector.kill()
            self.assertEqual(projector.wait(30), -signal.SIGKILL)
            killed += 1
        self.assertEqual(killed, KILLS)
        last = self.run_beside("projector")
        self.await_projected("projector", last)
        self.stop(last)
        self.assertEqual(self.digest(data="projector", kafka=False), expected)
        self.assertEqual(self.digest(data="door", kafka=False), expected)


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
