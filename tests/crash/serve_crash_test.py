"""kill -9 of the service while many append: what was acknowledged is there when it runs again, once, and sending all again adds the rest.

TENURE_SERVE_KILLS says how often it is killed (4), each time later.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))

import harness  # noqa: E402
import server  # noqa: E402

KILLS = int(os.environ.get("TENURE_SERVE_KILLS", "4"))
CLIENTS, NDJSON = 8, {"Content-Type": "application/x-ndjson"}


def batch(name):
    """Two events on two planes, all or nothing."""
    return (harness.event(f"i-{name}", "identity.registered", {"identity": f"user:{name}"}) +
            harness.event(f"g-{name}", "grant.issued", {"grant": f"g-{name}", "principal": f"user:{name}", "role": "role:r"}))


class ServeCrash(server.ServedTest):
    def test_what_was_acknowledged_survives_and_nothing_is_doubled(self):
        sent, acknowledged = set(), set()
        for kill in range(KILLS):
            served = self.serve()
            answers = []

            def produce(number):
                connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
                for n in range(100_000):
                    name = f"{kill}-{number}-{n}"
                    sent.add(name)
                    try:
                        answer = server.ask(connection, "POST", "/v1/events", batch(name), NDJSON)
                    except (OSError, http.client.HTTPException):
                        return
                    self.assertEqual(answer.status, 202, answer.body)
                    acknowledged.add(name)
                    answers.append(name)

            with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
                clients = [pool.submit(produce, i) for i in range(CLIENTS)]
                while len(answers) < 20 + 37 * kill:
                    self.assertFalse(any(c.done() for c in clients))
                served.process.kill()
                served.process.communicate()
                for client in clients:
                    client.result()
            self.assertLess(served.process.returncode, 0, "it was killed")
            self.check(sent, acknowledged)
        served = self.serve()
        for name in sorted(sent):
            self.assertEqual(served.post("/v1/events", batch(name), NDJSON).status, 202)
        served.stop()
        acknowledged |= sent
        self.check(sent, acknowledged)

    def check(self, sent, acknowledged):
        served = self.serve()  # catches up with what the kill left
        lines = served.get("/v1/events", Accept="application/x-ndjson").body.splitlines()
        self.assertTrue(served.post("/v1/verify").json()["results"][0]["equal"])
        served.stop()
        ids = [json.loads(line)["event"]["id"] for line in lines]
        self.assertEqual(len(ids), len(set(ids)), "an event is there twice")
        there = {i[2:] for i in ids}
        self.assertLessEqual(acknowledged, there, "an acknowledged event is lost")
        self.assertLessEqual(there, sent)
        self.assertEqual(len(ids), 2 * len(there), "half of an append is there")


if __name__ == "__main__":
    harness.main()
