"""A read model that is behind its log, following the record, and dead letters that aren't there."""
import json
import os
import shutil
import signal
import subprocess

from harness import BINARY, TenureTest, event, main


class Behind(TenureTest):
    ASK = ("what", "user:alice", "--as-of", "2026-02-20")

    def setUp(self):
        super().setUp()
        self.append("three.ndjson")
        old = self.dir / "old"
        shutil.copytree(self.data / "model", old)
        self.token = self.append("office.ndjson")
        shutil.rmtree(self.data / "model")
        old.rename(self.data / "model")

    def test_an_answer_says_how_far_it_is_behind(self):
        answer = self.question(*self.ASK)
        self.assertEqual(answer["behind"]["records"], 19)
        self.assertEqual([r["grant"] for r in answer["results"]], ["g-1"])
        self.question(*self.ASK, "--max-lag", "19")
        self.question(*self.ASK, "--max-lag", "0", code=3)
        self.question(*self.ASK, "--max-lag", "1h")
        self.assertIn("behind", self.ok(*self.ASK).out)

    def test_the_state_of_a_projector_is_told_by_an_exit_code(self):
        self.assertEqual(self.tenure("status").code, 0)
        self.assertEqual(self.tenure("status", "--max-lag", "19").code, 0)
        self.assertEqual(self.tenure("status", "--max-lag", "18").code, 3)
        self.fails(2, "max_lag_malformed", "status", "--max-lag", "soon")
        self.fails(2, "max_lag_malformed", "serve", "--listen", "127.0.0.1:0", "--max-lag", "30x")

    def test_a_time_that_is_not_projected_is_not_closed(self):
        known = self.question("status")["as_known_at"]["time"]
        self.assertTrue(self.question(*self.ASK, "--as-known-at", known)["as_known_at"]["closed"])
        self.assertFalse(self.question(*self.ASK, "--as-known-at", "now")["as_known_at"]["closed"])
        self.fails(4, "position_not_projected", *self.ASK, "--as-known-at", self.token)

    def test_the_next_writer_catches_up(self):
        self.assertEqual(self.question("append", "-", stdin="")["position"], self.token)
        self.assertEqual(self.question(*self.ASK)["behind"]["records"], 0)
        self.assertTrue(self.question("verify")["results"][0]["equal"])


class Following(TenureTest):
    def test_what_is_there_and_what_comes(self):
        self.append("three.ndjson")
        env = {**os.environ, "TENURE_DATA": str(self.data)}
        with subprocess.Popen([BINARY, "events", "--follow", "--raw", "--type", "grant.issued"], stdout=subprocess.PIPE, env=env) as follower:
            try:
                self.assertEqual(json.loads(follower.stdout.readline())["id"], "t3")
                self.ok("append", "-", stdin=event("n", "grant.issued", {"grant": "g-9", "principal": "user:bob", "role": "role:db-reader"}))
                self.assertEqual(json.loads(follower.stdout.readline())["id"], "n")
                follower.send_signal(signal.SIGINT)
                self.assertEqual(follower.wait(timeout=30), 0)
            finally:
                follower.kill()


class Resolving(TenureTest):
    def test_only_what_is_open_can_be_resolved(self):
        self.append("three.ndjson")
        resolve = ("dead-letters", "resolve")
        self.fails(2, "dead_letter_unknown", *resolve, "tenure.access/0@0", "--void", "--reason", "test")
        self.fails(2, "dead_letter_unknown", *resolve, "access/0@77", "--void", "--reason", "test")
        self.fails(2, "position_malformed", *resolve, "tenure.access", "--void", "--reason", "test")
        self.fails(2, "resolution_malformed", *resolve, "tenure.access/0@0", "--reason", "test")
        self.fails(2, "event_name_malformed", *resolve, "tenure.access/0@0", "--replaced-by", "t3", "--reason", "test")
        self.fails(2, "usage", *resolve, "tenure.access/0@0", "--void")


if __name__ == "__main__":
    main()
