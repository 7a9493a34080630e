"""The reader of the documentation's examples: it must not take a wrong output for a right one."""
import tempfile
import unittest

from docs_examples import Workplace, matches, parse

DOCUMENT = """# Title
```console
$ not run
```
<!-- run: a.ndjson b.ndjson -->
```console
$ tenure who x y \\
    --json
one
two
$ tenure check
[exit 3]
```
<!-- run -->
```console
$ true
```
"""


class Parsing(unittest.TestCase):
    def test_reads_only_marked_blocks(self):
        self.assertEqual(["tenure who x y --json", "tenure check", "true"], [e.command for e in parse(DOCUMENT)])

    def test_adds_files_once_before_the_block(self):
        self.assertEqual([["a.ndjson", "b.ndjson"], [], []], [e.files for e in parse(DOCUMENT)])

    def test_keeps_output_and_exit_code_apart(self):
        who, check, _ = parse(DOCUMENT)
        self.assertEqual((["one", "two"], [0, 1]), (who.output(), who.exit_codes()))
        self.assertEqual(([], [3]), (check.output(), check.exit_codes()))

    def test_knows_where_the_output_stands(self):
        lines = DOCUMENT.splitlines()
        who = parse(DOCUMENT)[0]
        self.assertEqual(["one", "two"], lines[who.first:who.last])

    def test_refuses_a_mark_without_a_block(self):
        with self.assertRaises(ValueError):
            parse("<!-- run -->\ntext\n")


class Matching(unittest.TestCase):
    def test_takes_equal_lines_only(self):
        self.assertTrue(matches(["a", "b"], ["a", "b "]))
        self.assertFalse(matches(["a", "b"], ["a"]))
        self.assertFalse(matches(["a"], ["a", "b"]))
        self.assertFalse(matches([], ["a"]))
        self.assertFalse(matches(["a.c"], ["abc"]))

    def test_ellipsis_within_a_line_stays_within_it(self):
        self.assertTrue(matches(["recorded …Z, then b"], ["recorded 2026-01-01T00:00:00Z, then b"]))
        self.assertFalse(matches(["a … b"], ["a", "b"]))

    def test_a_line_of_ellipsis_is_any_lines(self):
        self.assertTrue(matches(["a", "…", "d"], ["a", "b", "c", "d"]))
        self.assertTrue(matches(["a", "…"], ["a"]))
        self.assertFalse(matches(["…", "d"], ["a", "b"]))


class Running(unittest.TestCase):
    def test_runs_in_a_folder_of_its_own_and_sees_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            place = Workplace(folder, "/", "/bin/echo")
            self.assertEqual((0, ["hello"]), place.run("tenure hello"))
            self.assertEqual((3, []), place.run("exit 3"))


if __name__ == "__main__":
    unittest.main()
