"""Answers as pictures: in the terminal, whatever it can show, and as SVG, which is true to the intervals of the answer."""
import datetime
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import xml.etree.ElementTree as ET

from harness import BINARY, TenureTest, event, main
from served import Served

SVG = "{http://www.w3.org/2000/svg}"
UNICODE = {"LC_ALL": "C.UTF-8", "COLUMNS": "80"}
ASCII = {"LC_ALL": "C", "COLUMNS": "80"}
LEFT, RIGHT = 330.0, 980.0  # of the plot, in the SVG
WINDOW = ("2026-01-03T08:00:00Z", "2026-04-01T00:00:00Z")
DURING = ("--during", "/".join(WINDOW))


def us(text):
    """Microseconds since 1970; None stays None."""
    if text is None:
        return None
    whole = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((whole - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(microseconds=1))


class ChartTest(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")
        self.svg = self.dir / "chart.svg"

    def drawn(self, *args, env=UNICODE, code=0, **kw):
        """The lines of a picture, without what stands above it."""
        ran = self.tenure(*args, "--chart", env=env, **kw)
        self.assertEqual(ran.code, code, ran.err)
        return ran.out.partition("\n\n")[2].splitlines()

    def file(self, *args, code=0, **kw):
        """The root of the SVG, and what the command printed."""
        self.svg.unlink(missing_ok=True)
        ran = self.tenure(*args, "--chart", self.svg, **kw)
        self.assertEqual(ran.code, code, ran.err)
        self.assertEqual(sorted(p.name for p in self.dir.glob("chart*")), ["chart.svg"])
        return ET.parse(self.svg).getroot(), ran


class Terminal(ChartTest):
    def test_what_was_held_over_time(self):
        self.assertEqual(self.drawn("what", "user:alice", *DURING), [
            "2026 UTC                         01-05  01-19  02-02  02-16  03-02  03-16  03-30",
            "                                  ┬───────┬──────┬──────┬──────┬──────┬──────┬─",
            "role:conditional                   ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒",
            "role:db-admi… bucket:prod/ledger  █████████████████████████████▍░░░░░░░░░░░░░░░",
            "█ certain  ▒ possible  ░ granted, not held",
            "what reaches an edge may go on beyond the window"])

    def test_a_story_has_a_row_for_each_fact(self):
        lines = self.drawn("timeline", "service_account:ci-robot", *DURING)
        self.assertEqual([line.split("  ")[0] for line in lines[2:6]], ["events", "exists", "credential key-1", "role:everything"])
        self.assertRegex(lines[5], "^role:everything +[▏▕┃]$")  # one hour of three months
        self.assertIn("•", lines[2])

    def test_the_moment_asked_about_is_a_line(self):
        lines = self.drawn("what", "user:boss", "--as-of", "2026-02-01")
        axis = next(n for n, line in enumerate(lines) if "▼" in line)
        self.assertEqual(lines[axis + 1][lines[axis].index("▼")], "█")
        self.assertTrue(lines[axis + 1].endswith("▸"))
        self.assertIn("▼ as of 2026-02-01T00:00:00Z", lines[-1])
        lines = self.drawn("timeline", "user:bob", "--as-of", "2026-01-20")
        axis = next(n for n, line in enumerate(lines) if "▼" in line)
        self.assertEqual([line[lines[axis].index("▼")] for line in lines[axis + 1:axis + 4]], ["│", "█", "│"])

    def test_without_utf8_it_is_ascii_alone(self):
        for env in (ASCII, {"LC_ALL": "", "LC_CTYPE": "", "LANG": "", "COLUMNS": "80"}, {"LC_ALL": "de_DE.ISO-8859-1", "COLUMNS": "80"}):
            lines = self.drawn("what", "user:alice", *DURING, env=env)
            self.assertTrue(all(line.isascii() for line in lines), lines)
            self.assertRegex(lines[2], "^role:conditional +~+$")
            self.assertRegex(lines[3], r"^role:db-ad\.\.\. bucket:prod/ledger +#+\.+$")
        self.assertIn("█", "".join(self.drawn("what", "user:alice", *DURING, env={"LC_ALL": "", "LC_CTYPE": "", "LANG": "en_US.utf8"})))

    def test_it_is_as_wide_as_there_is_room(self):
        for columns in (20, 45, 80, 133, 300):
            for lines in (self.drawn("what", "user:alice", *DURING, env={**UNICODE, "COLUMNS": str(columns)}),
                          self.drawn("timeline", "user:alice", env={**UNICODE, "COLUMNS": str(columns)})):
                self.assertLessEqual(max(map(len, lines)), columns)
                self.assertGreater(max(map(len, lines)), columns * 2 // 3)
        for wrong in ("", "0", "wide", "-3"):
            self.assertEqual(max(map(len, self.drawn("what", "user:alice", *DURING, env={**UNICODE, "COLUMNS": wrong}))), 100, wrong)

    def in_a_terminal(self, *args, columns, **env):
        """What a terminal of that width is sent."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TENURE_SERVER")}
        environment.update(TENURE_DATA=str(self.data), TERM="xterm", LC_ALL="C.UTF-8", **env)
        process = subprocess.Popen([BINARY, *args], stdout=theirs, stdin=subprocess.DEVNULL, env=environment)
        os.close(theirs)
        sent = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            sent += part
        os.close(ours)
        self.assertEqual(process.wait(60), 0)
        return sent.decode()

    def test_colours_and_width_are_the_terminals(self):
        args = ("what", "user:alice", *DURING, "--chart")
        sent = self.in_a_terminal(*args, columns=64)
        self.assertIn("\x1b[32m", sent)
        self.assertIn("\x1b[33m", sent)
        plain = re.sub(r"\x1b\[[0-9]*m", "", sent)
        self.assertEqual(max(map(len, plain.partition("\r\n\r\n")[2].splitlines())), 64)
        self.assertNotIn("\x1b", self.in_a_terminal(*args, columns=64, NO_COLOR="1"))

    def test_an_empty_answer_says_so(self):
        for args, words in ((("what", "user:bob", "--as-of", "2026-02-01"), "holds nothing"),
                            (("timeline", "user:nobody"), "Nothing on record names it")):
            ran = self.ok(*args, "--chart", env=UNICODE)
            self.assertIn(words, ran.out)
            self.assertNotIn("─", ran.out)

    def test_rows_that_are_left_out_are_counted(self):
        self.ok("append", "-", stdin="".join(
            event(f"extra-{n}", "credential.issued", {"identity": "user:bob", "credential": f"key-{n}"}) for n in range(20)))
        lines = self.drawn("timeline", "user:bob", "--as-of", "2026-02-01", "--limit", "5")
        left = next(line for line in lines if line.startswith("and "))
        more = re.fullmatch(r"and 17 more rows; --limit (\d+) draws them, too", left)
        self.assertTrue(more, lines)
        lines = self.drawn("timeline", "user:bob", "--as-of", "2026-02-01", "--limit", more[1])
        self.assertEqual(sum(line.startswith("credential key-") for line in lines), 20)
        self.assertFalse(any(line.startswith("and ") for line in lines))

    def test_what_is_in_doubt_is_said_and_shaded(self):
        self.ok("append", "-", stdin=event("bad", "event.retracted", {"target": {"source": "test/office", "id": "zz"}, "key": "user:boss",
                                                                      "reason": "x"}, tenuretopic="tenure.identity"))
        self.ok("append", "-", stdin=event("zz", "grant.issued", {"grant": "zz", "principal": "user:boss", "role": "role:everything"}))
        ran = self.tenure("timeline", "user:boss", *DURING, "--chart", env=UNICODE)
        self.assertEqual(ran.code, 3)
        self.assertIn("incomplete", ran.out)
        self.assertRegex(ran.out, "exists +▒+")
        root, _ = self.file("timeline", "user:boss", *DURING, code=3)
        self.assertIn("in doubt: user:boss (identity)", "".join(root.itertext()))

    def test_gaps_in_the_evidence_are_told(self):
        self.ok("append", "-", stdin=event("gone", "identity.retired", {"identity": "user:boss", "ends_all": True}, "2026-02-10T00:00:00Z"))
        lines = self.drawn("timeline", "user:boss", *DURING)
        self.assertRegex(lines[2], "^events .*!")
        self.assertTrue(any(line.startswith("! 2026-02-10T00:00:00Z  evidence gap: grant g-root") for line in lines), lines)


class File(ChartTest):
    def bars(self, root):
        """(x, width, class, title) of every bar, by row: rows have the y of their bars in common."""
        rows = {}
        for rect in root.iter(SVG + "rect"):
            if rect.get("height") == "16" and rect.get("class").startswith(("c-certain", "c-possible", "c-granted")):
                rows.setdefault(int(rect.get("y")), []).append(
                    (float(rect.get("x")), float(rect.get("width")), rect.get("class").split()[0], rect.findtext(SVG + "title")))
        return [rows[y] for y in sorted(rows)]

    def expected(self, row, window):
        """Where the bars of one row of the answer are to be."""
        begin, end = map(us, window)
        at = lambda t, otherwise: LEFT + (min(max(us(t) if t else otherwise, begin), end) - begin) / (end - begin) * (RIGHT - LEFT)
        bars = []
        for name, kind in (("granted", "c-granted"), ("possibly", "c-possible"), ("held", "c-certain")):
            for span in row.get(name, []):
                x, until = at(span["from"], begin), at(span["until"], end)
                bars.append((x, max(until - x, 1.5), kind))
        return bars

    def test_bars_stand_where_the_answers_intervals_are(self):
        self.append("correction.ndjson")
        for args, rows in ((("what", "user:alice", "--on-paper"), "results"), (("what", "service_account:ci-robot", "--on-paper"), "results"),
                           (("timeline", "user:alice"), "facts"), (("timeline", "group:dba"), "facts"), (("timeline", "role:everything"), "facts")):
            with self.subTest(args):
                root, ran = self.file(*args, *DURING, "--json")
                answer = ran.json()
                drawn = self.bars(root)
                self.assertEqual(len(drawn), len(answer[rows]))
                for row, bars in zip(answer[rows], drawn):
                    wanted = self.expected(row, WINDOW)
                    self.assertEqual([bar[2] for bar in bars], [bar[2] for bar in wanted])
                    for bar, want in zip(bars, wanted):
                        self.assertAlmostEqual(bar[0], min(want[0], RIGHT - want[1]), delta=0.002)
                        self.assertAlmostEqual(bar[1], want[1], delta=0.002)

    def test_each_bar_tells_its_exact_ends(self):
        self.ok("append", "-", stdin=event("g9", "grant.issued", {"grant": "g9", "principal": "user:bob", "role": "role:everything",
                                                                  "expires_at": "2026-01-10T00:00:00.000001Z"}))
        root, _ = self.file("what", "user:bob", *DURING)
        titles = [bar[3] for row in self.bars(root) for bar in row]
        self.assertIn("role:everything, grant g9: certain, 2026-01-10T00:00:00Z until 2026-01-10T00:00:00.000001Z (1 µs)", titles)
        self.assertTrue(all(bar[1] >= 1 for row in self.bars(root) for bar in row))

    def test_the_usual_answer_is_printed_beside_it(self):
        plain = self.ok("what", "user:alice", *DURING)
        _, ran = self.file("what", "user:alice", *DURING)
        self.assertEqual(ran.out, plain.out + f"\nThe picture is in {self.svg}.\n")
        for form in ("--json", "--csv"):
            _, ran = self.file("what", "user:alice", *DURING, form)
            self.assertEqual(ran.out, self.ok("what", "user:alice", *DURING, form).out)

    def test_it_needs_nothing_else_and_runs_nothing(self):
        self.file("timeline", "user:alice")
        text = self.svg.read_text()
        for word in ("<script", "href", "@import", "<image", "foreignObject", " on"):
            if word == " on":
                self.assertNotRegex(text, r"\son[a-z]+=")
            else:
                self.assertNotIn(word, text)
        self.assertEqual(re.findall(r"https?://[^\"]+", text), ["http://www.w3.org/2000/svg"])

    def test_a_file_that_is_there_stays_as_it_is(self):
        self.svg.write_text("mine")
        self.fails(2, "chart_exists", "what", "user:alice", "--chart", self.svg)
        self.svg.unlink()
        self.svg.symlink_to(self.dir / "nowhere")
        self.fails(2, "chart_exists", "what", "user:alice", "--chart", self.svg)
        self.assertFalse((self.dir / "nowhere").exists())

    def test_a_file_that_cannot_be_written_is_a_fault(self):
        ran = self.fails(4, "chart_not_written", "what", "user:alice", "--chart", self.dir / "no" / "chart.svg")
        self.assertEqual(ran.out, "")

    def test_an_empty_answer_makes_a_file_that_says_so(self):
        root, _ = self.file("what", "user:bob", "--as-of", "2026-02-01")
        self.assertIn("Nothing to draw", "".join(root.itertext()))
        self.assertEqual(self.bars(root), [])


class Asking(ChartTest):
    def test_a_picture_here_and_another_form_here_is_refused_with_what_to_do(self):
        for form in ("--json", "--csv"):
            for args in (("what", "user:alice"), ("timeline", "user:alice")):
                ran = self.fails(2, "chart_needs_file", *args, form, "--chart")
                self.assertIn("--chart FILE.svg", ran.err)
        self.fails(2, "chart_needs_intervals", "what", "user:alice", "--json", "--detail", "brief", "--chart", self.svg)

    def test_only_a_file_of_that_kind_is_taken(self):
        ran = self.fails(2, "usage", "what", "user:alice", "--chart", "user:bob")
        self.assertIn("FILE.svg", ran.err)
        self.fails(2, "usage", "what", "user:alice", "--chart", ".svg")
        self.assertEqual(self.drawn("what", *DURING, "user:alice"),
                         self.ok("what", *DURING, "--chart", "user:alice", env=UNICODE).out.partition("\n\n")[2].splitlines())

    def test_questions_that_are_kept_or_packed(self):
        self.fails(2, "evidence_question", "evidence", "-o", self.dir / "p.zip", "--", "what", "user:alice", "--chart", self.svg)
        self.ok("incident", "open", "x", "--at", "2026-02-01T00:00:00Z", "what user:alice --chart")
        self.assertIn("█", self.ok("incident", "ask", "x", env=UNICODE).out)

    def test_it_is_the_same_of_a_record_behind_a_server(self):
        served = Served(self)
        url = f"http://127.0.0.1:{served.port}"
        for args in (("what", "user:alice", *DURING), ("timeline", "user:alice", *DURING), ("timeline", "service_account:ci-robot", *DURING)):
            self.assertEqual(self.drawn(*args, "--server", url, data=self.dir / "none"), self.drawn(*args))
            self.file(*args)
            here = self.svg.read_bytes()
            self.file(*args, "--server", url, data=self.dir / "none")
            self.assertEqual(self.svg.read_bytes(), here)

    def test_shells_complete_it_and_help_names_it(self):
        for shell in ("bash", "zsh"):
            self.assertRegex(self.ok("completion", shell).out, r"timeline\).*--chart")
        self.assertIn("--chart FILE", self.ok("what", "--help").out)
        self.assertIn("--chart FILE", self.ok("timeline", "--help").out)


class Hostile(ChartTest):
    NAMES = ("x\u001b[31m\u001b]0;owned\u0007", "\u202egnp", "<script>alert(1)</script>", "&\"'>]]>", "\u200b\ufeff\u00ad", "日本" * 40,
             "\ufffe", "a" * 1900)

    def test_names_harm_neither_terminal_nor_svg(self):
        # The door refuses control characters in references; display, reasons and ids may hold what JSON can.
        lines = [event("role", "role.defined", {"role": "role:<b>&\u202e\"'", "permissions": []})]
        for n, name in enumerate(self.NAMES):
            lines.append(event(f"hc{n}", "credential.issued", {"identity": "user:bob", "credential": f"{n}{name}", "kind": "k"}))
            lines.append(event(f"hs{n}", "identity.suspended", {"identity": "user:bob", "reason": name}, "2026-02-01T00:00:00Z"))
            lines.append(event(f"hg{n}", "grant.issued", {"grant": f"{n}{name}", "principal": "user:bob",
                                                         "permissions": [{"effect": "allow", "actions": [f"{n}{name}"], "resources": ["*"]}]}))
        self.tenure("append", "-", "--partial", stdin="".join(lines))
        told = self.question("timeline", "user:bob", "--limit", "1000")
        self.assertGreaterEqual(told["facts_total"], 8)
        for args in (("timeline", "user:bob"), ("what", "user:bob", "--on-paper")):
            for env in (UNICODE, ASCII):
                lines = self.drawn(*args, env=env)
                for line in lines:
                    self.assertFalse(any(ord(c) < 32 or c in "\x7f\u202e\u200b\ufeff\u00ad\ufffe" for c in line), repr(line))
                    self.assertLessEqual(len(line), 80)
            root, _ = self.file(*args)
            self.assertFalse([e for e in root.iter() if e.tag.lower().endswith("script")])
            self.assertIn("alert(1)", "".join(root.itertext()))
            for bad in "\x1b\x07\u202e\u200b\ufeff\ufffe":
                self.assertNotIn(bad, self.svg.read_text())


if __name__ == "__main__":
    main()
