"""Asking about the past needs the scope history, whatever carries the question there: cursors and page tokens too."""
import json
import shutil
import threading

from access_test import create, registered
from harness import TenureTest, event, main
from served import Served, wait_until

SEARCH = "/access/v1/search/subject"
PAST = "2026-02-01T00:00:00Z"


def granted(id, who):
    return event(id, "grant.issued", {"grant": f"grant-{id}", "principal": who, "permissions": [
        {"effect": "allow", "actions": ["read"], "resources": ["bucket:a"]}]}, source="iam.example", time="2026-01-02T00:00:00Z")


class LookingBack(TenureTest):
    def setUp(self):
        super().setUp()
        self.hr = create(self, "--plane", "identity", "--source", "hr.example", "--plane", "access", "--source", "iam.example")
        self.asks, self.looks = create(self, "--scope", "ask"), create(self, "--scope", "history")
        self.served = Served(self)
        self.first = self.served.append(registered("e1", who="user:a"), registered("e2", who="user:b"), granted("g1", "user:a"),
                                        granted("g2", "user:b"), token=self.hr).json()["position"]

    def next_of(self, query, token):
        answer = self.served.get("/v1/identities?limit=1" + query, token=token)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["next"]

    def test_a_cursor_goes_on_about_now_and_nowhere_else(self):
        now = self.next_of("", self.asks)
        self.assertEqual(self.served.append(registered("e3", who="user:c"), token=self.hr).status, 202)
        # What was all there was when the page was given may be gone on with, though the record holds more by now.
        self.assertEqual(self.served.get(f"/v1/identities?limit=1&cursor={now}", token=self.asks).status, 200)
        for query in (f"&as_of={PAST}", "&as_of=2099-01-01", f"&during={PAST}/2026-03-01T00:00:00Z"):
            cursor = self.next_of(query, self.looks)
            self.assertEqual(self.served.get(f"/v1/identities?limit=1&cursor={cursor}", token=self.looks).status, 200, query)
            refused = self.served.get(f"/v1/identities?limit=1&cursor={cursor}", token=self.asks)
            self.assertEqual((refused.status, refused.code), (403, "not_authorised"), query)

    def test_a_page_token_of_a_search_neither(self):
        def search(token, **more):
            body = {"subject": {"type": "user"}, "action": {"name": "read"}, "resource": {"type": "bucket", "id": "a"}, **more}
            return self.served.request("POST", SEARCH, json.dumps(body), token=token, headers={"Content-Type": "application/json"})
        for moment in (PAST, "2030-01-01T00:00:00Z"):
            found = search(self.looks, page={"limit": 1}, context={"tenure_as_of": moment}).json()
            page = {"limit": 1, "token": found["page"]["next_token"]}
            self.assertNotEqual(page["token"], "")
            self.assertEqual(search(self.looks, page=page).status, 200, moment)
            self.assertEqual(search(self.asks, page=page).status, 403, moment)
        found = search(self.asks, page={"limit": 1}).json()
        self.assertEqual(search(self.asks, page={"limit": 1, "token": found["page"]["next_token"]}).status, 200)

    def test_a_question_that_waits_ends_with_its_token(self):
        self.served.stop()
        ahead = self.dir / "ahead"  # the same log, one event further
        shutil.copytree(self.data, ahead)
        position = self.question("append", "-", stdin=registered("e4", who="user:d"), data=ahead)["position"]
        served = Served(self)
        answers = []
        path = f"/v1/identities/user:a?at_least={position}&wait=30s"
        asking = threading.Thread(target=lambda: answers.append(served.get(path, token=self.asks)))
        asking.start()
        wait_until(lambda: served.get("/v1/status", token=self.asks).status == 200, "the service to answer others")
        self.ok("token", "revoke", self.asks.split("_")[1])
        wait_until(lambda: served.get("/v1/status", token=self.asks).status == 401, "the revocation")
        self.assertEqual(served.append(registered("e4", who="user:d"), token=self.hr).status, 202)
        asking.join(60)
        self.assertEqual([(a.status, a.code) for a in answers], [(401, "credential_revoked")])


if __name__ == "__main__":
    main()
