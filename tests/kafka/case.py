"""What the test cases share: one cluster a class, and every broker running when a test begins and ends."""
import unittest

from admin import Admin
from broker import Cluster


class KafkaTest(unittest.TestCase):
    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        cls.kafka = Cluster(**cls.OPTIONS)
        cls.addClassCleanup(cls.kafka.close)
        cls.admin = Admin(cls.kafka)

    def tearDown(self):
        for node in self.kafka.nodes:
            self.kafka.reset_by_pid(self.kafka.pid(node))  # after a test that failed halfway
