#!/usr/bin/env python3
"""tenure and PostgreSQL side by side: the same events, the same questions, the same answers, and then the clock.

    race.py BUILD [--scale short|10k|100k|1m|10m] [--only NAME] [--json FILE]

Both sides load one file. Before any clock starts they must give the same answers, whole sets for what and who, and those of a naive
reference; a side that doesn't is disqualified. Timed rounds alternate. Exit codes: 0, 1 a side is disqualified, 77 there is no PostgreSQL.
--only NAME: ingest, late, import, rebuild, check, http, what, who, existed, known, flat, bytes.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

from contest import Contest
from postgresql_server import Server, programs
from results import Results
from sides import PostgresqlSide, TenureSide, Wrong

HERE = pathlib.Path(__file__).resolve().parent
NO_POSTGRESQL = 77

# probes: distinct ones for check. verified: of them answered by the naive reference. compared, sets: answered by both sides, before the
# clock starts.
Scale = namedtuple("Scale", "events probes verified sets_verified compared sets seconds rounds loads")
SCALES = {
    "short": Scale(5_000, 1_500, 400, 4, 1_500, 20, 0.2, 2, 1),
    "10k": Scale(10_000, 5_000, 2_000, 10, 2_000, 40, 1, 3, 1),
    "100k": Scale(100_000, 50_000, 5_000, 20, 5_000, 60, 3, 3, 2),
    "1m": Scale(1_000_000, 200_000, 5_000, 2, 20_000, 1_000, 3, 5, 1),
    "10m": Scale(10_000_000, 200_000, 5_000, 1, 10_000, 300, 5, 3, 1),
}


def main():
    arguments = parsed()
    build = arguments.build.resolve()
    if programs() is None or not (build / "tests" / "bench" / "race_postgresql").exists():
        print("THE RACE DID NOT RUN: it needs PostgreSQL 15 and libpq (Debian: postgresql-15, libpq-dev)")
        sys.exit(NO_POSTGRESQL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped and the folder goes
    scale = SCALES[arguments.scale]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenure-race-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    os.chmod(folder, 0o755)
    results = Results()
    began = time.monotonic()
    try:
        workload = workload_of(scale, arguments, folder)
        with Server(folder / "postgresql", settings(arguments.scale)) as server:
            sides = [TenureSide(build, folder)] + [PostgresqlSide(build, server, which, folder) for which in ("cover", "gist")]
            Contest(sides, workload, scale, results, folder, arguments.only).run()
    except Wrong as wrong:
        print(f"\nDISQUALIFIED: {wrong}", flush=True)
        sys.exit(1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    about = {"scale": arguments.scale, "events": scale.events, "cores": os.cpu_count(), "load_average": os.getloadavg()[2],
             "seconds": round(time.monotonic() - began)}
    results.write(arguments.json, about)
    if arguments.only is None and arguments.scale != "short":
        results.write(arguments.json.with_stem(f"{arguments.json.stem}-{arguments.scale}"), about)  # for growth.py
    print(f"\n{results.rounds_table()}\n\n{results.table()}\n\n{scale.events:,} events, {about['seconds']} s; "
          f"fifteen minutes' load average {about['load_average']:.1f} on {about['cores']} cores; {arguments.json}")
    for wrong in results.disqualified:
        print(f"\nDISQUALIFIED: {wrong}")
    sys.exit(bool(results.disqualified))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--scale", choices=SCALES, default="1m")
    parser.add_argument("--only", metavar="NAME")
    parser.add_argument("--json", type=pathlib.Path, default=pathlib.Path("build/bench/results.json"))
    parser.add_argument("--workloads", type=pathlib.Path, help="keep what is generated here, and take it from here")
    return parser.parse_args()


def settings(scale):
    """The short form must fit any machine, and its times say nothing."""
    return {"shared_buffers": "128MB", "max_wal_size": "1GB", "min_wal_size": "80MB", "fsync": "off"} if scale == "short" else {}


def workload_of(scale, arguments, folder):
    kept = (arguments.workloads or folder) / f"workload-{arguments.scale}"
    wanted = {"scale": list(scale[:4]), "generator": sum(path.stat().st_mtime_ns for path in (HERE / "workload").glob("*.py"))}
    stamp = kept / "stamp.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        print(f"generating {scale.events:,} events and their probes", flush=True)
        subprocess.run([sys.executable, "-B", HERE / "workload" / "generate.py", kept, "--events", str(scale.events), "--probes",
                        str(scale.probes), "--verified", str(scale.verified), "--sets-verified", str(scale.sets_verified)], check=True)
        stamp.write_text(json.dumps(wanted))
    return kept


if __name__ == "__main__":
    main()
