"""POST /v1/verify beside those who append: nobody waits for it, and it speaks of one position."""
import concurrent.futures
import time

from harness import event, main
from server import ServedTest

FOUND_WITHIN_S = 60


class VerifyBeside(ServedTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=self.ok("generate", "--events", "15000").out)
        self.served = self.serve()

    def verifying(self, pool):
        """A verify that is under way: it has begun to build its model."""
        verify = pool.submit(self.served.post, "/v1/verify")
        until = time.monotonic() + FOUND_WITHIN_S
        while not list(self.data.glob("verify-*")):
            self.assertFalse(verify.done(), "it was over before it was seen")
            self.assertLess(time.monotonic(), until)
            time.sleep(0.002)
        return verify

    def test_an_append_is_acknowledged_while_it_runs_and_does_not_disturb_it(self):
        before = self.served.get("/v1/status").json()["as_known_at"]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            verify = self.verifying(pool)
            for i in range(20):
                line = event(f"meanwhile-{i}", "identity.registered", {"identity": f"user:m{i}"})
                answer = self.served.post("/v1/events", line, {"Content-Type": "application/x-ndjson"})
                self.assertEqual(answer.status, 202)
            self.assertFalse(verify.done(), "the appends waited for it, or the record is too small to tell")
            verified = verify.result()
        self.assertEqual(verified.status, 200, verified.body)
        self.assertTrue(verified.json()["results"][0]["equal"])
        self.assertEqual(verified.json()["as_known_at"], before)
        self.assertEqual(self.served.get("/v1/identities/user%3Am19").status, 200)
        self.assertEqual(list(self.data.glob("verify-*")), [])

    def test_a_second_one_is_told_to_wait(self):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            verify = self.verifying(pool)
            second = self.served.post("/v1/verify")
            self.assertEqual((second.status, second.json()["code"]), (503, "verify_running"))
            self.assertIn("retry-after", second.headers)
            self.assertFalse(verify.done())
            self.assertEqual(verify.result().status, 200)
        self.assertEqual(self.served.post("/v1/verify").status, 200)


if __name__ == "__main__":
    main()
