"""Brief answers over HTTP and from the command line: what they say is what the full answers say, and what they can't say is refused."""
import urllib.parse

import openapi
from harness import event, main
from server import ServedTest, SharedTest

T = "2026-06-01T00:00:00Z"
HELD = "2026-01-15T00:00:00Z"  # by user:even, which is suspended later
TIMES = (T, HELD, "2020-01-01T00:00:00Z")
PLACE = ("topic", "partition", "offset")


def quoted(text):
    return urllib.parse.quote(text, safe="")


def with_query(path, /, **parameters):
    return path + ("&" if "?" in path else "?") + urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)


def places(answer, row):
    """Where the events behind a row stand, those of its path included."""
    found = [index for step in row.get("path", []) for index in step["evidence"]] + row.get("evidence", [])
    return {tuple(answer["evidence"][index][name] for name in PLACE) for index in found}


def all_places(answer):
    return {tuple(one[name] for name in PLACE) for one in answer["evidence"]}


# Of a row of each question: what names it, and what the brief row says of it as the full one does.
ROWS = {
    "check": ((), ("decision",)),
    "what": (("grant", "effect", "granted_to"), ("role", "scope", "status")),
    "who": (("principal",), ("status",)),
    "identities": (("ref",), ()),
}
SHARED = ("question", "subject", "action", "resource", "role", "member_of", "as_of", "as_known_at", "behind", "complete", "limits",
          "before_record")


