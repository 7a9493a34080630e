"""Data flows one way: a folder includes only folders above it in the table of docs/structure.md.

    include_direction_test.py ROOT
"""
import sys
import unittest

import rules
from seeded_tree import SeededTree

ROOT = sys.argv.pop(1)


class IncludeDirection(unittest.TestCase):
    def test_the_project_keeps_to_the_table(self):
        self.assertEqual([], list(rules.include_findings(ROOT)))


class TheCheckerItself(unittest.TestCase):
    def findings(self, path, line):
        with SeededTree({path: line + "\n"}) as root:
            return list(rules.include_findings(root))

    def assert_refused(self, path, line):
        self.assertEqual(1, len(self.findings(path, line)), f"{path}: {line}")

    def assert_taken(self, path, line):
        self.assertEqual([], self.findings(path, line))

    def test_refuses_a_folder_below(self):
        self.assert_refused("src/event/a.cc", '#include "log/log.h"')
        self.assert_refused("src/history/deep/a.h", '#  include "authority/questions.h"')
        self.assert_refused("src/authority/a.cc", '#include "connect/cloudtrail.h"')

    def test_takes_itself_the_public_headers_and_folders_above(self):
        self.assert_taken("src/cli/a.cc", '#include "cli/table.h"')
        self.assert_taken("src/event/a.cc", '#include "tenure/event.h"')
        self.assert_taken("src/authority/a.cc", '#include "history/facts.h"')

    def test_refuses_a_public_header_that_looks_inside(self):
        self.assert_refused("include/tenure/a.h", '#include "event/codec.h"')
        self.assert_refused("include/tenure/a.h", "#include <fmt/format.h>")

    def test_refuses_third_parties_outside_their_folders(self):
        self.assert_refused("src/projection/a.cc", "#include <rocksdb/db.h>")
        self.assert_refused("src/authority/a.cc", "#include <nlohmann/json.hpp>")
        self.assert_refused("src/event/a.cc", "#include <gtest/gtest.h>")
        self.assert_refused("src/event/a.cc", "#include <absl/strings/cord.h>")
        self.assert_taken("src/history/a.cc", "#include <rocksdb/db.h>")
        self.assert_taken("src/projection/a.cc", "#include <fmt/format.h>")
        self.assert_taken("tests/unit/log/a_test.cc", "#include <gtest/gtest.h>")

    def test_refuses_a_reference_model_that_shares_code(self):
        self.assert_refused("tests/reference/a.cc", '#include "history/fold.h"')
        self.assert_refused("tests/reference/a.cc", '#include "authority/questions.h"')
        self.assert_taken("tests/reference/a.cc", '#include "tenure/event.h"')
        self.assert_taken("tests/property/a.cc", '#include "history/fold.h"')

    def test_refuses_a_way_around_by_dots(self):
        self.assert_refused("src/event/a.cc", '#include "../log/log.h"')

    def test_refuses_an_unknown_folder(self):
        self.assert_refused("src/event/a.cc", '#include "strings/join.h"')
        self.assert_taken("src/event/a.cc", '#include "generated_table.inc"')


if __name__ == "__main__":
    unittest.main()
