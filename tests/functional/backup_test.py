"""Backups: made beside writers and without them, brought back, and refused when one byte of them is another."""
import concurrent.futures
import hashlib
import json
import pathlib
import resource
import shutil
import signal
import subprocess
import threading

from harness import BINARY, TenureTest, event, main
from server import ServedTest


def files_below(folder):
    return sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file())


def bytes_below(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in files_below(folder)}


class Backup(TenureTest):
    def setUp(self):
        super().setUp()
        self.token = self.append("office.ndjson")
        self.backup, self.restored = self.dir / "backup", self.dir / "restored"

    def made(self, *args):
        return self.question("backup", self.backup, *args)

    def test_what_is_restored_is_the_same_record(self):
        made = self.made("--label", "before the move")
        self.assertEqual((made["label"], made["token"]), ("before the move", self.token))
        restored = self.question("restore", self.backup, data=self.restored)
        self.assertTrue(restored.pop("digests_compared"))
        self.assertEqual(restored, made)
        self.assertEqual(self.digests(data=self.restored), self.digests())
        self.assertEqual({t["name"]: t["digest"] for t in made["tables"]}, self.digests()[1])
        self.assertTrue(self.question("verify", data=self.restored)["results"][0]["equal"])
        for ask in (("events", "--limit", "100"), ("what", "user:alice", "--as-of", "2026-02-20", "--as-known-at", self.token)):
            self.assertEqual(self.question(*ask, data=self.restored)["results"], self.question(*ask)["results"])

    def test_what_is_restored_is_gone_on_with(self):
        self.made()
        self.ok("restore", self.backup, data=self.restored)
        line = event("later", "identity.registered", {"identity": "user:later"})
        for data in (self.data, self.restored):
            self.assertIn("appended 1", self.ok("append", "-", stdin=line, data=data).out)
        self.assertEqual(self.digests(data=self.restored), self.digests())
        self.assertEqual(sorted(p.name for p in self.restored.iterdir()), ["log", "model", "tenure.json"])

    def test_people_are_told_what_it_is_and_up_to_when(self):
        last = self.question("status")["as_known_at"]["time"]
        self.assertIn(last, self.ok("backup", self.backup).out)
        said = self.ok("restore", self.backup, data=self.restored).out
        self.assertIn("every file and every digest is that of the backup", said)
        self.assertIn(last, said)
        self.assertTrue(said.endswith(f"position {self.token}\n"), said)

    def test_no_read_model_is_needed(self):
        digests = self.digests()
        shutil.rmtree(self.data / "model")
        self.made()
        self.ok("restore", self.backup, data=self.restored)
        self.assertEqual(self.digests(data=self.restored), digests)

    def test_nothing_is_written_into_the_data_directory(self):
        before = bytes_below(self.data)
        self.made()
        self.assertEqual(bytes_below(self.data), before)

    def test_correctors_come_along(self):
        data = self.dir / "corrected"
        self.ok("append", "-", "--corrector", "audit", stdin=event("1", "identity.registered", {"identity": "user:a"}), data=data)
        self.ok("backup", self.backup, data=data)
        self.ok("restore", self.backup, data=self.restored)
        self.assertEqual((self.restored / "tenure.json").read_text(), (data / "tenure.json").read_text())
        self.assertEqual(self.digests(data=self.restored), self.digests(data=data))

    def test_what_is_there_is_never_written_over(self):
        self.made()
        before = bytes_below(self.backup)
        self.fails(2, "backup_exists", "backup", self.backup)
        self.assertEqual(bytes_below(self.backup), before)
        self.fails(2, "restore_not_empty", "restore", self.backup)
        self.restored.mkdir()
        self.ok("restore", self.backup, data=self.restored)  # an empty directory is taken, a mount point too
        self.fails(2, "restore_not_empty", "restore", self.backup, data=self.restored)

    def test_only_a_record_is_backed_up_and_only_a_backup_restored(self):
        self.fails(2, "data_not_found", "backup", self.backup, data=self.dir / "nowhere")
        self.fails(2, "backup_not_found", "restore", self.data, data=self.restored)
        self.made()
        self.fails(2, "data_not_tenure", "status", data=self.backup)  # a backup is not worked in by mistake
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["backup", "data"])

    def test_a_record_on_kafka_is_left_to_its_brokers(self):
        data = self.dir / "on-kafka"
        data.mkdir()
        (data / "tenure.json").write_text('{"format":2,"correctors":[],"topic_prefix":""}\n')
        self.assertIn("brokers", self.fails(2, "backup_on_kafka", "backup", self.backup, data=data).err)
        self.assertFalse(self.backup.exists())

    def test_a_damaged_log_is_not_backed_up_and_nothing_is_left(self):
        tables = [p for p in files_below(self.data / "log") if p.suffix in (".log", ".sst") and p.stat().st_size]
        largest = max(tables, key=lambda p: p.stat().st_size)
        bytes_ = bytearray(largest.read_bytes())
        bytes_[len(bytes_) // 2] ^= 0x40
        largest.write_bytes(bytes_)
        self.fails(4, "log_corrupt", "backup", self.backup)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["data"])


    def test_a_restore_onto_a_disk_that_takes_no_more_leaves_nothing_behind(self):
        def at_most_a_page():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        self.made()
        done = subprocess.run([BINARY, "restore", self.backup, "--data", self.restored], capture_output=True, preexec_fn=at_most_a_page)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(b"File too large", done.stderr)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["backup", "data"])

    def test_too_little_room_is_told_before_anything_is_copied(self):
        small = self.dir / "small"
        small.mkdir()
        script = 'mount -t tmpfs -o size=64k tenure-test "$0" && exec "$@"'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, small, BINARY, "backup", small / "b", "--data", self.data],
                              capture_output=True)
        if b"unshare" in done.stderr or b"mount:" in done.stderr:
            self.skipTest("no file system may be mounted here")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(b"backup_no_space", done.stderr)
        self.assertIn(b"are free", done.stderr)


