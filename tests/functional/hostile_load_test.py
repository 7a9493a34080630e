"""Clients that are slow, that leave, that never read, and that are too many: the others are answered meanwhile, and nothing is left of them.

TENURE_DEEP=1 opens 10,000 connections instead of 400.
"""
import os
import select
import shutil
import threading

from attack import CHECK, MIB, Attack, Wire, allow_descriptors, descriptors, memory_bytes, request
from harness import TenureTest, event, main
from served import wait_until

DEEP = bool(os.environ.get("TENURE_DEEP"))
SLOW = 150
SHORT = ("--head-timeout", "3s", "--body-timeout", "3s")


class Slow(Attack, TenureTest):
    def test_heads_and_bodies_that_come_a_byte_at_a_time_have_their_time_and_no_more(self):
        self.attacked(*SHORT)
        head = request("GET", CHECK, *(f"X{i}: {i}" for i in range(400)))
        body = request("POST", "/v1/events", "Content-Type: application/x-ndjson", "Content-Length: 100000")
        slow = [self.wire() for _ in range(SLOW)]
        for number, wire in enumerate(slow):
            wire.send(body if number % 2 else head[:20])
        answered = 0
        stop = threading.Event()

        def drip():
            at = 20
            while not stop.wait(0.05):
                at += 1
                for wire in slow:
                    wire.send(head[at:at + 1])  # of a body any byte will do

        dripping = threading.Thread(target=drip)
        dripping.start()
        self.addCleanup(dripping.join)
        self.addCleanup(stop.set)
        ends = []
        for wire in slow:
            self.assert_answers_rightly()
            answered += 1
            ends.append([answer.status for answer in wire.read_to_end()])
        self.assertEqual(answered, SLOW)
        self.assertEqual({tuple(end) for end in ends}, {(408,)})

    def test_who_says_nothing_is_let_go_without_a_word(self):
        self.attacked(*SHORT)
        silent = [self.wire() for _ in range(SLOW)]
        kept = self.wire()
        kept.send(request("GET", "/livez"))
        self.assert_answers_rightly()
        for wire in silent:
            self.assertEqual((wire.read_to_end(), wire.ended), ([], "closed"))
        self.assertEqual([a.status for a in kept.read_to_end()], [200], "nor is more said after an answer")

    def test_an_end_in_the_midst_of_it_all_is_in_good_order(self):
        self.attacked()
        for data in (b"", b"GET /li", request("GET", "/v1/events", "Accept: text/event-stream"), request("GET", "/livez")):
            wire = self.wire()
            wire.send(data)
        self.assert_answers_rightly()
        self.end()

    def test_an_end_while_requests_are_half_read_is_in_good_order_after_the_time_of_grace(self):
        self.attacked()
        for number in range(20):
            wire = self.wire()
            wire.send((request("POST", "/v1/events", "Content-Length: 1000") + b"x", request("GET", "/livez") + b"GET /li")[number % 2])
        self.assert_answers_rightly()
        self.end()


class Leaving(Attack, TenureTest):
    def test_who_has_said_all_and_closes_one_half_is_answered(self):
        self.attacked()
        for data, statuses in ((request("GET", CHECK), [200]), (request("GET", "/livez") * 3, [200] * 3), (b"", []), (b"GET /livez HT", []),
                               (request("POST", "/v1/events", "Content-Type: application/x-ndjson", "Content-Length: 9"), [])):
            wire = self.wire()
            wire.send(data)
            wire.finish_sending()
            self.assertEqual([a.status for a in wire.read_to_end()], statuses, data)
        wire = self.wire()
        wire.send(request("GET", "/v1/events"))
        wire.finish_sending()
        while wire.read_some():
            pass
        self.assertIn(b'"user:alice"', wire.seen)
        self.assertTrue(wire.seen.endswith(b"0\r\n\r\n"), "a stream too, to its end")

    def test_connections_that_are_reset_leave_nothing(self):
        self.attacked()
        following = request("GET", "/v1/events", "Accept: text/event-stream")
        for number in range(600):
            wire = Wire(self.served.port)
            wire.send((b"", b"GET", request("GET", CHECK), request("GET", "/livez") * 50, following,
                       request("POST", "/v1/events", "Content-Length: 1000") + b"x")[number % 6])
            wire.reset()
        self.assert_answers_rightly()


