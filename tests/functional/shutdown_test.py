"""The end of the service: what was sent before it is answered whole, what comes later is refused, and the exit code is 0."""
import concurrent.futures
import http.client
import json
import signal
import socket
import time

from harness import event, main
from server import ServedTest, ask

NDJSON = {"Content-Type": "application/x-ndjson"}


def registered(name):
    return event(name, "identity.registered", {"identity": f"user:{name}"})


class Ending(ServedTest):
    def known(self):
        return {r["ref"][len("user:"):] for r in self.question("identities", "--limit", "100000")["results"]}

    def test_under_load_every_request_sent_before_is_answered_and_none_is_cut_off(self):
        served = self.serve()
        answered, asked_to_end = [], []
        NOTHING, WHOLE = "no byte of an answer", "whole"

        def client(number, keep):
            """(when sent, outcome, event) of each request, until the service refuses."""
            seen, connection = [], http.client.HTTPConnection(served.host, served.port, timeout=60)
            for n in range(100_000):
                name = f"c{number}-{n}"
                try:
                    if connection.sock is None:
                        connection.connect()
                    post = n % 2
                    connection.request(*(("POST", "/v1/events", registered(name), NDJSON) if post else
                                         ("GET", "/v1/check?subject=user:a&action=read&resource=bucket:b")))
                    sent = time.monotonic()
                    response = connection.getresponse()
                except ConnectionRefusedError:
                    return seen
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                    seen.append((time.monotonic(), NOTHING, None))
                    connection.close()
                    continue
                response.read()  # raises IncompleteRead if it is cut off
                self.assertEqual(response.status, 202 if post else 200)
                seen.append((sent, WHOLE, name if post else None))
                answered.append(1)
                if not keep:
                    connection.close()
            return self.fail("never refused")

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            clients = [pool.submit(client, i, i % 2 == 0) for i in range(8)]
            while len(answered) < 300:
                self.assertFalse(any(c.done() for c in clients))
            asked_to_end.append(time.monotonic())
            served.process.send_signal(signal.SIGTERM)
            outcomes = [outcome for c in clients for outcome in c.result()]
        self.assertEqual(served.stop(), 0)
        early_and_lost = [o for o in outcomes if o[0] < asked_to_end[0] and o[1] != WHOLE]
        self.assertEqual(early_and_lost, [])
        acknowledged = {name for _, _, name in outcomes if name}
        self.assertGreater(len(acknowledged), 100)
        self.assertLessEqual(acknowledged, self.known())

    def test_what_was_sent_before_is_answered_even_if_nobody_had_looked_at_it(self):
        served = self.serve("--threads", "2")
        kept = http.client.HTTPConnection(served.host, served.port, timeout=60)
        self.assertEqual(ask(kept, "GET", "/v1/status").status, 200)
        served.process.send_signal(signal.SIGSTOP)
        connections = [kept] + [http.client.HTTPConnection(served.host, served.port, timeout=60) for _ in range(6)]
        for i, connection in enumerate(connections):
            connection.request("POST", "/v1/events", registered(f"w{i}"), NDJSON)
        served.process.send_signal(signal.SIGTERM)
        served.process.send_signal(signal.SIGCONT)
        for connection in connections:
            response = connection.getresponse()
            self.assertEqual((response.status, response.getheader("Connection")), (202, "close"), response.read())
            response.read()
        self.assertEqual(served.stop(), 0)
        self.assertEqual(self.known(), {f"w{i}" for i in range(7)})

    def test_a_request_whose_body_is_still_coming_is_finished_and_a_new_connection_refused(self):
        served = self.serve()
        body = registered("slow").encode()
        with socket.create_connection((served.host, served.port), timeout=60) as s:
            s.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                      b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
            self.assertIn(b"100 Continue", s.recv(4096))  # the head was read
            served.process.send_signal(signal.SIGTERM)
            while True:
                try:
                    socket.create_connection((served.host, served.port), timeout=60).close()
                except ConnectionRefusedError:
                    break
            s.sendall(body)
            response = http.client.HTTPResponse(s)
            response.begin()
            self.assertEqual((response.status, response.getheader("Connection")), (202, "close"))
            self.assertEqual(json.loads(response.read())["appended"], 1)
        self.assertEqual(served.stop(), 0)
        self.assertEqual(self.known(), {"slow"})

    def test_a_stream_that_follows_is_ended_whole(self):
        self.append("office.ndjson")
        served = self.serve()
        connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
        connection.request("GET", "/v1/events", headers={"Accept": "text/event-stream"})
        response = connection.getresponse()
        first = response.read(20)
        served.process.send_signal(signal.SIGTERM)
        whole = first + response.read()  # raises IncompleteRead without the last chunk
        self.assertEqual(whole.count(b"event: event"), self.question("status")["results"][0]["events"])
        self.assertTrue(whole.endswith(b"\n\n"))
        self.assertEqual(served.stop(), 0)


    def test_being_asked_twice_ends_it_no_less_orderly(self):
        self.append("office.ndjson")
        served = self.serve()
        served.process.send_signal(signal.SIGTERM)
        while served.process.poll() is None:
            served.process.send_signal(signal.SIGTERM)
        self.assertEqual(served.process.returncode, 0)
        self.assertIn("ended", served.said())


class EndingStreams(ServedTest):
    EVENTS = 20_000  # more than what sockets hold

    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=self.ok("generate", "--events", str(self.EVENTS)).out)
        self.served = self.serve()
        self.connection = http.client.HTTPConnection(self.served.host, self.served.port, timeout=60)
        self.connection.request("GET", "/v1/events", headers={"Accept": "application/x-ndjson"})
        self.response = self.connection.getresponse()
        self.first = self.response.read(1000)
        self.served.process.send_signal(signal.SIGTERM)

    def test_a_reader_who_goes_on_reading_gets_all_of_it(self):
        whole = self.first + self.response.read()
        self.assertEqual(len(whole.splitlines()), self.EVENTS)
        self.assertEqual(self.served.stop(), 0)

    def test_a_reader_who_does_not_can_tell_that_it_is_a_part(self):
        self.assertEqual(self.served.process.wait(timeout=60), 0)
        with self.assertRaises((http.client.IncompleteRead, ConnectionResetError)):
            self.response.read()


if __name__ == "__main__":
    main()
