"""The AsyncAPI document says of Kafka what is so: topics, partitions, headers of both modes, and the announcement of a dead letter."""
import os
import re
import unittest

import asyncapi
from harness import TenureTest, main

STRUCTURED = {"content-type": "application/cloudevents+json; charset=UTF-8"}
BINARY = {"content-type": "application/json", "ce_specversion": "1.0", "ce_id": "1", "ce_source": "hr",
          "ce_type": "tenure.identity.retired.v1", "ce_time": "2026-01-01T00:00:00Z"}


def setUpModule():
    if asyncapi.missing and os.environ.get("CI") == "true":
        raise AssertionError(f"the AsyncAPI document cannot be tested: {asyncapi.missing}")
    if asyncapi.missing:
        raise unittest.SkipTest(asyncapi.missing)


class Document(TenureTest):
    def setUp(self):
        super().setUp()
        self.document = asyncapi.document()
        self.channels = self.document["channels"]

    def test_every_channel_is_a_topic_as_topics_create_makes_it(self):
        help_text = self.ok("topics", "create", "--help").out
        default = {name: int(re.search(rf"--{name}.*?\((\d+)\)", help_text, re.S)[1]) for name in ("partitions", "replication")}
        self.assertEqual(len(self.channels), 5)
        for channel in self.channels.values():
            kafka = channel["bindings"]["kafka"]
            self.assertEqual(kafka["topic"], channel["address"])
            self.assertEqual((kafka["partitions"], kafka["replicas"]), (default["partitions"], default["replication"]))

    def test_every_type_of_event_is_a_message_with_its_schema_and_key(self):
        types = {f"tenure.{name}" for name in self.ok("schema").out.split() if name.endswith(".v1")}
        events = {m["name"]: m for c in self.channels.values() for m in c["messages"].values() if m["name"] != "tenure.dead_letter"}
        self.assertEqual(set(events), types)
        self.assertEqual(len(events), 29)
        for name, message in events.items():
            with self.subTest(name=name):
                self.assertEqual(message["bindings"]["kafka"]["key"]["type"], "string")
                self.assertEqual(message["payload"]["properties"]["type"], {"const": name})
                event = {"specversion": "1.0", "source": "s", "id": "1", "type": name, "time": "2026-01-01T00:00:00Z"}
                examples = message["payload"]["properties"]["data"]["examples"]
                self.assertTrue(examples)
                for data in examples:
                    self.assertEqual(asyncapi.wrong({**event, "data": data}, message["payload"]), [])

    def test_headers_are_those_of_one_mode_or_the_other(self):
        headers = self.channels["identity"]["messages"]["IdentityRetired"]["headers"]
        for good in (STRUCTURED, BINARY, {}, {**STRUCTURED, "tenure-writer": "hr", "tenure-writer-hmac": "…"}):
            self.assertEqual(asyncapi.wrong(good, headers), [], good)
        for bad in ({"content-type": "text/plain"}, {**BINARY, "ce_specversion": "0.3"}, {**STRUCTURED, "ce_specversion": "1.0"}):
            self.assertNotEqual(asyncapi.wrong(bad, headers), [], bad)

    def test_the_example_of_a_dead_letter_is_one(self):
        message = self.channels["deadLetter"]["messages"]["DeadLetter"]
        examples = [e["payload"] for e in message["examples"]]
        self.assertTrue(examples)
        for example in examples:
            self.assertEqual(asyncapi.wrong(example, message["payload"]), [])
        for change in ({"body": "…"}, {"topic": "tenure.dead-letter"}, {"offset": -1}, {"id": "tenure.access/3"}, {"reason": ""}):
            self.assertNotEqual(asyncapi.wrong({**examples[0], **change}, message["payload"]), [], change)


if __name__ == "__main__":
    main()
