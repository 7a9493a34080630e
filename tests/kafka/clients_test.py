"""Other people's clients: what they read of what tenure wrote, and what they cannot make it believe."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess

import testing
from case import RecordTest, event, granted, registered
from programs import RecordProducer, consume

setUpModule = testing.required
PARTITIONS = 12
CONTENT_TYPE = ["content-type", "application/cloudevents+json; charset=UTF-8"]


def written():
    """(plane, record key, event)"""
    for n in range(16):
        who = f"user:zoë-{n}"
        yield "tenure.identity", who, registered(who)
        yield "tenure.access", who, granted(who, f"g-{n}")
        yield "tenure.access", f"role:r-{n}", event("role.defined", 1, {"role": f"role:r-{n}", "permissions": []})
        used = {"identity": who, "action": "read", "resource": "bucket:a", "outcome": "allowed"}
        yield "tenure.usage", who, event("access.used", 3, used)
        yield "tenure.governance", f"rv-{n}", event("review.closed", 4, {"review": f"rv-{n}"})


class Clients(RecordTest):
    def test_a_java_consumer_reads_what_tenure_wrote_where_a_java_producer_would_have_put_it(self):
        places = self.write()
        for plane in self.PLANES:
            records = consume(self.kafka, self.prefix + plane)
            self.assertEqual([r["headers"] for r in records], [[CONTENT_TYPE]] * len(records))
            self.assertEqual({r["timestamp_type"] for r in records}, {"LogAppendTime"})
            self.assert_written(plane, [(r["key"], json.loads(r["value"]), r["partition"]) for r in records], places)

    def test_kcat_reads_what_tenure_wrote(self):
        kcat = shutil.which("kcat")
        if kcat is None:
            self.assertNotEqual(os.environ.get("CI"), "true", "CI takes no skipped test: there is no kcat (Debian: kcat)")
            self.skipTest("there is no kcat (Debian: kcat)")
        places = self.write()
        for plane in self.PLANES:
            ran = subprocess.run(
                [kcat, "-C", "-b", self.kafka.bootstrap, "-t", self.prefix + plane, "-o", "beginning", "-e", "-q", "-J"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=True)
            records = [json.loads(line) for line in ran.stdout.splitlines()]
            self.assertEqual([r["headers"] for r in records], [CONTENT_TYPE] * len(records))
            self.assert_written(plane, [(r["key"], json.loads(r["payload"]), r["partition"]) for r in records], places)

    def write(self):
        """Appends all; {key: partition} as Kafka's own producer picks it for this number of partitions."""
        self.topics(PARTITIONS)
        self.tenure("append", self.file([e for _, _, e in written()]))
        theirs = self.prefix + "theirs"
        self.admin.create_topic(theirs, PARTITIONS)
        with RecordProducer(self.kafka) as producer:
            return {key: producer.send(theirs, "x", key=key)[0] for key in {key for _, key, _ in written()}}

    def assert_written(self, plane, records, places):
        expected = [(key, e, places[key]) for topic, key, e in written() if topic == plane]
        self.assertGreater(len({partition for _, _, partition in expected}), 3)
        def by_id(record):
            return record[1]["id"]
        self.assertEqual(sorted(records, key=by_id), sorted(expected, key=by_id))

    def test_a_writer_that_no_door_signed_is_not_believed(self):
        self.topics()
        grants = [granted("user:a", f"g-{n}") for n in range(4)]
        named = ["tenure-writer", "user:evil"]
        signed = [
            [named],
            [named, ["tenure-writer-hmac", "forged"]],
            [named, ["tenure-writer-hmac", signature(grants[2], "user:evil", b"guessed")]],
            [named, ["tenure-writer-hmac", signature(grants[3], "user:evil", b"")]],  # tenure was given no key
        ]
        with RecordProducer(self.kafka) as producer:
            for grant, headers in zip(grants, signed):
                producer.send(self.prefix + "tenure.access", json.dumps(grant), key="user:a", headers=headers)
        records = consume(self.kafka, self.prefix + "tenure.access")
        self.assertEqual([r["headers"][0] for r in records], [named] * 4)
        self.tenure("append", self.file([registered("user:a")]))
        rows = self.answer("events")["results"]
        self.assertEqual([row["verified_writer"] for row in rows], [None] * 5)
        answer = self.answer("what", "user:a", "--as-of", "2026-01-10", kafka=False)
        self.assertEqual(len(answer["results"]), 4)
        self.assertEqual({e["verified_writer"] for e in answer["evidence"]}, {None})


def signature(event, writer, door_key):
    """The HMAC as a door makes it, as a header's bytes."""
    content = {name: event[name] for name in ("data", "time", "type")}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    parts = (event["source"].encode(), event["id"].encode(), hashlib.sha256(canonical).digest(), writer.encode())
    message = b"".join(b"%d:%s" % (len(part), part) for part in parts)
    return {"base64": base64.b64encode(hmac.digest(door_key, message, "sha256")).decode()}


if __name__ == "__main__":
    testing.main()
