"""kill -9 of the real program at named points of appending, rebuilding and swapping, and what is left afterwards.

The page cache survives a kill; what a power cut leaves is tested in tests/unit/projection and tests/unit/log. TENURE_CRASH_RUNS
says how many kills in all (60); each point gets its share, at ever later calls of its kind.
"""
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))

import harness  # noqa: E402

KILLER = os.environ["TENURE_KILLER"]
RUNS = int(os.environ.get("TENURE_CRASH_RUNS", "60"))

# What is killed, at which call on which path, and how far apart the calls tried are.
APPENDING = {
    "before the log's bytes": ("write:/log/", 1),
    "half of the log's bytes": ("write:/log/", 1, "torn"),
    "before the log is synced": ("sync:/log/", 1),
    "after the log is synced": ("sync:/log/", 1, "after"),
    "before the model's bytes": ("write:/model/", 3),
    "half of the model's bytes": ("write:/model/", 3, "torn"),
    "a new file of the model": ("open:/model/", 1),
}
# With what many small appends leave behind, the next opening merges tables.
COMPACTING = {
    "a table made by a flush or compaction": ("open:.sst", 1),
    "after a table is synced": ("sync:.sst", 1, "after"),
    "removing what a compaction merged": ("unlink:.sst", 2),
}
REBUILDING = {
    "writing the new model": ("write:/model.rebuilding/", 5),
    "half of the new model's bytes": ("write:/model.rebuilding/", 5, "torn"),
    "a new file of the new model": ("open:/model.rebuilding/", 1),
    "before the swap": ("rename:/model ", 1),
    "between the renames": ("rename:/model ", 1, "after"),
    "before the second rename": ("rename:/model.rebuilding ", 1),
    "after the swap": ("rename:/model.rebuilding ", 1, "after"),
    "removing the old model": ("unlink:/model.old", 1),
}
# By runs of a few records. What is done is kept, so the next attempt does less.
LOADING = {
    "writing a sorted run": ("write:.run", 7),
    "half of a sorted run": ("write:.run", 7, "torn"),
    "after a sorted run is synced": ("sync:.run", 7, "after"),
    "writing a table": ("write:/bulk/", 17),
    "before what is done is kept": ("rename:/bulk/state", 1),
    "after what is done is kept": ("rename:/bulk/state", 1, "after"),
    "removing a run that is of no more use": ("unlink:.run", 3),
    "removing a table that was taken in": ("unlink:.sst", 2),
    "taking in": ("write:/MANIFEST", 1),
}
POINTS = len(APPENDING) + len(COMPACTING) + len(REBUILDING) + len(LOADING)


