"""Runs a program beside a Kafka of its own, and ends with its exit code (77 where Kafka can't be had).

    with_broker.py [--nodes 3] [--acls] [--user NAME]… [--set NAME=VALUE]… -- COMMAND…

COMMAND finds in its environment
    TENURE_KAFKA_BOOTSTRAP  bootstrap.servers
    TENURE_KAFKA_PIDS       the brokers' process ids, by node, with spaces between
    TENURE_KAFKA_CLIENTS    with --user or --acls: a folder of librdkafka properties, NAME.properties for each user and `admin`
"""
import argparse
import os
import signal
import subprocess
import sys
import uuid

import broker
import testing
from process import spawn


def main():
    parser = argparse.ArgumentParser(description="Runs a program beside an Apache Kafka of its own.")
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    parser.add_argument("--acls", action="store_true", help="nobody but admin may do anything without an ACL")
    parser.add_argument("--user", action="append", default=[], metavar="NAME")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a property of the brokers")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    why = testing.missing()
    if why:
        print(why, file=sys.stderr)
        return testing.SKIPPED
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the cluster is closed
    users = {name: uuid.uuid4().hex for name in asked.user} if asked.user or asked.acls else None
    settings = dict(pair.split("=", 1) for pair in asked.set)
    with broker.Cluster(asked.nodes, users=users, acls=asked.acls, settings=settings) as kafka:
        return run(asked.command, {**os.environ, **environment(kafka)})


def environment(kafka):
    variables = {"TENURE_KAFKA_BOOTSTRAP": kafka.bootstrap,
                 "TENURE_KAFKA_PIDS": " ".join(str(kafka.pid(node)) for node in kafka.nodes)}
    if kafka.users:
        folder = kafka.dir / "clients"
        folder.mkdir()
        for user in kafka.users:
            broker.write_properties(folder / f"{user}.properties", kafka.librdkafka(user))
        variables["TENURE_KAFKA_CLIENTS"] = str(folder)
    return variables


def run(command, variables):
    process = spawn(command, env=variables, stdin=subprocess.DEVNULL)
    try:
        code = process.wait()
        return code if code >= 0 else 128 - code
    finally:
        process.kill()


if __name__ == "__main__":
    sys.exit(main())
