"""Names, sizes, words and links; that each source is built; and that these checks do find what they look for.

    style_test.py ROOT COMPILE_COMMANDS_JSON
"""
import json
import os
import sys
import unittest

import rules
from seeded_tree import SeededTree

COMPILE_COMMANDS = sys.argv.pop(2)
ROOT = sys.argv.pop(1)


class Style(unittest.TestCase):
    def test_every_rule_holds_in_the_project(self):
        for rule in rules.STYLE_RULES:
            with self.subTest(rule.__name__):
                self.assertEqual([], list(rule(ROOT)))

    def test_every_source_is_built(self):
        with open(COMPILE_COMMANDS, encoding="utf-8") as file:
            compiled = {os.path.normpath(os.path.join(c["directory"], c["file"])) for c in json.load(file)}
        self.assertEqual([], list(rules.unbuilt_findings(ROOT, compiled)))


class TheCheckerItself(unittest.TestCase):
    def assert_found(self, rule, path, text="\n"):
        with SeededTree({path: text}) as root:
            self.assertEqual(1, len(list(rule(root))), f"{path}: {text[:80]}")

    def test_finds_names_that_say_nothing(self):
        for path in ("src/event/utils.h", "src/common/a.h", "tests/unit/string_helpers.cc", "src/core/README.md"):
            self.assert_found(rules.name_findings, path)
        with SeededTree({"src/event/score.h": "\n", "docs/commonly.md": "\n"}) as root:
            self.assertEqual([], list(rules.name_findings(root)))

    def test_finds_long_files(self):
        self.assert_found(rules.size_findings, "src/event/a.cc", "\n" * 501)
        with SeededTree({"src/event/a.cc": "\n" * 500, "docs/a.md": "\n" * 900}) as root:
            self.assertEqual([], list(rules.size_findings(root)))

    def test_finds_promises(self):
        self.assert_found(rules.word_findings, "src/event/a.cc", "// TODO: later\n")  # style: allow
        self.assert_found(rules.word_findings, "docs/a.md", "FIXME\n")  # style: allow

    def test_finds_words_from_outside(self):
        self.assert_found(rules.word_findings, "docs/a.md", "as issue 3 asks\n")  # style: allow
        self.assert_found(rules.word_findings, "docs/a.md", "see /work/shared\n")  # style: allow
        self.assert_found(rules.word_findings, "src/event/a.h", "// see DESIGN.md\n")  # style: allow

    def test_finds_a_folder_without_readme(self):
        self.assert_found(rules.readme_findings, "src/event/a.h")

    def test_finds_dead_links(self):
        self.assert_found(rules.link_findings, "docs/a.md", "[x](formats/none.md#part)\n")
        with SeededTree({"docs/a.md": "[x](b.md) [y](https://example.org/z)\n", "docs/b.md": "\n"}) as root:
            self.assertEqual([], list(rules.link_findings(root)))

    def test_finds_pages_that_no_index_links(self):
        self.assert_found(rules.index_findings, "docs/formats/a.md")
        with SeededTree({"docs/formats/README.md": "[a](a.md)\n", "docs/formats/a.md": "\n", "docs/b.md": "\n"}) as root:
            self.assertEqual([], list(rules.index_findings(root)))

    def test_finds_sources_that_no_target_builds(self):
        with SeededTree({"tests/unit/event/lost_test.cc": "\n", "src/event/a.cc": "\n"}) as root:
            compiled = {os.path.join(root, "src/event/a.cc")}
            self.assertEqual(["tests/unit/event/lost_test.cc: no target builds it"],
                             list(rules.unbuilt_findings(root, compiled)))


if __name__ == "__main__":
    unittest.main()
