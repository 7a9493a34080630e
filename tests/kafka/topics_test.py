"""What is done to the topics under a record: stamps that fall, partitions that are added, topics that are made anew.

Each test says for itself that it happened: the stamps as a consumer reads them, the partitions, the topic's id.
"""
import json
import signal

import testing
from case import RecordTest, granted, registered
from process import state, wait_until
from programs import RecordProducer, consume

setUpModule = testing.required
LOST = "log_replaced|log_truncated"
JUNE_FIRST_MS = 1_748_736_000_000  # of 2025


def on_june_first(second):
    return f"2025-06-01T00:00:{second:02}Z"


class Topics(RecordTest):
    # --- recorded time

    def test_recorded_time_never_falls_although_the_stamps_do(self):
        self.topics()
        self.accept.append("producer-time")
        for plane in self.PLANES:
            self.admin.alter_topic(self.prefix + plane, message_timestamp_type="CreateTime")
        events = [registered("user:a"), *[granted("user:a", f"g{n}") for n in range(4)]]
        expected = self.embedded_digest(self.file(events))
        with RecordProducer(self.kafka) as producer:
            self.stamped(producer, "tenure.identity", events[0], 0)
            for grant, second in zip(events[1:4], (10, 5, 20)):
                self.stamped(producer, "tenure.access", grant, second)
            run = self.run_beside()
            self.await_projected(run=run)
            self.stop(run)
            self.stamped(producer, "tenure.access", events[4], 12)  # the maximum outlives the projector
        run = self.run_beside()
        self.await_projected(run=run)
        stamps = [r["timestamp"] - JUNE_FIRST_MS for r in consume(self.kafka, self.prefix + "tenure.access")]
        self.assertEqual(stamps, [10_000, 5_000, 20_000, 12_000])
        another = self.run_beside("another")
        self.await_projected("another", another)
        for data in ("d", "another"):
            self.assertEqual(self.digest(data=data, kafka=False), expected)
            for kafka in (False, True):
                self.assert_known(data, kafka)
        recorded = [row["recorded_at"] for row in self.answer("events")["results"]]
        self.assertEqual(recorded, [on_june_first(s) for s in (0, 10, 10, 20, 20)])

    def stamped(self, producer, topic, event, second):
        producer.send(self.prefix + topic, json.dumps(event), key="user:a", timestamp=JUNE_FIRST_MS + second * 1000)

    def assert_known(self, data, kafka):
        for second, grants in ((9, []), (10, ["g0", "g1"]), (19, ["g0", "g1"]), (20, ["g0", "g1", "g2", "g3"])):
            answer = self.answer("what", "user:a", "--as-of", "2026-01-10", "--as-known-at", on_june_first(second), data=data, kafka=kafka)
            self.assertEqual([row["grant"] for row in answer["results"]], grants, (second, data, kafka))
            self.assertTrue(answer["as_known_at"]["closed"])
            self.assertTrue(all(e["recorded_at"] <= on_june_first(second) for e in answer["evidence"]))

    def test_a_record_that_carries_a_producers_time_is_not_taken_for_the_logs(self):
        self.topics()
        access = self.prefix + "tenure.access"
        self.admin.alter_topic(access, message_timestamp_type="CreateTime")
        self.send("tenure.access", granted("user:a", "g"), key="user:a", timestamp=JUNE_FIRST_MS)
        self.admin.alter_topic(access, message_timestamp_type="LogAppendTime")  # the topic is as it must be, the record is not
        self.assertEqual(consume(self.kafka, access)[0]["timestamp_type"], "CreateTime")
        self.assertIn("log_stamp_not_the_logs", self.tenure("run", code=4).stderr)

    # --- partitions

    def test_partitions_that_are_added_are_projected_by_who_runs_and_who_starts(self):
        self.topics()
        events = [registered("user:a"), granted("user:a", "old")]
        self.tenure("append", self.file(events), data="door")
        run, access = self.run_beside(), self.prefix + "tenure.access"
        self.await_projected(run=run)
        self.admin.add_partitions(access, 3)
        for partition in (1, 2):
            added = granted("user:a", f"on-{partition}")
            events.append(added)
            self.assertEqual(self.send("tenure.access", added, key="user:a", partition=partition), [(partition, 0)])
        self.await_projected(run=run)
        new = self.run_beside("new")
        self.await_projected("new", run=new)
        expected = self.embedded_digest(self.file(events))
        for data in ("d", "new"):
            answer = self.answer("what", "user:a", "--as-of", "2026-01-10", data=data, kafka=False)
            self.assertEqual({row["grant"] for row in answer["results"]}, {"old", "on-1", "on-2"})
            self.assertEqual((answer["complete"], answer["behind"]["records"]), (True, 0))
            self.assertEqual(self.digest(data=data, kafka=False), expected)
        self.tenure("append", self.file([granted("user:b", "later")]), data="door")  # by the new number of partitions
        self.await_projected(run=run)
        self.tenure("verify", data="door")

    # --- topics made anew

    def test_a_topic_made_anew_with_more_records_stops_who_follows_it(self):
        run, before = self.followed()
        self.make_anew()
        self.assert_stopped(run, before, LOST + "|log_topic_missing")  # it may see that there is none for a moment

    def test_a_topic_made_anew_with_more_records_while_nobody_looked_stops_who_follows_it(self):
        run, before = self.followed()
        run.send_signal(signal.SIGSTOP)
        wait_until(lambda: state(run.pid) == "T", 30, "the projector to stop")
        self.make_anew()
        run.send_signal(signal.SIGCONT)
        self.assert_stopped(run, before, LOST)

    def followed(self):
        self.topics()
        self.tenure("append", self.file([registered("user:a"), *[granted("user:a", f"g{n}") for n in range(5)]]), data="door")
        run = self.run_beside()
        self.await_projected(run=run)
        wait_until(lambda: "up to date" in run.said(), 60, "the projector to say so")
        return run, (self.projected(), self.digest(kafka=False))

    def make_anew(self):
        access = self.prefix + "tenure.access"
        old = self.admin.describe_topic(access)["id"]
        self.admin.delete_topic(access)
        self.topics()
        self.assertNotEqual(self.admin.describe_topic(access)["id"], old)
        self.send("tenure.access", *[granted("user:evil", f"e{n}") for n in range(9)], key="user:evil")
        self.assertEqual(self.admin.offsets(access)[0]["end"], 9)

    def assert_stopped(self, run, before, names):
        wait_until(lambda: run.poll() is not None or self.projected() != before[0], 90, "the projector to end")
        self.assertEqual((self.projected(), self.digest(kafka=False)), before, "nothing of the other topic is taken in")
        self.assertEqual(run.poll(), 4, run.said())
        self.assertRegex(run.said(), names)
        self.assertRegex(self.tenure("run", code=4).stderr, LOST)
        self.assertRegex(self.tenure("append", self.file([registered("user:b")]), code=4).stderr, LOST)
        self.assertEqual(self.answer("who", "read", "bucket:a", "--as-of", "2026-01-10", kafka=False)["results"][0]["principal"], "user:a")


if __name__ == "__main__":
    testing.main()
