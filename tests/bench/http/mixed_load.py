"""Appending, asking and following at once for as long as is wanted: memory, and what each saw, minute by minute.

At the end nothing may be lost: the record holds what was acknowledged, the follower was given each event once.
TENURE_BENCH_MINUTES (60), TENURE_BENCH_APPENDS a second (40), TENURE_BENCH_QUESTIONS a second (200).

    python3 -B tests/bench/http/mixed_load.py build/release/tenure [--json FILE]
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

MINUTES = float(os.environ.get("TENURE_BENCH_MINUTES", "60"))
APPENDS = float(os.environ.get("TENURE_BENCH_APPENDS", "40"))
QUESTIONS = float(os.environ.get("TENURE_BENCH_QUESTIONS", "200"))
ASKERS = 4


class Load:
    def __init__(self, port, events):
        self.port, self.events = port, events
        self.until = time.monotonic() + MINUTES * 60
        self.acknowledged = 0
        self.asked = self.failed = 0
        self.latencies = []
        self.seen, self.followed, self.reconnected = set(), 0, 0
        self.lock = threading.Lock()
        self.appended_all, self.followed_all = threading.Event(), threading.Event()
        self.wrong = []

    def on(self):
        return time.monotonic() < self.until

    def every(self, per_second):
        """Moments to act at, evenly; what was missed is not made up for."""
        at = time.monotonic()
        while self.on():
            yield
            at = max(at + 1 / per_second, time.monotonic() - 1)
            time.sleep(max(0, at - time.monotonic()))

    def append(self):
        try:
            self.append_each()
        finally:
            self.appended_all.set()

    def append_each(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        rest = iter(self.events)
        for _ in self.every(APPENDS):
            event = next(rest, None)
            if event is None:
                return
            connection.request("POST", "/v1/events", json.dumps(event), {"Content-Type": "application/cloudevents+json"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 202:
                self.wrong.append(f"append {answer.status} {body[:200]!r}")
                return
            self.acknowledged += 1

    def ask(self, seed):
        pick = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        who = [e["data"]["identity"] for e in self.events if e["type"] == "tenure.identity.registered.v1"]
        for _ in self.every(QUESTIONS / ASKERS):
            kind, name = pick.choice(who).split(":", 1)
            ref = f"{kind}%3A{name.replace('/', '%2F')}"
            began = time.monotonic()
            if pick.random() < 0.7:
                connection.request("POST", "/access/v1/evaluation", json.dumps(
                    {"subject": {"type": kind, "id": name}, "action": {"name": "bucket:Read"},
                     "resource": {"type": "bucket", "id": "prod"}}), {"Content-Type": "application/json"})
            else:
                connection.request("GET", pick.choice((
                    f"/v1/identities/{ref}", f"/v1/identities/{ref}/authority?as_of=2024-{pick.randint(1, 12):02}-05",
                    f"/v1/timeline?ref={ref}", "/v1/authority?action=bucket:Read&resource=bucket:prod&limit=20", "/v1/identities?limit=20")))
            answer = connection.getresponse()
            answer.read()
            with self.lock:
                self.asked += 1
                self.latencies.append(time.monotonic() - began)
                if answer.status != 200:
                    self.failed += 1
                    self.wrong.append(f"question {answer.status}")

    def follow(self):
        """Reads the record as a stream, is cut off each minute, and goes on by the last id."""
        last = None
        while not self.followed_all.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            fields = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
            connection.request("GET", "/v1/events", headers=fields)
            answer, cut = connection.getresponse(), time.monotonic() + 60
            said_id = None
            for line in iter(answer.readline, b""):
                if line.startswith(b"id:"):
                    said_id = line[3:].strip().decode()
                elif line.startswith(b"data:"):
                    event = json.loads(line[5:])["event"]
                    name = (event["source"], event["id"])
                    if name in self.seen:
                        self.wrong.append(f"given twice: {name}")
                    self.seen.add(name)
                elif not line.strip() and said_id:
                    last = said_id
                if time.monotonic() > cut or self.followed_all.is_set():
                    break
                if self.appended_all.is_set() and len(self.seen) >= self.acknowledged:
                    self.followed_all.set()
            connection.close()
            self.reconnected += 1


def resident_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def watched(load, pid):
    rows, print_next = [], time.monotonic() + min(60, MINUTES * 30)
    print(f"{'minute':>6}{'RSS MiB':>9}{'descriptors':>12}{'appended':>10}{'followed':>10}{'asked':>10}{'p50 ms':>8}{'p99 ms':>8}", flush=True)
    began = time.monotonic()
    while load.on():
        time.sleep(min(60, max(0.1, print_next - time.monotonic())))
        print_next += 60
        with load.lock:
            took, load.latencies = sorted(load.latencies) or [0], []
        row = {"minute": round((time.monotonic() - began) / 60, 1), "resident_kb": resident_kb(pid),
               "descriptors": len(os.listdir(f"/proc/{pid}/fd")), "appended": load.acknowledged, "followed": len(load.seen),
               "asked": load.asked, "p50_ms": took[len(took) // 2] * 1000, "p99_ms": took[len(took) * 99 // 100] * 1000}
        rows.append(row)
        print(f"{row['minute']:6}{row['resident_kb'] / 1024:9.0f}{row['descriptors']:12}{row['appended']:10,}{row['followed']:10,}"
              f"{row['asked']:10,}{row['p50_ms']:8.1f}{row['p99_ms']:8.1f}", flush=True)
    return rows


def main():
    read = argparse.ArgumentParser()
    read.add_argument("tenure", type=pathlib.Path)
    read.add_argument("--json", type=pathlib.Path)
    given = read.parse_args()
    tenure = given.tenure.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenure-mixed-"))
    wanted = int(MINUTES * 60 * APPENDS)
    ran = subprocess.run([tenure, "generate", "--events", str(max(1000, wanted))], capture_output=True, text=True, check=True)
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    served = subprocess.Popen([tenure, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0", "--log-level", "warning"],
                              stdout=subprocess.PIPE, text=True)
    try:
        load = Load(int(served.stdout.readline().rsplit(":", 1)[1]), events)
        threads = [threading.Thread(target=load.append), threading.Thread(target=load.follow),
                   *(threading.Thread(target=load.ask, args=(seed,)) for seed in range(ASKERS))]
        for thread in threads:
            thread.start()
        rows = watched(load, served.pid)
        for thread in threads:
            thread.join(120)
        if load.seen != {(e["source"], e["id"]) for e in events[:load.acknowledged]}:
            load.wrong.append(f"followed {len(load.seen)} events of {load.acknowledged}")
    finally:
        served.terminate()
        served.wait(60)
        status = json.loads(subprocess.run([tenure, "status", "--json", "--data", folder / "data"], capture_output=True, text=True).stdout)
        shutil.rmtree(folder)
    held = status["results"][0]["events"]
    if held != load.acknowledged:
        load.wrong.append(f"the record holds {held} events of {load.acknowledged}")
    print(f"{load.acknowledged:,} appended, {load.asked:,} asked, {load.failed} failed, {load.reconnected} streams; "
          f"{'; '.join(load.wrong[:5]) or 'nothing lost, nothing twice'}")
    if given.json:
        given.json.write_text(json.dumps({"minutes": rows, "wrong": load.wrong}, indent=1) + "\n")
    sys.exit(bool(load.wrong))


if __name__ == "__main__":
    main()
