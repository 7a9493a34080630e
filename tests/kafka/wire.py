"""One question in Kafka's own protocol: who leads what, as one named broker sees it. Costs milliseconds and no JVM.

A client library asks whichever broker it likes; tests of faults must know what this broker says, or that it says nothing.
"""
import dataclasses
import socket
import struct

METADATA, SASL_HANDSHAKE, SASL_AUTHENTICATE = 3, 17, 36
RESPONSE_BYTES_MAX = 1 << 24


class NoAnswer(Exception):
    """The broker refused the connection, was silent for too long, hung up, or refused the user."""


@dataclasses.dataclass
class Partition:
    leader: int  # -1 = none
    replicas: list
    in_sync: list


@dataclasses.dataclass
class Metadata:
    brokers: dict  # node id to port, only those alive
    partitions: dict  # (topic, partition) to Partition


def metadata(port, user=None, password=None, seconds=2.0):
    """What the broker at this port of 127.0.0.1 knows of brokers and of all topics that the user may describe."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
            if user is not None:
                _authenticate(connection, user, password)
            return _decode(_ask(connection, METADATA, 1, struct.pack(">i", -1)))
    except (OSError, struct.error) as error:
        raise NoAnswer(f"127.0.0.1:{port}: {error}") from error


def _authenticate(connection, user, password):
    answer = _ask(connection, SASL_HANDSHAKE, 1, _string("PLAIN"))
    if answer.number("h"):
        raise NoAnswer("PLAIN is not offered")
    secret = f"\0{user}\0{password}".encode()
    answer = _ask(connection, SASL_AUTHENTICATE, 0, struct.pack(">i", len(secret)) + secret)
    if answer.number("h"):
        raise NoAnswer(f"{user} is refused: {answer.text()}")


def _decode(answer):
    brokers = {}
    for _ in range(answer.number("i")):
        node, _host, port, _rack = answer.number("i"), answer.text(), answer.number("i"), answer.text()
        brokers[node] = port
    answer.number("i")  # the controller: any broker, under KRaft
    partitions = {}
    for _ in range(answer.number("i")):
        _error, topic, _internal = answer.number("h"), answer.text(), answer.number("b")
        for _ in range(answer.number("i")):
            _error, index, leader = answer.number("h"), answer.number("i"), answer.number("i")
            partitions[topic, index] = Partition(leader, answer.numbers(), answer.numbers())
    return Metadata(brokers, partitions)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, kind):
        value, = struct.unpack_from(">" + kind, self.data, self.at)
        self.at += struct.calcsize(kind)
        return value

    def numbers(self):
        return [self.number("i") for _ in range(self.number("i"))]

    def text(self):
        length = self.number("h")
        if length < 0:
            return None
        self.at += length
        return self.data[self.at - length:self.at].decode()


def _string(text):
    return struct.pack(">h", len(text)) + text.encode()


def _ask(connection, api, version, body):
    request = struct.pack(">hhi", api, version, 1) + _string("tenure-tests") + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    length, = struct.unpack(">i", _exactly(connection, 4))
    if not 4 <= length <= RESPONSE_BYTES_MAX:
        raise NoAnswer(f"an answer of {length} bytes")
    answer = _Reader(_exactly(connection, length))
    answer.number("i")  # the correlation id: one request at a time
    return answer


def _exactly(connection, count):
    data = bytearray()
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise NoAnswer("hung up in the middle of an answer")
        data += part
    return bytes(data)
