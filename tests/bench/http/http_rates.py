"""POST /access/v1/evaluation beside the same question in process and beside a server that answers a constant, in one run.

Rounds of the three alternate. The ratios are what counts: the client shares the machine with what it measures.
TENURE_BENCH_EVENTS (100,000), TENURE_BENCH_SECONDS a round (5).

    python3 -B tests/bench/http/http_rates.py build/release [--json FILE]
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
EVENTS = int(os.environ.get("TENURE_BENCH_EVENTS", "100000"))
SECONDS = int(os.environ.get("TENURE_BENCH_SECONDS", "5"))
CONNECTIONS = (1, 32, 256)
ROUNDS, PROBES = 3, 20_000
THREADS = os.cpu_count()


def generated(tenure, path):
    with open(path, "w") as file:
        subprocess.run([tenure, "generate", "--events", str(EVENTS)], stdout=file, check=True)
    with open(path) as file:
        return [json.loads(line) for line in file]


def probes(events):
    """Half of what somebody's own grant says that nobody revoked, half of anybody and anything."""
    roles, holders, anybody = {}, [], []
    ended = {e["data"].get("grant") for e in events if e["type"] == "tenure.grant.revoked.v1"}
    ended |= {e["data"]["identity"] for e in events if e["type"] == "tenure.identity.retired.v1"}
    for event in events:
        data, kind = event["data"], event["type"]
        if kind == "tenure.identity.registered.v1":
            anybody.append(data["identity"])
        elif kind == "tenure.role.defined.v1":
            roles[data["role"]] = data["permissions"]
        elif kind == "tenure.grant.issued.v1" and not {data["grant"], data["principal"]} & ended and "expires_at" not in data:
            holders.append(data)
    pick = random.Random(1)

    def spelled(pattern):
        return pattern.replace("*", "x").replace(" ", "_")

    def wanted(grant):
        permission = pick.choice(grant.get("permissions") or roles.get(grant.get("role")) or [{}])
        resource = pick.choice(permission.get("resources") or ["bucket:prod"])
        if grant.get("scope", "*") != "*":
            resource = grant["scope"]
        return spelled(pick.choice(permission.get("actions") or ["bucket:Read"])), spelled(resource)
    made = []
    while len(made) < PROBES:
        action, resource = wanted(pick.choice(holders))
        if len(made) % 2:
            grant = pick.choice(holders)
            action, resource = wanted(grant)
            who = grant["principal"]
        else:
            who = pick.choice(anybody)
        if " " not in who and ":" in resource:
            made.append((who, action, resource))
    return made


def body(probe):
    (kind, who), (kind_of, what) = probe[0].split(":", 1), probe[2].split(":", 1)
    return json.dumps({"subject": {"type": kind, "id": who}, "action": {"name": probe[1]}, "resource": {"type": kind_of, "id": what}})


class Running:
    def __init__(self, command, port_of):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(port_of(self.process.stdout.readline()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=30)


def wrk(port, connections, bodies):
    ran = subprocess.run(["wrk", "-t", str(min(connections, THREADS)), "-c", str(connections), "-d", f"{SECONDS}s", "-s",
                          str(HERE / "evaluations.lua"), f"http://127.0.0.1:{port}"],
                         env={**os.environ, "BODIES": str(bodies)}, capture_output=True, text=True, check=True)
    round_ = json.loads(ran.stdout.splitlines()[-1])
    if round_["errors"]:
        sys.exit(f"http_rates: {round_['errors']} requests failed")
    return round_


def permitted(port, asked):
    """How many of these are permitted; the same number in process, or the race is about nothing."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/access/v1/evaluations",
                                     json.dumps({"evaluations": [json.loads(body(p)) for p in asked]}).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return sum(d["decision"] for d in json.load(answer)["evaluations"])


def in_process(build, folder, seconds):
    ran = subprocess.run([build / "tests" / "bench" / "http_in_process", folder / "copy", folder / "probes", str(THREADS), seconds],
                         capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def middle(rounds, name):
    return statistics.median(r[name] for r in rounds)


def spread(rounds):
    rates = [r["rate"] for r in rounds]
    return (max(rates) - min(rates)) / statistics.median(rates)


def table(results):
    print(f"\n{'POST /access/v1/evaluation':34}{'requests/s':>12}{'p50 µs':>10}{'p99 µs':>10}{'spread':>8}")
    for name, rounds in results.items():
        print(f"{name:34}{middle(rounds, 'rate'):12,.0f}{middle(rounds, 'p50_us'):10,.0f}{middle(rounds, 'p99_us'):10,.0f}"
              f"{spread(rounds):8.0%}")
    inside = middle(results[f"in process, {THREADS} threads"], "rate")
    for connections in CONNECTIONS:
        served = middle(results[f"tenure serve, {connections} connections"], "rate")
        constant = middle(results[f"a constant, {connections} connections"], "rate")
        print(f"{connections} connections: {served / inside:.2f} of the rate in process, {served / constant:.2f} of the constant's")


def measured(build, folder):
    tenure = build / "tenure"
    asked = probes(generated(tenure, folder / "events.ndjson"))
    (folder / "probes").write_text("".join(" ".join(p) + "\n" for p in asked))
    (folder / "bodies").write_text("".join(body(p) + "\n" for p in asked))
    subprocess.run([tenure, "append", folder / "events.ndjson", "--data", folder / "data"], stdout=subprocess.DEVNULL, check=True)
    shutil.copytree(folder / "data", folder / "copy")
    results = {}

    def keep(name, round_):
        results.setdefault(name, []).append(round_)
    with Running([tenure, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0"],
                 lambda line: line.rsplit(":", 1)[1]) as serve, \
            Running([build / "tests" / "bench" / "http_constant", str(THREADS)], str.strip) as constant:
        over_http = sum(permitted(serve.port, asked[i:i + 1000]) for i in range(0, PROBES, 1000))
        inside = in_process(build, folder, "--count")
        if over_http != inside["permitted"]:
            sys.exit(f"http_rates: {over_http} of the probes are permitted over HTTP, {inside['permitted']} in process")
        print(f"{EVENTS:,} events, {PROBES:,} probes, {over_http:,} of them permitted, over HTTP and in process")
        for _ in range(ROUNDS):
            keep(f"in process, {THREADS} threads", in_process(build, folder, str(SECONDS)))
            for connections in CONNECTIONS:
                keep(f"a constant, {connections} connections", wrk(constant.port, connections, folder / "bodies"))
                keep(f"tenure serve, {connections} connections", wrk(serve.port, connections, folder / "bodies"))
    return results


def main():
    read = argparse.ArgumentParser()
    read.add_argument("build", type=pathlib.Path)
    read.add_argument("--json", type=pathlib.Path)
    given = read.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenure-http-rates-"))
    try:
        results = measured(given.build.resolve(), folder)
    finally:
        shutil.rmtree(folder)
    table(results)
    if given.json:
        given.json.write_text(json.dumps({"events": EVENTS, "rounds": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