class AgainstFull(openapi.SeldomTold, SharedTest):
    def ask(self, path, expected=200, /, **parameters):
        answer = self.served.get(with_query(path, **parameters))
        self.assertEqual(answer.status, expected, f"{path} {parameters}: {answer.body[:300]}")
        return answer.json()

    def refs(self):
        listed = self.ask("/v1/identities", as_of=T, limit=1000)["results"]
        return [row["ref"] for row in listed][::41] + ["user:even", "user:odd", "group:odd", "service_account:odd", "user:nobody", "user:alice"]

    def same(self, path, /, **parameters):
        """The brief answer, after it was held against the full one."""
        full, brief = self.ask(path, **parameters), self.ask(path, detail="brief", **parameters)
        asked = f"{path} {parameters}"
        self.assertEqual(brief["detail"], "brief", asked)
        self.assertEqual({name: brief.get(name) for name in SHARED}, {name: full.get(name) for name in SHARED}, asked)
        for absent in ("held", "possibly", "because", "path", "nearest", "active"):
            self.assertNotIn(absent, brief["results"][0] if brief["results"] else {}, asked)
        names, said = ROWS[brief["question"]]
        key = lambda row: tuple(row[name] for name in names)  # noqa: E731
        self.assertEqual([key(row) for row in brief["results"]], [key(row) for row in full["results"]], asked)
        for ours, theirs in zip(brief["results"], full["results"]):
            self.assertEqual([ours[name] for name in said], [theirs[name] for name in said], asked)
            self.assertTrue(places(brief, ours) <= all_places(brief), asked)
        self.assertEqual(set().union(*[places(brief, row) for row in brief["results"]], set()), all_places(brief), asked)
        return full, brief

    def test_check(self):
        decisions, evident = set(), 0
        for ref in self.refs():
            for time in TIMES:
                for action, resource in (("read", "bucket:odd"), ("*", "*"), ("read", "bucket:open"), ("read", "bucket:far")):
                    full, brief = self.same("/v1/check", subject=ref, action=action, resource=resource, as_of=time)
                    result = brief["results"][0]
                    decisions.add(result["decision"])
                    if full["results"][0]["path"] and not full["results"][0]["more_paths"]:
                        self.assertTrue(result["evidence"] and all_places(brief) <= all_places(full), (full, brief))
                        evident += 1
        self.assertEqual(decisions, {"yes", "no", "unknown"})
        self.assertGreater(evident, 10)

    def test_what(self):
        effects, evident = set(), 0
        for ref in self.refs():
            for time in TIMES:
                full, brief = self.same(f"/v1/identities/{quoted(ref)}/authority", as_of=time, limit=1000)
                for theirs, ours in zip(full["results"], brief["results"]):
                    effects.add(ours["effect"])
                    self.assertEqual(len(ours["granted"]), 1)
                    if not theirs["more_paths"]:
                        self.assertTrue(ours["evidence"] and places(brief, ours) <= places(full, theirs), (theirs, ours))
                        evident += 1
        self.assertEqual(effects, {"allow", "deny", "unknown"})
        self.assertGreater(evident, 10)

    def test_who(self):
        found = 0
        for time in TIMES:
            for asked in ({"action": "read", "resource": "bucket:odd"}, {"action": "*", "resource": "*"}, {"role": "role:never-defined"},
                          {"member_of": "group:odd"}, {"action": "read", "resource": "bucket:open"}):
                _, brief = self.same("/v1/authority", as_of=time, limit=1000, **asked)
                found += len(brief["results"])
        self.assertGreater(found, 5)

    def test_identities_that_were_active_and_how_many(self):
        for time in TIMES:
            full, brief = self.same("/v1/identities", status="active", as_of=time, limit=100_000)
            self.assertEqual(brief["total"], len(full["results"]))
            for theirs, ours in zip(full["results"], brief["results"]):
                self.assertTrue(ours["evidence"] and places(brief, ours) <= places(full, theirs), (theirs, ours))
        self.assertGreater(self.ask("/v1/identities", status="active", as_of=T, detail="brief")["total"], 20)

    def test_detail_full_is_the_answer_without_it(self):
        path = with_query("/v1/check", subject="user:even", action="read", resource="bucket:odd", as_of=T)
        self.assertEqual(self.served.get(path).body, self.served.get(path + "&detail=full").body)

    def test_pages_are_the_whole_list_and_go_on_from_brief_to_brief_alone(self):
        for path, parameters in (("/v1/identities", {"status": "active"}), ("/v1/identities/user%3Aeven/authority", {}),
                                 ("/v1/authority", {"action": "read", "resource": "bucket:odd"})):
            whole = self.ask(path, detail="brief", as_of=HELD, limit=1000, **parameters)
            self.assertGreater(len(whole["results"]), 1, path)
            self.assertIsNone(whole["next"])
            rows, page = [], self.ask(path, detail="brief", as_of=HELD, limit=1, **parameters)
            first = page
            while True:
                rows += [({**row, "evidence": sorted(places(page, row))}) for row in page["results"]]
                self.assertEqual((page["as_known_at"], page["as_of"]), (whole["as_known_at"], whole["as_of"]))
                if page["next"] is None or len(rows) >= 10:
                    break
                self.assertEqual(len(page["results"]), 1)
                page = self.ask(path, detail="brief", limit=1, cursor=page["next"], **parameters)
            expected = [({**row, "evidence": sorted(places(whole, row))}) for row in whole["results"]]
            self.assertEqual(rows, expected[:len(rows)], path)
            self.assertTrue(len(rows) == len(expected) or len(rows) == 10)
            self.assertEqual(self.ask(path, 400, limit=1, cursor=first["next"], **parameters)["code"], "cursor_other_question")
            full = self.ask(path, as_of=HELD, limit=1, **parameters)
            self.assertEqual(self.ask(path, 400, detail="brief", cursor=full["next"], **parameters)["code"], "cursor_other_question")

    def test_an_explicit_moment_has_a_tag_of_its_own(self):
        path = with_query("/v1/check", subject="user:even", action="read", resource="bucket:odd", as_of=T)
        full, brief = self.served.get(path), self.served.get(path + "&detail=brief")
        self.assertNotEqual(full.headers["etag"], brief.headers["etag"])
        for tag, status in ((brief.headers["etag"], 304), (full.headers["etag"], 200)):
            self.assertEqual(self.served.get(path + "&detail=brief", **{"If-None-Match": tag}).status, status)
        now = with_query("/v1/check", subject="user:even", action="read", resource="bucket:odd", detail="brief")
        self.assertEqual(self.served.get(now).headers["cache-control"], "no-store")

    def test_what_a_brief_answer_cannot_say_is_refused(self):
        check = {"subject": "user:even", "action": "read", "resource": "bucket:odd"}
        for path, parameters, code, field in (
                ("/v1/check", {**check, "detail": "short"}, "parameter_malformed", "detail"),
                ("/v1/check", {**check, "detail": ""}, "parameter_malformed", "detail"),
                ("/v1/check", {**check, "detail": "brief", "why": "true"}, "detail_too_brief", "detail"),
                ("/v1/check", {**check, "detail": "brief", "during": "2026-01-01/2026-02-01"}, "when_not_moment", "during"),
                ("/v1/check", {**check, "subject": "even", "detail": "brief"}, "reference_malformed", "subject"),
                ("/v1/check", {**check, "detail": "brief", "as_known_at": "x"}, "token_malformed", "as_known_at"),
                ("/v1/identities/user%3Aeven/authority", {"detail": "brief", "on_paper": "true"}, "detail_too_brief", "detail"),
                ("/v1/identities/user%3Aeven/authority", {"detail": "brief", "during": "2026-01-01/2026-02-01"}, "when_not_moment", "during"),
                ("/v1/authority", {"action": "read", "detail": "brief"}, "who_malformed", "action"),
                ("/v1/authority", {"role": "role:a", "detail": "brief", "during": "2026-01-01/2026-02-01"}, "when_not_moment", "during"),
                ("/v1/identities", {"detail": "brief"}, "detail_too_brief", "detail"),
                ("/v1/identities", {"detail": "brief", "status": "retired"}, "detail_too_brief", "detail"),
                ("/v1/identities", {"detail": "brief", "status": "active", "type": "user"}, "detail_too_brief", "detail"),
                ("/v1/identities", {"detail": "brief", "status": "active", "unowned": "true"}, "detail_too_brief", "detail"),
                ("/v1/identities", {"detail": "brief", "status": "active", "during": "2026-01-01/2026-02-01"}, "when_not_moment", "during"),
                ("/v1/timeline", {"ref": "user:even", "detail": "brief"}, "parameter_unknown", "detail"),
                ("/v1/identities/user%3Aeven", {"detail": "brief"}, "parameter_unknown", "detail")):
            with self.subTest(path=path, parameters=parameters):
                problem = self.ask(path, 400, **parameters)
                self.assertEqual((problem["code"], problem.get("field")), (code, field), problem)
                self.assertTrue(problem["hint"])
        self.assertEqual(self.ask("/v1/check", 400, **check, detail="short")["hint"], "give full or brief")


