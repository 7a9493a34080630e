"""The data directory in trouble: not there, of the future, locked, not writable, on a full disk, half swapped."""
import json
import os
import shutil
import subprocess
import time

from harness import BINARY, DATA, TenureTest, event, main


class Missing(TenureTest):
    def test_a_question_says_what_to_do(self):
        ran = self.fails(2, "data_not_found", "what", "user:alice")
        self.assertIn("--data", ran.err)
        self.assertFalse(self.data.exists(), "a question makes nothing")

    def test_a_directory_of_something_else_is_left_alone(self):
        self.data.mkdir()
        (self.data / "letter.txt").write_text("dear")
        self.fails(2, "data_not_tenure", "append", DATA / "three.ndjson")
        self.assertEqual(os.listdir(self.data), ["letter.txt"])


class Format(TenureTest):
    def test_a_format_of_the_future_is_refused(self):
        self.append("three.ndjson")
        file = self.data / "tenure.json"
        content = json.loads(file.read_text())
        content["format"] = 99
        file.write_text(json.dumps(content))
        ran = self.fails(4, "data_format_unknown", "what", "user:alice")
        self.assertIn("99", ran.err)
        self.fails(4, "data_format_unknown", "append", DATA / "three.ndjson")

    def test_a_damaged_file_is_named(self):
        self.append("three.ndjson")
        (self.data / "tenure.json").write_text("{")
        self.fails(4, "data_file_corrupt", "what", "user:alice")


class Writers(TenureTest):
    def test_a_second_writer_is_told_and_readers_go_on(self):
        self.append("three.ndjson")
        env = {**os.environ, "TENURE_DATA": str(self.data)}
        first = subprocess.Popen([BINARY, "append", "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        try:
            # The first writer is in once the lock names it; it then waits for its input.
            holder = self.data / "log" / "writer"
            for _ in range(3000):
                if holder.read_text().strip() == str(first.pid):
                    break
                time.sleep(0.01)
            self.fails(4, f"being written by process {first.pid}", "append", "-", stdin="")
            self.assertEqual(len(self.question("what", "user:alice", "--as-of", "2026-02-01")["results"]), 1)
            out, err = first.communicate(event("a", "identity.registered", {"identity": "user:bob"}).encode(), timeout=60)
        finally:
            first.kill()
            first.wait()
        self.assertEqual(first.returncode, 0, err)
        self.assertEqual(json.loads(out)["appended"], 1)


class ReadOnly(TenureTest):
    def mount(self, *args):
        done = subprocess.run(["mount", *map(str, args)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"mount is not permitted here: {done.stderr.strip()}")

    def umount(self, where):
        subprocess.run(["umount", str(where)], capture_output=True)

    def test_a_read_only_directory_answers_and_refuses_appends(self):
        self.append("three.ndjson")
        if os.geteuid() == 0:  # root isn't stopped by modes, only by a mount
            self.mount("--bind", self.data, self.data)
            self.addCleanup(self.umount, self.data)
            self.mount("-o", "remount,ro,bind", self.data)
        else:
            for path in [self.data, *self.data.rglob("*")]:
                path.chmod(path.stat().st_mode & ~0o222)
            self.addCleanup(lambda: [p.chmod(0o755) for p in [self.data, *self.data.rglob("*")] if p.is_dir()])
        self.assertEqual(len(self.question("what", "user:alice", "--as-of", "2026-02-01")["results"]), 1)
        self.assertTrue(self.question("verify")["results"][0]["equal"])
        ran = self.tenure("append", "-", stdin=event("a", "identity.registered", {"identity": "user:bob"}))
        self.assertEqual(ran.code, 4, ran.err)
        self.assertRegex(ran.err, "log_read_only|log_io|data_io")


class FullDisk(TenureTest):
    def test_a_full_disk_is_named_and_nothing_is_lost(self):
        self.data.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(self.data)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"mount is not permitted here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", str(self.data)], capture_output=True)
        self.append("three.ndjson")
        note = "n" * 100_000
        lines = "".join(event(f"b{i}", "identity.registered", {"identity": f"user:b{i}", "attributes": {"note": note}}) for i in range(300))
        ran = self.tenure("append", "-", stdin=lines)
        self.assertEqual(ran.code, 4, ran.out + ran.err)
        self.assertIn("disk_full", ran.err)
        self.assertEqual(len(self.question("what", "user:alice", "--as-of", "2026-02-01")["results"]), 1)
        subprocess.run(["mount", "-o", "remount,size=400m", str(self.data)], check=True)
        answer = self.question("append", "-", stdin=lines)
        self.assertEqual(answer["appended"] + answer["duplicates"], 300)
        self.assertTrue(self.question("verify")["results"][0]["equal"])


class Swap(TenureTest):
    """A rebuild swaps by two renames; wherever a crash stops it, the next writer finds one whole model."""

    ASK = ("what", "user:alice", "--as-of", "2026-02-01")

    def check(self):
        self.append("three.ndjson")
        self.assertEqual(len(self.question(*self.ASK)["results"]), 1)
        self.assertTrue(self.question("verify")["results"][0]["equal"])
        self.assertEqual(sorted(p.name for p in self.data.iterdir()), ["log", "model", "tenure.json"])

    def test_between_the_renames(self):
        self.append("three.ndjson")
        shutil.copytree(self.data / "model", self.data / "model.rebuilding")
        (self.data / "model").rename(self.data / "model.old")
        self.check()

    def test_before_the_old_one_is_removed(self):
        self.append("three.ndjson")
        shutil.copytree(self.data / "model", self.data / "model.old")
        self.check()

    def test_undone_when_there_is_no_new_one(self):
        self.append("three.ndjson")
        (self.data / "model").rename(self.data / "model.old")
        self.check()

    def test_a_model_that_is_gone_is_made_from_the_log(self):
        self.append("office.ndjson")
        before = self.digests()
        shutil.rmtree(self.data / "model")
        self.fails(4, "model_not_found", *self.ASK)
        self.ok("rebuild")
        self.assertEqual(self.digests(), before)

    def test_what_a_stopped_verify_left_is_removed(self):
        self.append("three.ndjson")
        (self.data / "verify-999999999").mkdir()
        self.check()


if __name__ == "__main__":
    main()
