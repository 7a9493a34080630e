"""What befalls brokers and other producers while tenure follows and appends: nothing is lost, nothing doubled, and the user is told.

Each test says for itself that its fault happened: the pid is gone, the leader is another, the transaction hung.
"""
import json
import signal

import testing
from case import RecordTest, event, granted, registered
from process import state, wait_until
from programs import RecordProducer

setUpModule = testing.required
EVENTS = 12_000  # two batches of an append

# About the organisation of `tenure generate`.
ROBOT, NIGHT = "service_account:ci-robot-42", "2026-03-14T02:17:00Z"
QUESTIONS = [("check", ROBOT, "bucket:Write", "bucket:prod/ledger/2026", "--as-of", NIGHT, "--why"),
             ("what", ROBOT, "--as-of", NIGHT), ("who", "bucket:Write", "bucket:prod/ledger/2026", "--as-of", NIGHT)]


class ThreeBrokers(RecordTest):
    OPTIONS = {"nodes": 3}

    def test_a_leader_killed_in_mid_ingest_moves_and_nothing_is_lost_or_doubled(self):
        self.topics(3)
        events = self.generated(EVENTS)
        expected = self.embedded_digest(events)
        run, append = self.run_beside(), self.beside("append", events, data="door")
        wait_until(self.log_size, 60, "the append to begin")
        topic = self.prefix + "tenure.access"
        first = self.kafka.leader(topic, 0)
        pid = self.kafka.kill(first)
        self.assertIsNone(state(pid))
        self.assertIsNone(append.poll(), "killed while it appended")
        self.assertNotEqual(self.kafka.leader(topic, 0, other_than=first), first)
        self.assertIn(append.wait(180), (0, 4), append.said())
        if append.returncode:
            self.assertRegex(append.said(), "log_append_unknown|log_unreachable")
        again = self.tenure("append", events, data="door").stdout  # what is unknown is sent again with the same ids
        if not append.returncode:
            self.assertIn(f"appended 0, duplicates {EVENTS:,}", again)
        self.assertEqual(self.log_size(), EVENTS)
        self.await_projected(run=run)
        self.assertEqual(self.digest(kafka=False), expected)
        self.assert_same_answers(QUESTIONS, kafka=False)
        self.kafka.restart(first)
        wait_until(lambda: self.kafka.in_sync(topic, 0) == {1, 2, 3}, 60, "all replicas in sync")
        self.assertIsNone(run.poll(), run.said())
        self.tenure("verify")


class OneBroker(RecordTest):
    OPTIONS = {"settings": {"transaction.abort.timed.out.transaction.cleanup.interval.ms": 500}}

    def test_a_broker_unreachable_for_half_a_minute_is_told_of_and_waited_for(self):
        self.topics(2)
        before, after = self.file([registered("user:a"), granted("user:a", "g")], "before"), self.generated(EVENTS)
        expected = self.embedded_digest(before, after)
        self.tenure("append", before, data="door")
        run = self.run_beside()
        self.await_projected(run=run)
        question = ("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")
        append = self.beside("append", after, data="door")
        wait_until(lambda: self.log_size() > 2, 60, "the append to begin")
        self.kafka.pause(1)
        self.assertIsNone(append.poll(), "paused while it appended")
        asked = [self.beside(*question), self.beside("append", before, data="other")]
        wait_until(lambda: "log_unreachable" in run.said(), 120, "`tenure run` to tell of it")
        for refused in asked:
            self.assertEqual(refused.wait(120), 4, refused.said())
            self.assertIn("log_unreachable", refused.said())
        # Half a minute after its last look, the projector is no longer taken for one at work.
        wait_until(lambda: self.answer("status", kafka=False)["behind"]["seconds"] > 0, 120, "`behind` to tell of it")
        answer = self.answer(*question, kafka=False)
        self.assertEqual(answer["results"][0]["decision"], "yes")
        self.assertIsNone(run.poll(), run.said())
        self.assertEqual(state(self.kafka.pid(1)), "T")
        self.kafka.resume(1)
        append.wait(120)
        self.assertIn(append.returncode, (0, 4), append.said())
        if append.returncode:
            self.assertRegex(append.said(), "log_append_unknown|log_unreachable")
        self.tenure("append", after, data="door")
        self.await_projected(run=run)
        wait_until(lambda: run.said().splitlines()[-1] == "up to date", 60, "`tenure run` to tell that it is over")
        self.assertEqual(run.said().count("log_unreachable"), 1)
        self.assertEqual(self.answer("status", kafka=False)["behind"], {"records": 0, "seconds": 0, "unstable": 0})
        self.assertEqual(self.digest(kafka=False), expected)
        self.assert_same_answers(QUESTIONS, kafka=False)

    def test_records_behind_a_hung_transaction_are_told_apart(self):
        self.topics()
        ours = [registered("user:a"), granted("user:a", "behind-it")]
        self.tenure("append", self.file(ours[:1]))
        run, access = self.run_beside(), self.prefix + "tenure.access"
        question = ("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")
        other = RecordProducer(self.kafka)
        with RecordProducer(self.kafka, transactional_id=self.prefix, properties={"transaction.timeout.ms": 20_000}) as hung:
            hung.begin()
            hung.send(access, json.dumps(granted("user:evil", "hung")), key="user:evil")
        other.send(access, json.dumps(ours[1]), key="user:a")  # the one is dead, and its transaction open
        self.assertEqual(self.admin.offsets(access)[0], {"begin": 0, "end": 2, "stable": 0})
        wait_until(lambda: self.behind("status") == (2, 2), 15, "the status to tell of what is held back")
        self.assertEqual(self.behind(*question), (2, 2))
        self.assertEqual(self.behind(*question, kafka=True), (2, 2))
        self.assertEqual(self.behind("status", kafka=True), (2, 2))
        self.assertIn("2 records behind, 2 held back by transactions that are still open", run.said())
        run.send_signal(signal.SIGSTOP)  # records that nobody projects are behind, and held back by nobody
        other.send(self.prefix + "tenure.identity", json.dumps(registered("user:b")), key="user:b")
        self.assertEqual(self.behind("status", kafka=True), (3, 2))
        self.assertEqual(self.admin.offsets(access)[0]["stable"], 0, "the transaction is open all this time")
        run.send_signal(signal.SIGCONT)
        wait_until(lambda: self.admin.offsets(access)[0]["stable"] == 3, 60, "the broker to end the transaction")
        self.await_projected(run=run)
        wait_until(lambda: self.behind("status") == (0, 0), 15, "the status to be well")
        answer = self.answer(*question, kafka=False)
        self.assertEqual((answer["results"][0]["decision"], answer["complete"]), ("yes", True))
        expected = self.embedded_digest(self.file([*ours, registered("user:b")]))
        self.assertEqual(self.digest(kafka=False), expected)
        self.tenure("verify")

    def behind(self, *question, kafka=False):
        behind = self.answer(*question, kafka=kafka)["behind"]
        return behind["records"], behind["unstable"]

    def test_nothing_is_held_back_where_there_is_no_transaction(self):
        self.topics()
        for day in (1, 2, 3):
            self.tenure("append", self.file([event("access.used", day, {
                "identity": "user:a", "action": "read", "resource": "bucket:a", "outcome": "allowed"})]))
            self.assertEqual(self.answer("status", kafka=False)["behind"], {"records": 0, "seconds": 0, "unstable": 0})


if __name__ == "__main__":
    testing.main()
