"""What a test module needs to run against Kafka, or to say that it did not.

    setUpModule = testing.required
    if __name__ == "__main__":
        testing.main()
"""
import os
import sys
import unittest

import artifacts

SKIPPED = 77  # the exit code that ctest shows as skipped, and not as passed


def required():
    """Skips the module where Kafka can't be had, and fails it in CI, which leaves nothing out."""
    why = missing()
    if why:
        raise unittest.SkipTest(why)


def missing():
    """Why nothing can be tested here, else None. In CI an AssertionError."""
    try:
        artifacts.programs()
        return None
    except artifacts.Unavailable as why:
        if os.environ.get("CI") == "true":
            raise AssertionError(f"Kafka cannot be tested, and CI takes no skipped test: {why}") from why
        return f"KAFKA IS NOT TESTED: {why}"


def main():
    program = unittest.main(verbosity=2, exit=False)
    result = program.result
    for test, reason in result.skipped:
        print(f"NOT RUN: {test}: {reason}", file=sys.stderr)
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun == len(result.skipped) or not result.testsRun:
        sys.exit(SKIPPED)
