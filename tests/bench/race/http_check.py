"""GET /v1/check in brief over connections that stay open, as wrk asks it."""
import itertools
import json
import os
import pathlib
import re
import subprocess
import urllib.parse
import urllib.request

from sides import Wrong

HERE = pathlib.Path(__file__).resolve().parent
PATHS, COMPARED, CONNECTIONS, THREADS = 50_000, 1_000, 32, 2


def path_of(line):
    subject, action, resource, time = line.split("\t")[:4]
    return "/v1/check?" + urllib.parse.urlencode({"subject": subject, "action": action, "resource": resource, "as_of": time,
                                                   "detail": "brief"})


class Served:
    def __init__(self, tenure, data, probes, folder):
        self.paths = folder / "paths"
        with open(probes) as file:
            self.paths.write_text("".join(path_of(line) + "\n" for line in itertools.islice(file, PATHS)))
        self.process = subprocess.Popen([str(tenure), "serve", "--data", str(data), "--listen", "127.0.0.1:0",
                                         "--log-level", "warning", "--memory", "512"], stdout=subprocess.PIPE,
                                        text=True)
        self.port = int(re.search(r":(\d+)\b", self.process.stdout.readline())[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=60)

    def compare(self, expected, probes):
        with open(probes) as file:
            for right, line in zip(expected[:COMPARED], file):
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path_of(line)}") as answer:
                    given = json.load(answer)["results"][0]["decision"]
                if given != ("yes" if right == "1" else "no"):
                    raise Wrong(f"tenure over HTTP answers {given} to {line}")

    def round(self, seconds):
        ran = subprocess.run(["wrk", "-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s", "--timeout", "30s", "-s",
                              str(HERE / "check.lua"), f"http://127.0.0.1:{self.port}"],
                             env={**os.environ, "PATHS": str(self.paths)}, capture_output=True, text=True, check=True)
        work = json.loads(ran.stdout.splitlines()[-1])
        if work["errors"]:
            raise Wrong(f"{work['errors']} requests of {work['requests']} failed")
        return work
