"""What the binary writes and makes on Kafka is what schemas/asyncapi.yaml says."""
import json
import os
import pathlib
import signal
import sys
import unittest

import testing
from process import wait_until
from programs import consume
from case import RecordTest, granted, registered

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
import asyncapi  # noqa: E402


def setUpModule():
    testing.required()
    if asyncapi.missing and os.environ.get("CI") == "true":
        raise AssertionError(f"the AsyncAPI document cannot be tested: {asyncapi.missing}")
    if asyncapi.missing:
        raise unittest.SkipTest(asyncapi.missing)


class OneBroker(RecordTest):
    def setUp(self):
        super().setUp()
        self.channels = asyncapi.document()["channels"]

    def assert_is(self, message, record):
        """A record as it lies on the topic, against a message of the document."""
        self.assertEqual(asyncapi.wrong(json.loads(record["value"]), message["payload"]), [])
        self.assertEqual(asyncapi.wrong(dict(record["headers"]), message["headers"]), [])
        self.assertEqual(asyncapi.wrong(record["key"], message["bindings"]["kafka"]["key"]), [])

    def test_topics_have_the_settings(self):
        self.topics(12)
        for channel in self.channels.values():
            kafka = channel["bindings"]["kafka"]
            made = self.admin.describe_topic(self.prefix + channel["address"])
            self.assertEqual(len(made["partitions"]), kafka["partitions"])
            for setting, value in kafka["topicConfiguration"].items():
                self.assertEqual(made["config"][setting], ",".join(value) if isinstance(value, list) else str(value))

    def test_events_are_the_messages_of_their_channel(self):
        self.topics()
        self.tenure("append", self.file([registered("user:a"), granted("user:a", "g")]))
        for channel, message in (("identity", "IdentityRegistered"), ("access", "GrantIssued")):
            records = consume(self.kafka, self.prefix + self.channels[channel]["address"])
            self.assertEqual(len(records), 1)
            self.assert_is(self.channels[channel]["messages"][message], records[0])
            self.assertEqual(records[0]["key"], "user:a")

    def test_a_dead_letter_is_announced_as_it_says(self):
        self.topics(3)
        unreadable = ["garbage", '{"specversion":"1.0"}', json.dumps(registered("user:a"))]
        at = self.send("tenure.access", *unreadable, key="user:a")
        at += self.send("tenure.usage", None, key="user:b")
        projector = self.run_beside()
        channel = self.channels["deadLetter"]
        topic = self.prefix + channel["address"]
        wait_until(lambda: sum(p["end"] for p in self.admin.offsets(topic).values()) == len(at), 60, "the announcements")
        projector.send_signal(signal.SIGTERM)
        self.assertEqual(projector.wait(30), 0)
        records = consume(self.kafka, topic)
        said = {}
        for record in records:
            self.assert_is(channel["messages"]["DeadLetter"], record)
            value = json.loads(record["value"])
            self.assertEqual(value["id"], record["key"])
            self.assertEqual(value["id"], f"{value['topic']}/{value['partition']}/{value['offset']}")
            said[value["topic"], value["partition"], value["offset"]] = value["reason"]
        expected = {("tenure.access", *place) for place in at[:3]} | {("tenure.usage", *at[3])}
        self.assertEqual(set(said), expected)
        self.assertEqual(said["tenure.access", *at[2]], "event_misplaced")


if __name__ == "__main__":
    testing.main()
