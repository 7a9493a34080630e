"""What compose/ starts, started: the record goes through its brokers, and its follower answers."""
import os
import signal
import unittest

import testing
from compose_case import ComposeTest, containers
from process import wait_until


def setUpModule():
    testing.required()
    if containers.missing and os.environ.get("CI") == "true":
        raise AssertionError(f"compose/ cannot be tested: {containers.missing}")
    if containers.missing:
        raise unittest.SkipTest(containers.missing)


class OneBroker(ComposeTest):
    PROFILE = "one-broker"

    def test_what_is_appended_from_the_host_is_answered_and_it_ends_in_order(self):
        follower = self.follow("topics", "tenure")
        self.append_from_the_host("user:a", "--accept", "replication")
        wait_until(lambda: self.knows("user:a"), 30, "the follower to see it")
        follower.send_signal(signal.SIGTERM)
        self.assertEqual(follower.wait(30), 0)


class ThreeBrokers(ComposeTest):
    PROFILE = "three-brokers"

    def test_the_record_goes_on_without_one_of_the_brokers(self):
        self.follow("topics-of-three", "tenure-of-three")
        self.append_from_the_host("user:a")
        wait_until(lambda: self.knows("user:a"), 30, "the follower to see it")
        process = self.processes["kafka-2"]
        process.kill()
        self.assertEqual(process.wait(30), -signal.SIGKILL)
        # Until its session has run out the dead one still leads; who appends meanwhile is told to try again.
        wait_until(lambda: self.append_from_the_host("user:b", code=None).returncode == 0, 120, "the others to lead")
        wait_until(lambda: self.knows("user:b"), 60, "the follower to see what came after")


if __name__ == "__main__":
    testing.main()
