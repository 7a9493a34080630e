"""The sides of the race: tenure, and PostgreSQL in each of its designs. All have the same verbs."""
import json
import os
import pathlib
import shutil
import subprocess
import threading

BATCH = 1_000


class Wrong(Exception):
    """A side that can't be raced: it fails, or does not answer as it must."""


def run(command, environment):
    ran = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        raise Wrong(f"{' '.join(str(word) for word in command[:3])}: {ran.stderr.strip()[-1000:]}")
    return json.loads(ran.stdout.splitlines()[-1])


class Serving:
    """A process that answers and is timed on command: asking.h."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen([str(word) for word in command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Wrong(f"{self.process.args[0]} ended at: {' '.join(str(word) for word in words)}")
        return json.loads(line)

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


class TenureSide:
    name = "tenure"

    def __init__(self, build, folder):
        self.program, self.command, self.folder = build / "tests" / "bench" / "race_tenure", build / "tenure", folder

    def data(self, name):
        return self.folder / name

    def ingest(self, name, file, *marks):
        shutil.rmtree(self.data(name), ignore_errors=True)
        return run([self.program, "ingest", self.data(name), file, BATCH, *marks], None)

    def import_all(self, name, file):
        shutil.rmtree(self.data(name), ignore_errors=True)
        return run([self.program, "import", self.data(name), file], None)

    def rebuild(self, name):
        return run([self.program, "rebuild", self.data(name)], None)

    def prepare_knowledge(self, name):
        """Nothing: what it needs, it has."""

    def serve(self, name):
        return Serving([self.program, "serve", self.data(name)], None)

    def bytes(self, name):
        return sum(os.lstat(os.path.join(folder, file)).st_size for folder, _, files in os.walk(self.data(name)) for file in files)

    def drop(self, name):
        shutil.rmtree(self.data(name), ignore_errors=True)

    def cpu_seconds(self):
        return 0.0  # all of it is in the process that answers


class PostgresqlSide:
    def __init__(self, build, server, which, folder):
        self.name, self.which, self.server = f"postgresql {which}", which, server
        self.program = build / "tests" / "bench" / "race_postgresql"
        self.questions = server.write_questions(which, pathlib.Path(folder) / f"questions_{which}")

    def database(self, name):
        return f"{name}_{self.which}"

    def ingest(self, name, file, *marks):
        self.server.make(self.database(name), self.which)
        before = self.server.cpu_seconds()
        with Watched(self.server) as memory:
            work = run([self.program, "ingest", self.database(name), file, BATCH, *marks], self.server.environment)
        work["cpu_s"] = round(work["cpu_s"] + self.server.cpu_seconds() - before, 2)
        work["peak_kib"] = memory.peak
        self.server.settle(self.database(name))
        return work

    def rebuild(self, name):
        events = int(self.server.sql(self.database(name), "SELECT count(*) FROM event;"))
        before = self.server.cpu_seconds()
        with Watched(self.server) as memory:
            seconds = self.server.rebuild(self.database(name), self.which)
        return {"events": events, "seconds": seconds, "rate": events / seconds, "peak_kib": memory.peak,
                "cpu_s": round(self.server.cpu_seconds() - before, 2)}

    def prepare_knowledge(self, name):
        self.server.index_knowledge(self.database(name), self.which)
        self.server.settle(self.database(name))

    def serve(self, name):
        return Serving([self.program, "serve", self.database(name), *self.questions], self.server.environment)

    def bytes(self, name):
        return self.server.bytes_of(self.database(name))

    def drop(self, name):
        self.server.sql("postgres", f"DROP DATABASE IF EXISTS {self.database(name)} WITH (FORCE);")

    def cpu_seconds(self):
        return self.server.cpu_seconds()


class Watched:
    """The most memory that the server had, looked at five times a second."""

    def __init__(self, server):
        self.server, self.peak, self.done = server, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while True:
            self.peak = max(self.peak, self.server.memory_kib())
            if self.done.wait(0.2):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
