"""The harness itself: that the faults it promises do happen, and that its clients see what they should.

Clusters are shared by the tests of a class; each test makes topics of its own and leaves every broker running.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import artifacts
import testing
import wire
from broker import Cluster, DidNotStart
from case import KafkaTest
from process import state, wait_until
from programs import RecordProducer, Refused, consume, produce_events

HERE = pathlib.Path(__file__).resolve().parent
setUpModule = testing.required

EVENT = {"specversion": "1.0", "id": "e1", "source": "test/office", "type": "tenure.identity.registered.v1",
         "time": "2026-01-10T00:00:00Z", "subject": "user:zoë", "correlationid": "c7", "data": {"identity": "user:zoë"}}


class HarnessTest(KafkaTest):
    def topic(self, partitions=1, **config):
        self.admin.create_topic(self.id().rsplit(".", 1)[1], partitions, **config)
        return self.id().rsplit(".", 1)[1]

    def write(self, topic, *values, **more):
        with RecordProducer(self.kafka, **more) as producer:
            at = [producer.send(topic, value, key="k") for value in values]
            producer.finish()
            return at

    def values(self, topic, **more):
        return [record["value"] for record in consume(self.kafka, topic, **more)]


class OneBroker(HarnessTest):
    def test_answers_and_says_who_is_there(self):
        self.assertEqual({1: int(self.kafka.bootstrap.split(":")[1])}, self.kafka.metadata(1).brokers)
        self.assertEqual([1], self.admin.nodes())
        self.assertEqual(1, self.admin.controller())

    def test_a_kill_and_a_restart_keep_the_data(self):
        topic = self.topic()
        self.write(topic, "before")
        pid = self.kafka.kill(1)
        self.assertIsNone(state(pid))
        self.assertFalse(self.kafka.answers(1))
        self.kafka.restart(1)
        self.assertNotEqual(pid, self.kafka.pid(1))
        self.write(topic, "after")
        self.assertEqual(["before", "after"], self.values(topic))

    def test_a_stop_is_orderly_and_reset_by_pid_brings_it_back(self):
        bootstrap = self.kafka.bootstrap
        pid = self.kafka.stop(1)
        self.assertIsNone(state(pid))
        self.assertIn("[BrokerServer id=1] shut down completed", self.kafka.log(1))
        self.assertEqual(1, self.kafka.reset_by_pid(pid))
        self.assertTrue(self.kafka.answers(1))
        self.assertEqual(bootstrap, self.kafka.bootstrap)

    def test_a_paused_broker_is_silent_and_lives(self):
        pid = self.kafka.pid(1)
        self.kafka.pause(1)
        with self.assertRaises(wire.NoAnswer):
            self.kafka.metadata(1, seconds=0.5)
        self.assertEqual("T", state(pid))
        self.kafka.resume(1)
        self.assertTrue(self.kafka.answers(1))
        self.assertEqual(pid, self.kafka.pid(1))

    def test_stamps_are_as_the_topic_wants_them(self):
        by_producer, by_log = "stamps_by_producer", "stamps_by_log"
        self.admin.create_topic(by_producer, message_timestamp_type="CreateTime", retention_ms="-1")  # of 1970
        self.admin.create_topic(by_log, message_timestamp_type="LogAppendTime")
        with RecordProducer(self.kafka) as producer:
            for topic in (by_producer, by_log):
                for stamp in (2000, 1000):
                    producer.send(topic, "v", timestamp=stamp)
        self.assertEqual([("CreateTime", 2000), ("CreateTime", 1000)], self.stamps(by_producer))
        (kind, first), (_, second) = self.stamps(by_log)
        self.assertEqual("LogAppendTime", kind)
        self.assertGreater(first, 10**12)
        self.assertGreaterEqual(second, first)

    def stamps(self, topic):
        return [(r["timestamp_type"], r["timestamp"]) for r in consume(self.kafka, topic)]

    def test_a_topic_made_again_is_another_one(self):
        topic = self.topic()
        self.write(topic, "old")
        old = self.admin.describe_topic(topic)["id"]
        self.admin.delete_topic(topic)
        self.assertNotIn(topic, self.admin.topics())
        self.admin.create_topic(topic)
        self.assertNotEqual(old, self.admin.describe_topic(topic)["id"])
        self.assertEqual([], self.values(topic))

    def test_partitions_settings_and_offsets_can_be_changed(self):
        topic = self.topic(2, retention_ms=-1)
        self.admin.add_partitions(topic, 3)
        self.admin.alter_topic(topic, cleanup_policy="compact", retention_ms=None)
        described = self.admin.describe_topic(topic)
        self.assertEqual([0, 1, 2], [p["partition"] for p in described["partitions"]])
        self.assertEqual("compact", described["config"]["cleanup.policy"])
        self.assertEqual("604800000", described["config"]["retention.ms"])
        self.admin.set_group_offset("readers", topic, 1, 5)
        self.assertEqual({f"{topic}-1": 5}, self.admin.group_offsets("readers"))

    def test_records_can_be_taken_from_the_beginning(self):
        topic = self.topic()
        self.write(topic, "a", "b", "c")
        self.admin.delete_records(topic, 0, before=2)
        self.assertEqual({0: {"begin": 2, "end": 3, "stable": 3}}, self.admin.offsets(topic))

    def test_any_bytes_can_be_written(self):
        topic = self.topic()
        self.write(topic, b"\xff\x00", None, "x" * 900_000)
        self.assertEqual([{"base64": "/wA="}, None, "x" * 900_000], self.values(topic))

    def test_a_refusal_has_a_name(self):
        topic = self.topic()
        with self.assertRaises(Refused) as refused:
            self.admin.create_topic(topic)
        self.assertEqual("TopicExistsException", refused.exception.code)

    def test_the_sdk_writes_structured_events(self):
        topic = self.topic()
        self.assertEqual([(0, 0), (0, 1)], produce_events(self.kafka, topic, [EVENT, {"event": EVENT, "key": "k"}], "structured"))
        first, second = consume(self.kafka, topic)
        self.assertEqual(["user:zoë", "k"], [first["key"], second["key"]])
        self.assertIn(["content-type", "application/cloudevents+json"], first["headers"])
        self.assertEqual({**EVENT, "datacontenttype": "application/json"}, json.loads(first["value"]))

    def test_the_sdk_writes_binary_events(self):
        topic = self.topic()
        self.assertEqual([(0, 0)], produce_events(self.kafka, topic, [EVENT], "binary", key="given"))
        record, = consume(self.kafka, topic)
        headers = dict(record["headers"])
        self.assertEqual("given", record["key"])
        self.assertEqual(EVENT["data"], json.loads(record["value"]))
        for name in ("specversion", "id", "source", "type", "time", "subject", "correlationid"):
            self.assertEqual(EVENT[name], headers[f"ce_{name}"])

    def test_an_aborted_transaction_is_seen_by_nobody_who_reads_what_is_committed(self):
        topic = self.topic()
        with RecordProducer(self.kafka, transactional_id=topic) as producer:
            for value, end in (("a", producer.commit), ("b", producer.abort), ("c", producer.commit)):
                producer.begin()
                producer.send(topic, value)
                end()
        self.assertEqual(["a", "c"], self.values(topic))
        self.assertEqual(["a", "b", "c"], self.values(topic, committed_only=False))
        self.assertEqual({"begin": 0, "end": 6, "stable": 6}, self.admin.offsets(topic)[0])  # three markers among them

    def test_a_hung_transaction_holds_the_stable_offset_back(self):
        topic = self.topic()
        with RecordProducer(self.kafka, transactional_id=topic) as producer:
            producer.begin()
            producer.send(topic, "hung")
            self.write(topic, "behind it")
            self.assertEqual({"begin": 0, "end": 2, "stable": 0}, self.admin.offsets(topic)[0])
            self.assertEqual([], self.values(topic))
            producer.finish()
        self.assertEqual(["behind it"], self.values(topic))


class ThreeBrokers(HarnessTest):
    OPTIONS = {"nodes": 3}

    def test_the_leader_moves_when_it_is_killed(self):
        topic = self.topic(min_insync_replicas=2)
        self.write(topic, "before")
        first = self.kafka.leader(topic, 0)
        pid = self.kafka.kill(first)
        self.assertIsNone(state(pid))
        second = self.kafka.leader(topic, 0, other_than=first)
        self.assertIn(second, set(self.kafka.nodes) - {first})
        self.write(topic, "after")
        self.assertEqual(["before", "after"], self.values(topic))
        self.kafka.restart(first)
        wait_until(lambda: self.kafka.in_sync(topic, 0) == {1, 2, 3}, 60, "all replicas in sync")

    def test_a_paused_leader_is_left_and_comes_back(self):
        topic = self.topic()
        first = self.kafka.leader(topic, 0)
        self.kafka.pause(first)
        self.assertNotEqual(first, self.kafka.leader(topic, 0, other_than=first))
        self.kafka.resume(first)
        wait_until(lambda: first in self.kafka.in_sync(topic, 0), 60, f"node {first} in sync")
        self.admin.elect_leader(topic, 0)
        wait_until(lambda: self.kafka.leader(topic, 0) == first, 60, f"node {first} to lead again")


class UsersAndAcls(HarnessTest):
    OPTIONS = {"users": {"registrar": "r-secret", "granter": "g-secret", "auditor": "a-secret"}, "acls": True}

    def test_each_writes_only_its_own_topic(self):
        for user, own in (("registrar", "identities"), ("granter", "grants")):
            self.admin.create_topic(own)
            self.admin.allow(user, "write", "describe", topic=own)
        self.admin.allow("registrar", "describe", topic="grants")
        self.assertEqual([(0, 0)], self.write("identities", "mine", user="registrar"))
        with self.assertRaises(Refused) as refused:
            self.write("grants", "not mine", user="registrar")
        self.assertEqual("TopicAuthorizationException", refused.exception.code)
        self.assertEqual([(0, 0)], self.write("grants", "mine", user="granter"))

    def test_who_may_read_cannot_write_and_the_reverse(self):
        topic = self.topic()
        self.admin.allow("registrar", "write", "describe", topic=topic)
        self.admin.allow("auditor", "read", "describe", topic=topic)
        self.write(topic, "written", user="registrar")
        self.assertEqual(["written"], self.values(topic, user="auditor"))
        with self.assertRaises(Refused) as refused:
            self.write(topic, "refused", user="auditor")
        self.assertEqual("ClusterAuthorizationException", refused.exception.code)  # may write nowhere: gets no producer id
        with self.assertRaisesRegex(RuntimeError, "TopicAuthorizationException"):
            self.values(topic, user="registrar")

    def test_a_wrong_password_is_refused(self):
        port = int(self.kafka.bootstrap.split(":")[1])
        with self.assertRaisesRegex(wire.NoAnswer, "registrar is refused"):
            wire.metadata(port, "registrar", "guessed")
        self.assertEqual({1: port}, wire.metadata(port, "registrar", "r-secret").brokers)

    def test_acls_can_be_listed_and_removed(self):
        acl = {"user": "auditor", "resource": "topic", "name": "*", "operation": "read"}
        self.admin.allow("auditor", "read", topic="*")
        self.assertIn(acl, self.admin.acls())
        self.assertGreaterEqual(self.admin.remove_acls(), 1)
        self.assertEqual([], self.admin.acls())


class Ending(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def python(self, text, **variables):
        return subprocess.Popen([sys.executable, "-B", "-c", text], cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, env={**os.environ, "TMPDIR": str(self.dir), **variables})

    def test_brokers_die_with_the_test_that_is_killed(self):
        with self.python("import broker, signal; k = broker.Cluster(); print(k.pid(1), flush=True); signal.pause()") as test:
            pid = int(test.stdout.readline())
            self.assertIn(state(pid), ("R", "S"))
            test.kill()
        wait_until(lambda: state(pid) in (None, "Z"), 30, "the broker to die")  # Z: init has not reaped it yet

    def test_a_closed_cluster_leaves_nothing(self):
        with Cluster() as kafka:
            pid, folder = kafka.pid(1), kafka.dir
        self.assertIsNone(state(pid))
        self.assertFalse(folder.exists())

    def test_a_broker_that_does_not_start_shows_its_log(self):
        with self.assertRaisesRegex(DidNotStart, "num.network.threads"):
            Cluster(settings={"num.network.threads": -1})

    def test_a_program_beside_a_broker_ends_with_its_own_code(self):
        done = subprocess.run([sys.executable, "-B", "with_broker.py", "--user", "reader", "--", "sh", "-c",
                               "cat $TENURE_KAFKA_CLIENTS/reader.properties; kill -0 $TENURE_KAFKA_PIDS && exit 5"],
                              cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        self.assertEqual(5, done.returncode, done.stdout + done.stderr)
        self.assertIn("sasl.username=reader", done.stdout)


class WithoutJava(unittest.TestCase):
    """Unlike the others this needs nothing; but where the rest is skipped, so is this."""

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenure-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        (self.dir / "bin").mkdir()

    def tool(self, name, script):
        (self.dir / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.dir / "bin" / name).chmod(0o755)

    def run_tests(self, **variables):
        environment = {"PATH": str(self.dir / "bin"), "XDG_CACHE_HOME": str(self.dir / "cache"), **variables}
        return subprocess.run([sys.executable, "-B", HERE / "harness_test.py", "OneBroker"], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def test_the_tests_are_skipped_loudly(self):
        done = self.run_tests()
        self.assertEqual(testing.SKIPPED, done.returncode, done.stderr)
        self.assertIn("KAFKA IS NOT TESTED: there is no java", done.stderr)

    def test_in_ci_they_fail(self):
        done = self.run_tests(CI="true")
        self.assertEqual(1, done.returncode)
        self.assertIn("CI takes no skipped test", done.stderr)

    def test_an_old_java_is_none(self):
        self.tool("java", "echo 'openjdk version \"11.0.2\"' >&2")
        self.assertIn("is no Java 17", self.run_tests().stderr)

    def test_half_a_fetch_is_not_kept(self):
        self.tool("java", "echo 'openjdk version \"17.0.2\"' >&2")
        self.tool("mvn", 'for a; do case $a in -Dout*) echo half >"${a#*=}/a.jar" && echo no network; esac; done; exit 1')
        done = self.run_tests()
        self.assertEqual(testing.SKIPPED, done.returncode, done.stderr)
        self.assertIn("no network", done.stderr)
        kept = self.dir / "cache" / "tenure" / f"kafka-{artifacts.VERSION}"
        self.assertEqual([".broker.lock"], [path.name for path in kept.rglob("*")])


if __name__ == "__main__":
    testing.main()
