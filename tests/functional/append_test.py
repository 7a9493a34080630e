"""What the door takes, and what it refuses with which words."""
import json
import subprocess

from harness import BINARY, DATA, TenureTest, event, main

ALICE = {"identity": "user:alice"}


class Duplicates(TenureTest):
    def test_the_same_file_twice_changes_nothing(self):
        first = self.question("append", DATA / "three.ndjson")
        self.assertEqual((first["appended"], first["duplicates"]), (3, 0))
        before = self.digests()
        again = self.question("append", DATA / "three.ndjson", "--list")
        self.assertEqual((again["appended"], again["duplicates"]), (0, 3))
        self.assertEqual(again["position"], first["position"])
        self.assertEqual([e["state"] for e in again["events"]], ["duplicate"] * 3)
        self.assertEqual(again["events"][0]["position"], {"topic": "tenure.identity", "partition": 0, "offset": 0})
        self.assertEqual(self.digests(), before)

    def test_twice_in_one_file(self):
        line = event("a", "identity.registered", ALICE)
        answer = self.question("append", "-", "--list", stdin=line + line)
        self.assertEqual((answer["appended"], answer["duplicates"]), (1, 1))
        self.assertEqual(answer["events"][0]["position"], answer["events"][1]["position"])

    def test_other_content_under_one_name_is_a_conflict_and_keeps_all_out(self):
        self.append("three.ndjson")
        known = json.loads((DATA / "three.ndjson").read_text().splitlines()[0])
        known["data"]["owner"] = "user:mallory"
        lines = json.dumps(known) + "\n" + event("new", "identity.registered", ALICE)
        answer = self.question("append", "-", stdin=lines, code=1)
        self.assertEqual((answer["appended"], answer["conflicts"], answer["refused"]), (0, 1, 0))
        [said] = answer["events"]
        self.assertEqual((said["line"], said["state"], said["error"]["code"]), (1, "conflict", "event_conflict"))
        self.assertEqual(self.question("status")["results"][0]["events"], 3)
        partly = self.question("append", "-", "--partial", stdin=lines, code=5)
        self.assertEqual((partly["appended"], partly["conflicts"]), (1, 1))


class Atomicity(TenureTest):
    def test_one_bad_line_keeps_all_out(self):
        lines = event("a", "identity.registered", ALICE) + "nonsense\n" + event("b", "identity.registered", {"identity": "user:bob"})
        ran = self.fails(1, "standard input:2: ", "append", "-", stdin=lines)
        self.assertIn("appended 0", ran.out)
        self.assertEqual(self.question("status")["results"][0]["events"], 0)

    def test_partial_takes_the_rest(self):
        lines = event("a", "identity.registered", ALICE) + "nonsense\n" + event("b", "identity.registered", {"identity": "user:bob"})
        answer = self.question("append", "-", "--partial", stdin=lines, code=5)
        self.assertEqual((answer["appended"], answer["refused"]), (2, 1))
        self.assertEqual([e["line"] for e in answer["events"]], [2])

    def test_above_ten_thousand_it_goes_batch_by_batch(self):
        lines = "".join(event(f"u{i}", "identity.registered", {"identity": f"user:u{i}"}) for i in range(10_000))
        answer = self.question("append", "-", stdin=lines + "nonsense\n", code=5)
        self.assertEqual((answer["appended"], answer["refused"], answer["batches"], answer["stopped"]), (10_000, 1, 1, True))
        answer = self.question("append", "-", stdin=lines + event("last", "identity.registered", {"identity": "user:last"}))
        self.assertEqual((answer["appended"], answer["duplicates"], answer["batches"]), (1, 10_000, 2))


class Refusals(TenureTest):
    def refused(self, line, code):
        ran = self.fails(1, code, "append", "-", stdin=line)
        self.assertIn("standard input:1: ", ran.err)
        return ran

    def test_truncated_json(self):
        self.refused(event("a", "identity.registered", ALICE)[:-20] + "\n", "event_")

    def test_an_event_of_300_kib(self):
        self.refused(event("a", "identity.registered", {**ALICE, "attributes": {"x": "y" * 300 * 1024}}), "event_too_large")

    def test_a_bad_time(self):
        self.refused(event("a", "identity.registered", ALICE, time="2026-13-01T00:00:00Z"), "event_time")
        self.refused(event("a", "identity.registered", ALICE, time="2026-01-01T00:00:00"), "event_time_without_zone")
        self.refused(event("a", "identity.registered", ALICE, time="2026-01-01T00:00:60Z"), "event_time")

    def test_an_unknown_type(self):
        self.refused(event("a", "identity.reborn", ALICE), "event_type_unknown")

    def test_a_mistyped_field(self):
        ran = self.refused(event("a", "grant.issued", {"grant": "g", "principal": "user:alice", "role": "role:r",
                                                       "expire_at": "2026-02-01T00:00:00Z"}), "event_field_unknown")
        self.assertIn("expire_at", ran.err)

    def test_a_secret(self):
        pem = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\n-----END RSA " + "PRIVATE KEY-----"
        self.refused(event("a", "identity.registered", {**ALICE, "attributes": {"note": pem}}), "secret")

    def test_a_subject_that_is_not_the_key(self):
        self.refused(event("a", "identity.registered", ALICE, subject="user:bob"), "event_subject")

    def test_a_retraction_of_what_nobody_saw_needs_its_topic(self):
        data = {"target": {"source": "test/office", "id": "later"}, "key": "user:alice", "reason": "wrong"}
        self.refused(event("a", "event.retracted", data), "event_retraction_target_unknown")
        answer = self.question("append", "-", "--list", stdin=event("a", "event.retracted", data, tenuretopic="tenure.access"))
        self.assertEqual(answer["events"][0]["position"]["topic"], "tenure.access")

    def test_a_retraction_goes_where_its_target_is(self):
        self.append("three.ndjson")
        self.ok("append", "-", stdin=event("other", "grant.issued", {"grant": "g-2", "principal": "user:bob", "role": "role:db-reader"}))
        data = {"target": {"source": "test/office", "id": "t3"}, "key": "user:alice", "reason": "wrong"}
        answer = self.question("append", "-", "--list", stdin=event("a", "event.retracted", data))
        self.assertEqual(answer["events"][0]["position"]["topic"], "tenure.access")
        self.assertEqual(self.question("what", "user:alice", "--as-of", "2026-02-01")["results"], [])


class Files(TenureTest):
    def test_a_file_that_is_not_there(self):
        self.fails(2, "input_not_readable", "append", self.dir / "missing.ndjson")
        self.fails(2, "input_not_readable", "append", self.dir)

    def test_empty_lines_and_carriage_returns(self):
        lines = "\n" + event("a", "identity.registered", ALICE).replace("\n", "\r\n") + "\n \n"
        self.assertEqual(self.question("append", "-", stdin=lines)["appended"], 1)

    def test_an_empty_file_makes_an_empty_record(self):
        self.assertEqual(self.question("append", "-", stdin="")["appended"], 0)
        answer = self.question("check", "user:alice", "read", "doc:x", code=3)
        self.assertTrue(answer["before_record"])

    def test_a_reader_who_leaves_is_no_error(self):
        self.append("office.ndjson")
        env = {"TENURE_DATA": str(self.data), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(f"'{BINARY}' events --raw | head -1; exit ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash",
                              capture_output=True, env=env, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(len(done.stdout.splitlines()), 1)


if __name__ == "__main__":
    main()