class NeverReading(Attack, TenureTest):
    GROWTH_BYTES_MAX = 320 * MIB
    READERS = 60

    def many(self):
        path = self.dir / "many.ndjson"
        path.write_text("".join(event(f"r{i}", "identity.registered", {"identity": f"user:u{i:05}", "display_name": "x" * 3000})
                                for i in range(6000)))
        return path

    def attack(self, data):
        self.ok("append", self.many())
        self.attacked(*SHORT, "--max-buffered", "32MiB")
        wires = [self.wire(receive_bytes=4096) for _ in range(self.READERS)]
        for wire in wires:
            wire.send(data)
        self.most = 0

        def all_gone():
            self.assert_answers_rightly()
            self.most = max(self.most, memory_bytes(self.served.pid))
            return descriptors(self.served.pid) <= self.before

        wait_until(all_gone, "the end of those that don't read", 60)
        print(f"{(self.most - self.memory_before) >> 20} MiB more at most")
        self.assertLess(self.most - self.memory_before, self.GROWTH_BYTES_MAX)

    def test_streams_that_nobody_reads_cost_a_little_and_end(self):
        self.attack(request("GET", "/v1/events"))

    def test_server_sent_events_that_nobody_reads_cost_a_little_and_end(self):
        self.attack(request("GET", "/v1/events", "Accept: text/event-stream"))

    def test_large_answers_that_nobody_reads_have_a_bound_together(self):
        self.attack(request("GET", "/v1/identities?limit=100000"))
        self.assertIn('tenure_http_turned_away_total{why="bytes"}', self.served.get("/metrics").body)

    def test_answers_without_end_to_one_who_reads_none(self):
        self.attacked(*SHORT)
        wire = self.wire(receive_bytes=4096)
        wire.socket.settimeout(1)
        try:
            for _ in range(100):
                if not wire.send(request("GET", "/openapi.yaml") * 100):
                    break
        except TimeoutError:
            pass
        self.assert_answers_rightly()


class Waiting(Attack, TenureTest):
    def ahead(self):
        """A position that this record hasn't reached: of a copy of it, which has gone on."""
        copy = self.dir / "copy"
        shutil.copytree(self.data, copy)
        return self.ok("append", "-", stdin=event("later", "identity.registered", {"identity": "user:later"}), data=copy).token()

    def test_who_waits_for_a_position_holds_up_nobody(self):
        self.append("three.ndjson")
        token = self.ahead()
        self.attacked("--threads", "1", "--max-in-flight", "20")
        waiting = [self.wire() for _ in range(30)]
        for number, wire in enumerate(waiting):
            path = (CHECK, "/v1/identities?limit=1")[number % 2]
            wire.send(request("GET", path + f"&at_least={token}&wait=30s", "Connection: close"))
        turned = wait_until(lambda: len(answered_of(waiting)) == 10 and answered_of(waiting), "those too many to wait")
        self.assertEqual({wire.read_to_end()[0].status for wire in turned}, {503})
        waiting = [wire for wire in waiting if wire not in turned]
        for _ in range(10):
            self.assert_answers_rightly()
            self.assertEqual(self.served.get("/v1/identities").status, 200)
        self.assertEqual(answered_of(waiting), [], "the others wait")
        self.assertEqual(self.served.append(event("later", "identity.registered", {"identity": "user:later"})).status, 202)
        self.assertEqual({wire.read_to_end()[0].status for wire in waiting}, {200}, "what they waited for has come")


def answered_of(wires):
    by_socket = {wire.socket: wire for wire in wires}
    return [by_socket[ready] for ready in select.select(by_socket, [], [], 0)[0]]


class Many(Attack, TenureTest):
    GROWTH_BYTES_MAX = (512 if DEEP else 64) * MIB

    def test_as_many_as_there_is_room_for_are_answered(self):
        wanted = 10_000 if DEEP else 400
        self.assertGreater(allow_descriptors(wanted + 2000), wanted + 100, "this process may not open so many")
        self.attacked("--head-timeout", "10m")
        wires = [self.wire() for _ in range(wanted)]
        for turn in (1, 2):
            for wire in wires:
                wire.send(request("GET", "/livez"))
            self.assertEqual({len(wire.read_answers(turn)) for wire in wires}, {turn})
        self.assertEqual({answer.status for wire in wires for answer in wire.answers()}, {200})
        each = (memory_bytes(self.served.pid) - self.memory_before) / wanted
        print(f"{wanted} connections, {each / 1024:.1f} KiB each")
        self.assertLess(each, 48 << 10)
        self.assertIn(f"tenure_http_connections {wanted + 1}", self.served.get("/metrics").body)

    def test_more_than_there_is_room_for_are_told_so_and_room_comes_back(self):
        self.attacked("--max-connections", "50")
        inside = [self.wire() for _ in range(50)]
        for wire in inside:
            wire.send(request("GET", "/livez"))
            self.assertEqual(len(wire.read_answers(1)), 1)
        for _ in range(200):
            with Wire(self.served.port) as wire:
                wire.send(request("GET", "/livez"))
                answers = wire.read_to_end()
                self.assertEqual([a.status for a in answers], [503], wire.seen)
                self.assert_problem(answers[0])
                self.assertIn("retry-after", answers[0].headers)
        for wire in inside:
            wire.send(request("GET", CHECK))
            self.assertEqual(wire.read_answers(2)[1].status, 200, "who was inside stays")
        inside.pop().close()
        wait_until(lambda: self.served.get("/livez").status == 200, "room for one")
        for wire in inside:
            wire.close()

    def test_a_process_that_may_open_few_files_takes_few_connections_and_answers(self):
        allow_descriptors(1000)
        self.attacked(open_files=256)
        wires = []
        for _ in range(300):
            wire = self.wire()
            wires.append(wire)
            wire.send(request("GET", "/v1/identities?limit=1"))
        statuses = {answer.status for wire in wires for answer in wire.read_answers(1)}
        self.assertEqual(statuses, {200, 503})
        for wire in wires:
            wire.close()


if __name__ == "__main__":
    main()