class Repeated(ServedTest):
    QUESTIONS = (("/v1/check", {"subject": "user:alice", "action": "read", "resource": "bucket:a"}), ("/v1/identities", {"status": "active"}),
                 ("/v1/identities/user%3Aalice/authority", {}), ("/v1/authority", {"action": "read", "resource": "bucket:a"}))

    def test_the_token_repeats_the_answer_whatever_is_appended(self):
        read = [{"effect": "allow", "actions": ["read"], "resources": ["bucket:a"]}]
        self.ok("append", "-", stdin=event("i", "identity.registered", {"identity": "user:alice"}) +
                event("g", "grant.issued", {"grant": "g", "principal": "user:alice", "permissions": read}))
        served = self.serve()
        before = {}
        for path, asked in self.QUESTIONS:
            answer = served.get(with_query(path, **asked, detail="brief", as_of=T))
            self.assertEqual(answer.status, 200, answer.body)
            self.assertTrue(answer.json()["evidence"], path)
            before[path] = answer
        late = event("x", "grant.revoked", {"principal": "user:alice", "grant": "g"}, time="2026-02-01T00:00:00Z") + event(
            "j", "identity.registered", {"identity": "user:bob"})
        appended = served.post("/v1/events", late, {"Content-Type": "application/x-ndjson"})
        self.assertEqual(appended.status, 202)
        for path, asked in self.QUESTIONS:
            token = before[path].json()["as_known_at"]["position"]
            again = served.get(with_query(path, **asked, detail="brief", as_of=T, as_known_at=token))
            self.assertEqual(again.body, before[path].body, path)
            now = served.get(with_query(path, **asked, detail="brief", as_of=T, at_least=appended.json()["position"])).json()
            self.assertNotEqual(now["results"], before[path].json()["results"], path)

    def test_no_answer_is_further_behind_than_asked(self):
        self.append("three.ndjson")
        served = self.serve()
        path = with_query("/v1/check", subject="user:alice", action="read", resource="bucket:a", detail="brief", max_lag="0")
        answer = served.get(path)
        self.assertEqual((answer.status, answer.json()["behind"]["records"]), (200, 0))


if __name__ == "__main__":
    main()
