"""What a person sees: help, tables in 80 columns, CSV, usage errors, and data that tries to drive the terminal."""
import csv
import io
import subprocess

from harness import DATA, TenureTest, event, main

COMMANDS = ["identities", "show", "what", "who", "check", "timeline", "diff", "events", "verify", "rebuild", "dead-letters", "status",
            "append", "import", "generate", "schema", "version", "completion"]


class Help(TenureTest):
    def test_every_command_explains_itself_with_an_example(self):
        whole = self.ok("--help").out
        for name in COMMANDS:
            self.assertIn(name, whole)
            text = self.ok(name, "--help").out
            self.assertIn(name, text)
            if name not in ("version", "import"):
                self.assertIn("Example", text, name)

    def test_version_schema_completion(self):
        self.assertRegex(self.ok("version").out, r"^tenure \d+\.\d+\.\d+\n$")
        types = self.ok("schema").out.split()
        self.assertIn("grant.issued.v1", types)
        self.assertEqual(self.ok("schema", "grant.issued").out, self.ok("schema", "tenure.grant.issued.v1").out)
        self.fails(2, "schema_unknown", "schema", "grant.lent")
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("identities", self.ok("completion", shell).out)
        subprocess.run(["bash", "-n"], input=self.ok("completion", "bash").out, text=True, check=True)


class Usage(TenureTest):
    def test_a_time_without_a_zone(self):
        self.append("three.ndjson")
        for option in ("--as-of", "--as-known-at"):
            ran = self.fails(2, "without_zone", "what", "user:alice", option, "2026-02-01T09:00:00")
            self.assertIn("Z", ran.err)
        self.fails(2, "without_zone", "what", "user:alice", "--during", "2026-02-01T09:00:00/2026-02-02")

    def test_windows(self):
        self.append("three.ndjson")
        self.fails(2, "during_malformed", "what", "user:alice", "--during", "2026-02-01")
        self.fails(2, "when_empty", "what", "user:alice", "--during", "2026-02-01/2026-02-01")
        self.fails(2, "usage", "what", "user:alice", "--during", "2026-02-01/2026-02-02", "--as-of", "now")

    def test_unknown_words(self):
        self.fails(2, "usage", "whot")
        self.fails(2, "usage", "what")
        self.fails(2, "usage", "what", "user:alice", "--as-off", "now")
        self.append("three.ndjson")
        self.fails(2, "reference", "what", "alice")
        self.fails(2, "max_lag_malformed", "what", "user:alice", "--max-lag", "soon")

    def test_iam_paths_are_left_out_of_references(self):
        self.ok("append", "-", stdin=event("a", "identity.registered", {"identity": "user:arn:aws:iam::123456789012:user/name"}))
        answer = self.question("show", "user:arn:aws:iam::123456789012:user/team/a/name")
        self.assertEqual(answer["subject"], "user:arn:aws:iam::123456789012:user/name")
        self.assertEqual(answer["results"][0]["status"], "active")


class Text(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson", "correction.ndjson")

    def test_the_answer_comes_first(self):
        ran = self.ok("check", "user:boss", "read", "doc:x", "--as-of", "2026-02-01")
        self.assertTrue(ran.out.startswith("yes — held since 2026-01-04T09:00:00Z"), ran.out)
        ran = self.tenure("check", "user:alice", "deploy", "cluster:prod", "--as-of", "2026-02-01")
        self.assertTrue(ran.out.startswith("unknown"), ran.out)
        ran = self.tenure("check", "user:bob", "read", "doc:plan", "--as-of", "2026-02-01", "--why")
        self.assertTrue(ran.out.startswith("no"), ran.out)
        self.assertIn("2026-01-06T10:00:00Z", ran.out)

    def test_everything_fits_80_columns_without_colour(self):
        for args in (["identities"], ["show", "service_account:ci-robot"], ["what", "user:alice", "--as-of", "2026-02-01"],
                     ["who", "*", "*"], ["check", "user:alice", "write", "bucket:prod", "--why"], ["timeline", "user:alice"],
                     ["diff", "--from", "2026-01-01", "--to", "2026-05-01"], ["events"], ["status"], ["verify"], ["dead-letters"]):
            ran = self.tenure(*args)
            self.assertIn(ran.code, (0, 1, 3), ran.err)
            self.assertNotIn("\x1b", ran.out)
            for line in ran.out.splitlines():
                if not line.startswith(("There is more", "position")):
                    self.assertLessEqual(len(line), 80, f"{args}: {line}")

    def test_before_the_record_is_said(self):
        ran = self.tenure("check", "user:bob", "read", "doc:plan", "--as-of", "2020-01-01")
        self.assertEqual(ran.code, 3)
        self.assertIn("before the record", ran.out)

    def test_hostile_data_is_escaped(self):
        name = "\u001b[31mroot\u0007\u202e"
        self.ok("append", "-", stdin=event("h", "identity.registered", {"identity": "user:eve", "display_name": name}))
        for args in (["show", "user:eve"], ["identities"], ["identities", "--csv"], ["events"]):
            out = self.ok(*args).out
            for bad in ("\x1b", "\x07", "\u202e"):
                self.assertNotIn(bad, out)

    def test_csv(self):
        ran = self.ok("who", "*", "*", "--during", "2026-01-04/2026-03-01", "--csv")
        rows = list(csv.reader(io.StringIO(ran.out, newline="")))
        self.assertEqual(rows[0], ["principal", "status", "because", "certainty", "from", "until"])
        self.assertEqual(rows[1], ["service_account:ci-robot", "effective", "", "held", "2026-02-01T00:00:00Z", "2026-02-01T01:00:00Z"])

    def test_csv_cells_are_no_formulas(self):
        self.ok("append", "-", stdin=event("f", "identity.registered", {"identity": "user:eve", "display_name": '=HYPERLINK("http://x","y")'}))
        rows = list(csv.reader(io.StringIO(self.ok("identities", "--csv").out)))
        self.assertTrue(all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row))


if __name__ == "__main__":
    main()
