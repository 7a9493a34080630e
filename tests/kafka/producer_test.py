"""The public producer library against a real broker: what leaves, what arrives, and what the sender is told of it.

Each test says for itself that its fault happened: the broker is paused or dead, the queue is full, the first try is unknown.
"""
import collections
import json
import os
import pathlib
import re
import select
import subprocess
import time

import record_test
import testing
from process import spawn, state, wait_until
from programs import RecordProducer, consume
from case import event, granted, registered

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILT = ROOT / "build" / "release" / "tests" / "kafka"
DRIVER = os.environ.get("TENURE_PRODUCER_DRIVER", str(BUILT / "producer_driver"))
EXAMPLE = os.environ.get("TENURE_PRODUCER_EXAMPLE", str(BUILT / "producer_example" / "tenure_producer_example"))
ANSWER_SECONDS_MAX = 120
UNSURE = {"log_append_unknown", "producer_not_sent"}
setUpModule = testing.required


class Driver:
    """producer_driver.cc, a request and an answer at a time."""

    def __init__(self, *arguments):
        self.process = spawn([DRIVER, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._unread = b""
        self.opened = self.hear()

    def say(self, *words):
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()

    def hear(self, seconds=ANSWER_SECONDS_MAX):
        """The answer; TimeoutError when it doesn't come."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise TimeoutError(f"the driver said nothing for {seconds} s")
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                raise RuntimeError(f"the driver ended with {self.process.wait()}")
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)

    def is_busy(self):
        return b"\n" not in self._unread and not select.select([self.process.stdout], [], [], 0)[0]

    def ask(self, *words):
        self.say(*words)
        return self.hear()

    def send(self, told, topic="-", wait_ms=0):
        """None, or the code of the refusal."""
        answer = self.ask("send", topic, wait_ms, json.dumps(told))
        return answer and answer["error"]

    def deliveries(self):
        return self.ask("deliveries")

    def end(self):
        for file in (self.process.stdin, self.process.stdout):
            file.close()
        self.process.kill()
        self.process.wait()


class ProducerTest(record_test.RecordTest):
    def driver(self, *options, mode="structured", user=None, opened=None):
        properties = [f"{name}={value}" for name, value in self.kafka.librdkafka(user).items()]
        driver = Driver(mode, self.prefix, *properties, *options)
        self.addCleanup(driver.end)
        self.assertEqual(driver.opened, opened)
        return driver

    def confirmed(self, driver, flush_ms=60_000):
        """All deliveries since the last time, of which none failed."""
        self.assertEqual(driver.ask("flush", flush_ms), 0)
        told = driver.deliveries()
        self.assertEqual([d for d in told if "error" in d], [])
        return told

    def rows(self):
        """What `tenure events` says of the record: a list a state."""
        answer = json.loads(self.tenure("events", "--limit", 100_000, "--json", code=None).stdout)
        by_state = collections.defaultdict(list)
        for row in answer["results"]:
            by_state[row["state"]].append(row)
        return by_state

    def catch_up(self):
        """The data directory `d` learns all that is on Kafka now."""
        self.tenure("append", self.file([], "nothing"))

    def in_topic(self, plane):
        return self.admin.offsets(self.prefix + "tenure." + plane)


class OneBroker(ProducerTest):
    def test_both_modes_are_read_as_the_events_that_they_were(self):
        corpus = ROOT / "schemas" / "corpus" / "v1.ndjson"
        told = [json.loads(line) for line in corpus.read_text().split("\n") if line]
        planes = {e["type"] for e in told}
        self.assertEqual(len(planes), 29, "every type")
        written = self.dir / "written.ndjson"
        written.write_text("".join(json.dumps({**e, **self.where(e)}) + "\n" for e in told))
        expected = self.embedded_digest(written)
        for mode in ("structured", "binary"):
            with self.subTest(mode=mode):
                self.prefix = mode + "."
                self.topics(3)
                driver = self.driver(mode=mode)
                for one in told:
                    self.assertIsNone(driver.send(one, self.where(one).get("tenuretopic", "-")), one)
                self.assertEqual(len(self.confirmed(driver)), len(told))
                records = consume(self.kafka, self.prefix + "tenure.access")
                has_attributes = all(("ce_id" in dict(r["headers"])) == (mode == "binary") for r in records)
                self.assertTrue(records and has_attributes)
                self.tenure("append", self.file([], "nothing"), data=mode)
                self.assertEqual(self.digest(data=mode), expected)

    @staticmethod
    def where(told):
        """A retraction's target may be unknown, so it says where it lies."""
        return {"tenuretopic": "tenure.identity"} if told["type"] == "tenure.event.retracted.v1" else {}

    def test_a_delivery_says_where_the_event_is_and_when_it_was_recorded(self):
        self.topics(3)
        driver = self.driver()
        for n in range(20):
            driver.send(registered(f"user:{n}"))
            driver.send(granted(f"user:{n}", "g"))
        told = self.confirmed(driver)
        self.assertEqual(len(told), 40)
        self.catch_up()
        in_force = {row["event"]["id"]: row for row in self.rows()["in_force"]}
        self.assertEqual(len(in_force), 40)
        stamps = set()
        for delivery in told:
            row = in_force[delivery["id"]]
            self.assertEqual([row[k] for k in ("topic", "partition", "offset")], [delivery[k] for k in ("topic", "partition", "offset")])
            stamps.add(delivery["stamp_us"])
        for plane in ("identity", "access"):
            for record in consume(self.kafka, self.prefix + "tenure." + plane):
                self.assertEqual(record["timestamp_type"], "LogAppendTime")
                self.assertIn(record["timestamp"] * 1000, stamps)
        with RecordProducer(self.kafka) as java:
            for delivery in (d for d in told if d["topic"] == "tenure.identity"):
                who = in_force[delivery["id"]]["event"]["data"]["identity"]
                self.assertEqual(java.send(self.prefix + "tenure.identity", "{}", key=who)[0], delivery["partition"])

    def test_what_is_refused_never_leaves(self):
        self.topics()
        driver = self.driver()
        secret = {"identity": "user:a", "attributes": {"password": "hunter2"}}
        self.assertEqual(driver.send(event("identity.registered", 1, secret)), "event_secret")
        self.assertEqual(driver.send(registered("user:a"), "tenure.access"), "event_topic_wrong")
        retraction = event("event.retracted", 1, {"target": {"source": "test", "id": "1"}, "key": "user:a", "reason": "wrong"})
        self.assertEqual(driver.send(retraction), "event_topic_missing")
        self.assertEqual(driver.ask("in_flight"), 0)
        self.assertIsNone(driver.send(retraction, "tenure.usage"), "and what is sound goes out")
        self.confirmed(driver)
        ends = [self.in_topic(plane)[0]["end"] for plane in ("identity", "access", "governance", "usage")]
        self.assertEqual(ends, [0, 0, 0, 1])

    def test_a_full_queue_pushes_back_and_takes_again_when_there_is_room(self):
        self.topics()
        driver = self.driver("in_flight_events_max=10")
        self.kafka.pause(1)
        self.assertEqual(state(self.kafka.pid(1)), "T")
        codes = [driver.send(registered(f"user:{n}")) for n in range(12)]
        self.assertEqual(codes, [None] * 10 + ["producer_queue_full"] * 2)
        self.assertEqual(driver.send(registered("user:late"), wait_ms=300), "producer_queue_full")
        self.assertEqual(driver.ask("flush", 300), 10, "the deadline ends the wait, and all are still out")
        driver.say("send - 60000", json.dumps(registered("user:waits")))
        self.assertTrue(driver.is_busy(), "it waits for room")
        self.kafka.resume(1)
        self.assertIsNone(driver.hear())
        self.assertEqual(len(self.confirmed(driver)), 11)
        self.assertEqual(self.in_topic("identity")[0]["end"], 11)

    def test_bytes_in_flight_are_limited_too_and_one_event_always_fits(self):
        self.topics()
        driver = self.driver("in_flight_bytes_max=1000")
        self.kafka.pause(1)
        large = event("identity.registered", 1, {"identity": "user:large", "display_name": "x" * 5000}, id="large")
        self.assertIsNone(driver.send(large))
        self.assertEqual(driver.send(registered("user:a")), "producer_queue_full")
        self.kafka.resume(1)
        self.assertEqual(len(self.confirmed(driver)), 1)
        self.assertIsNone(driver.send(registered("user:a")))
        self.confirmed(driver)

    def test_closing_beside_a_silent_broker_ends_and_tells_every_event(self):
        self.topics()
        driver = self.driver("close_timeout_ms=300")
        self.kafka.pause(1)
        for n in range(5):
            self.assertIsNone(driver.send(registered(f"user:{n}")))
        self.assertEqual(driver.ask("flush", 100), 5)
        self.assertEqual(driver.ask("close"), 0, "it ends although nothing answers")
        self.assertEqual(state(self.kafka.pid(1)), "T")
        told = driver.deliveries()
        self.assertEqual({d["id"] for d in told}, {registered(f"user:{n}")["id"] for n in range(5)})
        for delivery in told:
            self.assertIn(delivery["error"], UNSURE)
            self.assertIn("closed", delivery["text"])
        driver.process.stdin.close()
        self.assertEqual(driver.process.wait(60), 0)

    def test_what_is_unknown_is_sent_again_with_its_id_and_counts_once(self):
        for mode in ("structured", "binary"):
            with self.subTest(mode=mode):
                self.prefix = f"again-{mode}."
                self.topics()
                driver = self.driver("delivery_timeout_ms=2000", mode=mode)
                driver.send(registered("user:before"))
                self.confirmed(driver)
                self.kafka.pause(1)
                for n in range(3):
                    self.assertIsNone(driver.send(registered(f"user:{n}")))
                self.assertEqual(driver.ask("flush", 60_000), 0, "each has its outcome by now")
                told = driver.deliveries()
                self.assertEqual(len(told), 3)
                self.assertIn("log_append_unknown", {d["error"] for d in told})
                self.kafka.resume(1)
                self.send_again_until_confirmed(driver)
                self.tenure("append", self.file([], "nothing"), data=mode)
                rows = json.loads(self.tenure("events", "--json", data=mode).stdout)["results"]
                in_force = [row["event"]["id"] for row in rows if row["state"] == "in_force"]
                self.assertEqual(sorted(in_force), sorted(registered(f"user:{n}")["id"] for n in (0, 1, 2, "before")))
                self.assertLessEqual({row["state"] for row in rows}, {"in_force", "duplicate"})

    def send_again_until_confirmed(self, driver):
        """Returns the deliveries; how many were sent again is in self.sent_again."""
        told, self.sent_again = [], 0
        for _ in range(20):
            self.assertEqual(driver.ask("flush", 60_000), 0)
            told += driver.deliveries()
            again = driver.ask("again", 60_000)
            self.sent_again += again
            if not again:
                return told
        self.fail(f"still not confirmed: {told[-1]}")

    def test_a_broker_killed_and_restarted_loses_and_doubles_nothing_and_keeps_the_order_of_a_key(self):
        told, records = self.kill_while_sending("delivery_timeout_ms=120000")
        self.assertEqual(self.sent_again, 0, "librdkafka's own retries were enough")
        self.assertEqual(len(records), len(told), "and none of them is in the topic twice")

    def test_what_a_killed_broker_left_unknown_is_sent_again_and_counts_once(self):
        told, records = self.kill_while_sending("delivery_timeout_ms=1000")
        self.assertGreater(self.sent_again, 0, "it was away for longer than that")

    def kill_while_sending(self, timeout):
        """The deliveries and what lies in the topic, where each event counts once."""
        self.topics(4)
        threads, count = 4, 2500
        driver = self.driver("in_flight_events_max=100", "linger.ms=50", timeout)
        driver.say("many", count, threads, "k")
        wait_until(lambda: sum(p["end"] for p in self.in_topic("identity").values()) > 500, 60, "the first events")
        pid = self.kafka.kill(1)
        self.assertIsNone(state(pid))
        self.assertTrue(driver.is_busy(), "killed while it sent")
        self.kafka.restart(1)
        self.assertEqual(driver.hear(), 0, "none was refused")
        told = self.send_again_until_confirmed(driver)
        expected = {f"k-{t}-{n}" for t in range(threads) for n in range(count)}
        at = {d["id"]: (d["partition"], d["offset"]) for d in told if "error" not in d}
        self.assertEqual(set(at), expected)
        records = consume(self.kafka, self.prefix + "tenure.identity")
        by_place = {(r["partition"], r["offset"]): json.loads(r["value"])["id"] for r in records}
        self.assertEqual([id for id, place in at.items() if by_place[place] != id], [], "deliveries say where")
        self.assert_order_of_first_tries(told, records)
        self.catch_up()
        by_state = self.rows()
        self.assertEqual(sorted(row["event"]["id"] for row in by_state["in_force"]), sorted(expected))
        self.assertLessEqual(set(by_state), {"in_force", "duplicate"})
        self.assertEqual(len(by_state["duplicate"]), len(records) - len(expected))
        print(f"{len(expected)} events, {self.sent_again} sent again, {len(by_state['duplicate'])} duplicates")
        return told, records

    def assert_order_of_first_tries(self, told, records):
        """What was confirmed without being sent again lies in the order in which its thread sent it."""
        failed = {d["id"] for d in told if "error" in d}
        last = collections.defaultdict(lambda: -1)
        for record in records:
            _, thread, number = json.loads(record["value"])["id"].split("-")
            if f"k-{thread}-{number}" not in failed:
                self.assertGreater(int(number), last[record["partition"], thread])
                last[record["partition"], thread] = int(number)

    def test_a_callback_may_send_and_never_waits(self):
        self.topics()
        driver = self.driver("in_flight_events_max=1")
        self.assertIsNone(driver.ask("chain", 5))
        wait_until(lambda: driver.ask("in_flight") == 0, 60, "the chain's end")
        self.assertEqual([d["id"] for d in self.confirmed(driver)], [f"chain-0-{n}" for n in (5, 4, 3, 2, 1)])

    def test_topics_that_are_not_there_are_named_and_not_made(self):
        self.driver(opened="log_topic_missing")
        self.admin.create_topic(self.prefix + "tenure.access")
        driver = self.driver()
        self.assertEqual(driver.send(registered("user:a")), "log_topic_missing")
        self.assertIsNone(driver.send(granted("user:a", "g")))
        self.confirmed(driver)
        self.assertEqual([t for t in self.admin.topics() if t.startswith(self.prefix)], [self.prefix + "tenure.access"])

    def test_what_cannot_be_opened_says_why(self):
        self.driver("transactional.id=t", opened="log_config_wrong")
        self.driver("in_flight_events_max=0", opened="log_config_wrong")
        self.driver("no.such.property=1", opened="log_config_unknown")
        self.kafka.pause(1)
        self.driver("open_timeout_ms=500", opened="log_unreachable")

    def test_the_example_puts_on_record_what_it_tells(self):
        self.topics()
        ran = self.run_example()
        self.assertIn("retracted in partition 0 at offset 4", ran.stdout)
        self.run_example()
        self.catch_up()
        states = {name: len(rows) for name, rows in self.rows().items()}
        self.assertEqual(states, {"in_force": 5, "retracted": 1, "duplicate": 6})
        for moment, decision in (("10:00", "yes"), ("11:30", "no")):
            check = self.answer("check", "service_account:ci", "write", "bucket:prod/x", "--as-of", f"2026-03-02T{moment}:00Z")
            self.assertEqual(check["results"][0]["decision"], decision)

    def run_example(self):
        properties = [f"{name}={value}" for name, value in self.kafka.librdkafka().items()]
        ran = subprocess.run([EXAMPLE, self.prefix, *properties], capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran

    def test_the_documentation_shows_the_example_as_it_is(self):
        code = _words((ROOT / "docs" / "examples" / "producer" / "main.cc").read_text())
        blocks = re.findall(r"```cpp\n(.*?)```", (ROOT / "docs" / "reference" / "producing.md").read_text(), re.DOTALL)
        self.assertGreaterEqual(len(blocks), 3)
        for block in blocks:
            for part in block.split("…"):
                self.assertIn(_words(part), code)


class Users(ProducerTest):
    OPTIONS = {"users": {"iam": "one"}, "acls": True}

    def test_a_producer_without_the_right_is_told_that_nothing_was_sent(self):
        self.tenure("topics", "create", "--partitions", 1, "--replication", 1, user="admin")
        for plane in ("identity", "access"):
            self.admin.allow("iam", "describe", topic=f"{self.prefix}tenure.{plane}")
        self.admin.allow("iam", "write", topic=self.prefix + "tenure.access")
        driver = self.driver(user="iam")
        driver.send(registered("user:a"))
        driver.send(granted("user:a", "g"))
        self.assertEqual(driver.ask("flush", 60_000), 0)
        told = {d["id"]: d for d in driver.deliveries()}
        refused = told[registered("user:a")["id"]]
        self.assertEqual((refused["error"], refused["blame"]), ("producer_not_sent", 0))
        self.assertEqual(told[granted("user:a", "g")["id"]]["offset"], 0)
        self.assertEqual(self.in_topic("identity")[0]["end"], 0)
        self.assertEqual(driver.send(event("access.used", 1, {"identity": "user:a", "action": "x", "outcome": "denied"})),
                         "log_topic_missing")


def _words(text):
    return " ".join(text.split())


if __name__ == "__main__":
    testing.main()
