"""kill -9 of a backup and of a restore at named points: what is left is whole, or nothing that anybody takes for a backup or record."""
import crash_test
import harness

BACKUP = {
    "copying tenure.json": ("write:.unfinished/data/tenure.json", 1),
    "writing the copied log": ("write:.unfinished/data/log/", 1),
    "half of the copied log's bytes": ("write:.unfinished/data/log/", 1, "torn"),
    "building the proof": ("open:.unfinished/proof/", 1),
    "before a file is synced": ("sync:.unfinished/data/", 3),
    "half of backup.json": ("write:.unfinished/backup.json", 1, "torn"),
    "before backup.json has its name": ("rename:backup.json.new ", 1),
    "after it": ("rename:backup.json.new ", 1, "after"),
    "before the backup has its name": ("rename:.unfinished ", 1),
    "after it has": ("rename:.unfinished ", 1, "after"),
}
RESTORE = {
    "half of a file's bytes": ("write:/restoring/log/", 1, "torn"),
    "a new file": ("open:/restoring/", 3),
    "before a file is synced": ("sync:/restoring/", 3),
    "before the log has its place": ("rename:/restoring/log ", 1),
    "after the log has": ("rename:/restoring/log ", 1, "after"),
    "before tenure.json has its place": ("rename:/restoring/tenure.json ", 1),
    "after it has": ("rename:/restoring/tenure.json ", 1, "after"),
    "clearing up": ("unlink:/restoring", 1),
}


class BackupCrash(crash_test.CrashTest):
    def setUp(self):
        super().setUp()
        self.original, self.backup, self.restored = self.dir / "clean", self.dir / "backup", self.dir / "restored"

    def test_a_backup_killed_anywhere_is_whole_or_not_there(self):
        left = []

        def run(name, point, n):
            killed = self.killed(point, n, "backup", self.backup, data=self.original)
            if killed:
                left.append(self.backup.exists())
            if not self.backup.exists():
                self.fails(2, "backup_not_found", "restore", self.backup, data=self.restored)
                self.ok("backup", self.backup, data=self.original)
            self.assertFalse((self.dir / "backup.unfinished").exists(), name)
            self.restores(name)
            self.assertEqual(self.digests(data=self.original), self.expected, name)
            harness.shutil.rmtree(self.backup)
            return killed

        self.each_point(BACKUP, run)
        self.assertEqual(set(left), {True, False}, "kills before and after the name was given were tried")

    def test_a_restore_killed_anywhere_leaves_a_whole_record_or_none(self):
        self.ok("backup", self.backup, data=self.original)
        left = []

        def run(name, point, n):
            killed = self.killed(point, n, "restore", self.backup, data=self.restored)
            whole = (self.restored / "tenure.json").exists()
            if killed:
                left.append(whole)
            if whole:
                self.fails(2, "restore_not_empty", "restore", self.backup, data=self.restored)
                self.whole(name, self.restored)
                self.ok("append", self.parts[0], data=self.restored)  # a writer clears up
                self.assertEqual(sorted(p.name for p in self.restored.iterdir()), ["log", "model", "tenure.json"], name)
                harness.shutil.rmtree(self.restored)
            else:
                self.assertIn(self.tenure("append", self.parts[0], data=self.restored).code, (2,), name)
                self.restores(name)
            return killed

        self.each_point(RESTORE, run)
        self.assertEqual(set(left), {True, False}, "kills before and after the record was there were tried")

    def restores(self, name):
        self.ok("restore", self.backup, data=self.restored)
        self.whole(name, self.restored)
        harness.shutil.rmtree(self.restored)


if __name__ == "__main__":
    harness.main()
