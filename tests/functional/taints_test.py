"""What an answer says of the records that make it incomplete: each once, at its own place."""
from harness import TenureTest, event, main


class Taints(TenureTest):
    """One dead letter, tenure.identity/0@1, that puts user:alice in doubt on two planes: a retraction on another topic than
    its target's, which came later."""

    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=event("i1", "identity.registered", {"identity": "user:alice"}) +
                event("r1", "event.retracted", {"target": {"source": "test/office", "id": "g1"}, "key": "user:alice", "reason": "x"},
                      tenuretopic="tenure.identity"))
        self.ok("append", "-", stdin=event("g1", "grant.issued", {
            "grant": "g1", "principal": "user:alice",
            "permissions": [{"effect": "allow", "actions": ["read"], "resources": ["bucket:prod"]}]}))

    def test_each_names_the_record_and_the_plane_in_doubt(self):
        taints = self.question("what", "user:alice", code=3)["taints"]
        for taint in taints:
            self.assertEqual(list(taint), ["plane", "key", "from", "until", "topic", "partition", "offset", "reason"])
            self.assertEqual((taint["topic"], taint["partition"], taint["offset"]), ("tenure.identity", 0, 1))
            self.assertEqual(taint["key"], "user:alice")
        self.assertEqual(sorted(taint["plane"] for taint in taints), ["access", "identity"])

    def test_a_person_is_told_of_one_record_once(self):
        for args in (["what", "user:alice"], ["who", "read", "bucket:prod"], ["identities"]):
            out = self.tenure(*args).out
            self.assertIn("1 record could not be taken", out)
            self.assertEqual(out.count("tenure.identity/0@1, about user:alice"), 1, out)

    def test_csv_says_so_on_standard_error(self):
        ran = self.tenure("who", "read", "bucket:prod", "--csv")
        self.assertEqual(ran.code, 3)
        self.assertIn("tenure: incomplete: ", ran.err)
        self.assertIn("tenure.identity/0@1, about user:alice", ran.err)
        self.assertNotIn("incomplete", ran.out)


if __name__ == "__main__":
    main()