class Damage(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")
        self.backup, self.restored = self.dir / "backup", self.dir / "restored"
        self.ok("backup", self.backup)

    def forge(self, content):
        body = json.dumps(content)
        (self.backup / "backup.json").write_text(
            f'{{"backup":{body},"sha256":"{hashlib.sha256(body.encode()).hexdigest()}"}}\n')

    def refused(self, path):
        """Restoring names the file and leaves nothing behind, whether the directory was there or not."""
        name = str(path.relative_to(self.backup))
        self.assertIn(name, self.fails(4, "backup_damaged", "restore", self.backup, data=self.restored).err)
        self.assertFalse(self.restored.exists(), name)
        self.restored.mkdir()
        self.fails(4, "backup_damaged", "restore", self.backup, data=self.restored)
        self.assertEqual(list(self.restored.iterdir()), [], name)
        self.restored.rmdir()

    def test_one_other_byte_in_any_file_is_noticed(self):
        tried = set()
        for path in files_below(self.backup):
            whole = path.read_bytes()
            for at in sorted({0, len(whole) // 2, len(whole) - 1}) if whole else ():
                path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
                self.refused(path)
            tried.add(path.name.rstrip("0123456789-").strip("0123456789"))
            path.write_bytes(whole)
        self.assertLessEqual({"backup.json", "tenure.json", "CURRENT", ".sst"}, tried)
        self.ok("restore", self.backup, data=self.restored)

    def test_a_file_that_is_cut_off_longer_missing_or_another_is_noticed(self):
        for path in files_below(self.backup):
            whole = path.read_bytes()
            if whole:
                path.write_bytes(whole[:-1])
                self.refused(path)
            path.write_bytes(whole + b"\0")
            self.refused(path)
            path.unlink()
            if path.name == "backup.json":
                self.fails(2, "backup_not_found", "restore", self.backup, data=self.restored)
            else:
                self.refused(path)
            path.write_bytes(whole)
        current, identity = self.backup / "data/log/CURRENT", self.backup / "data/log/IDENTITY"
        held = current.read_bytes()
        current.write_bytes(identity.read_bytes())
        self.refused(current)
        current.write_bytes(held)
        self.ok("restore", self.backup, data=self.restored)

    def test_the_log_of_another_backup_is_noticed(self):
        other = self.dir / "other"
        self.append("office.ndjson", data=other)
        self.ok("backup", self.dir / "backup2", data=other)
        shutil.rmtree(self.backup / "data")
        shutil.copytree(self.dir / "backup2" / "data", self.backup / "data")
        self.fails(4, "backup_damaged", "restore", self.backup, data=self.restored)
        self.assertFalse(self.restored.exists())

    def test_a_manifest_of_a_later_version_is_told(self):
        path = self.backup / "backup.json"
        self.forge({**json.loads(path.read_text())["backup"], "format": 2})
        self.fails(4, "backup_format_unknown", "restore", self.backup, data=self.restored)

    def test_a_digest_that_the_log_does_not_give_is_told(self):
        path = self.backup / "backup.json"
        content = json.loads(path.read_text())["backup"]
        for what, error in (("tables", "backup_differs"), ("log_id", "backup_differs"), ("records", "backup_differs"),
                            ("recorded_until", "backup_differs")):
            changed = json.loads(json.dumps(content))
            if what == "tables":
                changed["tables"][0]["digest"] = "0" * 64
            elif what == "log_id":
                changed["log_id"] = "f" * 32
            elif what == "recorded_until":
                changed["recorded_until"] = "2020-01-01T00:00:00Z"
            else:
                changed["records"] -= 1
            self.forge(changed)
            self.fails(4, error, "restore", self.backup, data=self.restored)
            self.assertFalse(self.restored.exists(), what)

    def test_a_path_that_leads_out_of_the_backup_is_refused(self):
        path = self.backup / "backup.json"
        for outside in ("data/../../evil", "/etc/passwd", "elsewhere/x"):
            content = json.loads(path.read_text())["backup"]
            content["files"][0]["path"] = outside
            (self.dir / "evil").write_text("x")
            (self.backup / "elsewhere").mkdir(exist_ok=True)
            (self.backup / "elsewhere" / "x").write_text("x")
            self.forge(content)
            self.fails(4, "backup_damaged", "restore", self.backup, data=self.restored)
            self.assertFalse(self.restored.exists(), outside)


class BesideTheService(ServedTest):
    def test_a_backup_beside_a_service_that_appends_holds_all_that_was_acknowledged_and_no_half_append(self):
        served = self.serve()
        acknowledged, stop = [], threading.Event()

        # Each append is atomic: an identity, and a grant on another plane.
        def produce(producer):
            n = 0
            while not stop.is_set():
                who = f"user:p{producer}-{n}"
                lines = (event(f"i{producer}-{n}", "identity.registered", {"identity": who}) +
                         event(f"g{producer}-{n}", "grant.issued", {"grant": f"g{producer}-{n}", "principal": who, "role": "role:r"}))
                answer = served.post("/v1/events", lines, {"Content-Type": "application/x-ndjson"})
                self.assertEqual(answer.status, 202, answer.body)
                acknowledged.append((who, answer.json()["position"]))
                n += 1

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            producers = [pool.submit(produce, i) for i in range(3)]
            try:
                for round_ in range(4):
                    while len(acknowledged) < 20 * (round_ + 1):
                        self.assertFalse(any(p.done() for p in producers))
                    before = list(acknowledged)
                    made = self.question("backup", self.dir / f"b{round_}")
                    self.check(self.dir / f"b{round_}", before, made)
            finally:
                stop.set()
            for producer in producers:
                producer.result()
        self.assertGreater(len(acknowledged), 80, "nothing was appended while backups were made")

    def check(self, backup, before, made):
        data = self.dir / (backup.name + "-restored")
        self.ok("restore", backup, data=data)
        names = {i["ref"] for i in self.question("identities", "--limit", "10000", data=data)["results"]}
        self.assertLessEqual({who for who, _ in before}, names)
        lines = [json.loads(l) for l in self.ok("events", "--raw", data=data).out.splitlines()]
        registered = {e["data"]["identity"] for e in lines if e["type"].endswith("registered.v1")}
        granted = {e["data"]["principal"] for e in lines if e["type"].endswith("issued.v1")}
        self.assertEqual(registered, granted, "half of an append is in the backup")
        self.assertEqual(len(lines), made["records"])
        for who, token in before[-3:]:
            self.assertEqual(self.question("what", who, "--as-known-at", token, "--as-of", "2026-02-01", data=data)["results"][0]["grant"],
                             "g" + who[len("user:p"):])


if __name__ == "__main__":
    main()