class CrashTest(harness.TenureTest):
    def setUp(self):
        super().setUp()
        self.parts = []
        for part in range(3):
            path = self.dir / f"part{part}.ndjson"
            path.write_text("".join(self.lines(part)))
            self.parts.append(path)
        clean = self.dir / "clean"
        for part in self.parts:
            self.ok("append", part, data=clean)
        self.expected = self.digests(data=clean)
        self.events = self.question("status", data=clean)["results"][0]["events"]

    @staticmethod
    def lines(part):
        for i in range(part * 40, part * 40 + 40):
            yield harness.event(f"u{i}", "identity.registered", {"identity": f"user:u{i}"})
            yield harness.event(f"g{i}", "grant.issued", {"grant": f"g{i}", "principal": f"user:u{i // 2}",
                                                          "role": f"role:r{i % 3}"}, time="2026-01-11T00:00:00Z")
            if i % 4 == 0:
                yield harness.event(f"r{i}", "event.retracted",
                                    {"target": {"source": "test/office", "id": f"g{i}"}, "key": f"user:u{i // 2}",
                                     "reason": "typing error"}, time="2026-01-12T00:00:00Z")

    def killed(self, point, n, *command, data):
        """Runs the command to its death; False if it never came to that call."""
        call, _, *when = point
        where = f"{call}:{n}" + "".join(f":{w}" for w in when)
        ran = self.tenure(*command, data=data, env={"LD_PRELOAD": KILLER, "TENURE_KILL_AT": where})
        self.assertIn(ran.code, (0, -signal.SIGKILL), f"{where}: {ran.out}{ran.err}")
        return ran.code != 0

    def digests_in_bulk(self, data, point=None, n=0):
        """Rebuilds in bulk, to its death if need be: None."""
        environment = dict(os.environ)
        if point:
            call, _, *when = point
            environment.update(LD_PRELOAD=KILLER, TENURE_KILL_AT=f"{call}:{n}" + "".join(f":{w}" for w in when))
        ran = subprocess.run([os.environ["TENURE_REBUILD_IN_BULK"], data], capture_output=True, text=True, env=environment,
                             timeout=120, check=False)
        self.assertIn(ran.returncode, (0, -signal.SIGKILL), f"{point}: {ran.stdout}{ran.stderr}")
        return dict(line.split() for line in ran.stdout.splitlines()) if ran.returncode == 0 else None

    def whole(self, name, data):
        """Everything is there once, and the read model is the log's."""
        self.assertEqual(self.question("status", data=data)["results"][0]["events"], self.events, name)
        self.assertEqual(self.digests(data=data), self.expected, name)
        self.assertTrue(self.question("verify", data=data)["results"][0]["equal"], name)

    def each_point(self, points, run):
        kills = {}
        for name, point in points.items():
            step, n, kills[name] = point[1], 1, 0
            for _ in range(max(1, RUNS // POINTS)):
                if not run(name, point, n):  # past the last such call: begin again
                    n = 1
                    # A program that ends before its threads in the background came to the call is run again.
                    self.assertTrue(any(run(name, point, n) for _ in range(20)), f"{name}: never reached")
                kills[name] += 1
                n += step
        print("kills:", ", ".join(f"{name} {count}" for name, count in kills.items()))

    def test_an_append_killed_anywhere_loses_nothing_acknowledged_and_doubles_nothing(self):
        self.kill_appends(APPENDING, lambda data: self.ok("append", self.parts[0], data=data))

    def test_a_compaction_killed_anywhere_loses_nothing_acknowledged_and_doubles_nothing(self):
        lines = self.parts[0].read_text().splitlines(keepends=True)
        ready = self.dir / "ready"
        for i in range(0, len(lines), 15):
            self.ok("append", "-", stdin="".join(lines[i:i + 15]), data=ready)
        self.kill_appends(COMPACTING, lambda data: harness.shutil.copytree(ready, data))

    def kill_appends(self, points, begin):
        def run(name, point, n):
            data = self.dir / "killed"
            begin(data)
            before = self.question("status", data=data)["results"][0]["events"]
            killed = self.killed(point, n, "append", self.parts[1], data=data)
            after = self.question("status", data=data)["results"][0]["events"]
            self.assertGreaterEqual(after, before, f"{name}: an acknowledged event is lost")
            self.ok("append", self.parts[1], data=data)
            self.ok("append", self.parts[2], data=data)
            self.whole(name, data)
            harness.shutil.rmtree(data)
            return killed

        self.each_point(points, run)

    def test_a_rebuild_killed_anywhere_leaves_one_whole_model(self):
        data = self.dir / "rebuilt"
        for part in self.parts:
            self.ok("append", part, data=data)

        def run(name, point, n):
            killed = self.killed(point, n, "rebuild", data=data)
            self.whole(name, data)
            self.ok("append", self.parts[0], data=data)  # a writer finishes what was begun
            self.whole(name, data)
            left = sorted(p.name for p in data.iterdir())
            self.assertNotIn("model.old", left, name)
            return killed

        self.each_point(REBUILDING, run)


    def test_a_rebuild_in_bulk_killed_anywhere_is_gone_on_with(self):
        data = self.dir / "loaded"
        for part in self.parts:
            self.ok("append", part, data=data)
        _, expected = self.digests(data=data)

        def run(name, point, n):
            harness.shutil.rmtree(data / "model.bulk", ignore_errors=True)
            killed = self.digests_in_bulk(data, point, n) is None
            if killed:  # and once more where it is gone on with
                self.digests_in_bulk(data, point, n)
            self.assertEqual(self.digests_in_bulk(data), expected, name)
            self.assertFalse((data / "model.bulk" / "bulk").exists(), name)
            return killed

        self.each_point(LOADING, run)


if __name__ == "__main__":
    harness.main()
