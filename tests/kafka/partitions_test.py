"""Partitions that come later: what is on them is not known until it is projected, and answers say so."""
import json

import testing
from process import wait_until
from case import RecordTest, granted, registered

setUpModule = testing.required


class NewPartitions(RecordTest):
    ASK = ("check", "user:a", "read", "bucket:a", "--as-of", "2026-01-10")

    def setUp(self):
        super().setUp()
        self.topics()
        self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")]))

    def add_one_with(self, event):
        topic = self.prefix + "tenure.access"
        before = len(self.admin.offsets(topic))
        self.admin.add_partitions(topic, before + 1)
        self.send("tenure.access", json.dumps(event), key="user:a", partition=before)
        self.assertEqual(self.admin.offsets(topic)[before]["end"], 1)

    def revoked(self):
        return {**granted("user:a", "g", day=3), "id": "r", "type": "tenure.grant.revoked.v1",
                "data": {"grant": "g", "principal": "user:a"}}

    def test_an_answer_is_incomplete_until_they_are_projected_and_its_token_says_so_for_ever(self):
        known = self.answer(*self.ASK)
        self.assertTrue(known["complete"])
        self.add_one_with(self.revoked())

        asked = self.tenure(*self.ASK, "--json", code=3)
        before = json.loads(asked.stdout)
        self.assertFalse(before["complete"])
        self.assertEqual(before["unread"], [{"topic": "tenure.access", "partition": 1}])
        self.assertIn("nothing of tenure.access/1 is projected yet", " ".join(self.tenure(*self.ASK, code=3).stdout.split()))
        self.assertFalse(self.answer(*self.ASK, "--as-known-at", "now")["complete"])

        self.tenure("append", self.file([registered("user:b")]))
        after = json.loads(self.tenure(*self.ASK, "--json", code=1).stdout)
        self.assertTrue(after["complete"])
        self.assertNotIn("unread", after)
        self.assertEqual(after["results"][0]["decision"], "no")
        for answer in (known, before):
            again = self.answer(*self.ASK, "--as-known-at", answer["as_known_at"]["position"])
            self.assertEqual({**again, "behind": None}, {**answer, "behind": None})

    def test_a_partition_without_records_hides_nothing(self):
        self.admin.add_partitions(self.prefix + "tenure.access", 3)
        self.assertTrue(self.answer(*self.ASK)["complete"])

    def test_a_running_projector_finds_them(self):
        self.run_beside()
        self.add_one_with(self.revoked())
        wait_until(lambda: self.answer(*self.ASK, kafka=False)["results"][0]["decision"] == "no", 60, "the new partition")
        self.assertTrue(self.answer(*self.ASK, kafka=False)["complete"])


if __name__ == "__main__":
    testing.main()
