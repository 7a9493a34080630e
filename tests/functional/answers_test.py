"""Three events, and every question about a small office: the shape of each answer and its exit code."""
from harness import TenureTest, main

HEAD = ["question", "subject", "as_of", "as_known_at", "behind", "complete", "taints", "before_record", "results", "evidence", "next"]


class ThreeEvents(TenureTest):
    def test_what_names_the_grant_its_time_and_its_evidence(self):
        self.append("three.ndjson")
        answer = self.question("what", "user:alice", "--as-of", "2026-01-02")
        self.assertEqual(list(answer), HEAD)
        [row] = answer["results"]
        self.assertEqual(list(row), ["principal", "role", "scope", "effect", "kind", "grant", "granted_to", "status", "because", "held",
                                     "possibly", "granted", "path", "more_paths"])
        self.assertEqual((row["principal"], row["role"], row["scope"], row["effect"], row["kind"], row["grant"], row["status"]),
                         ("user:alice", "role:db-reader", "*", "allow", "standing", "g-1", "effective"))
        self.assertEqual(row["held"], [{"from": "2026-01-01T09:00:00Z", "until": None}])
        self.assertEqual(row["possibly"], [])
        [step] = row["path"]
        self.assertEqual(step["granted"], "role:db-reader")
        proofs = [answer["evidence"][i]["id"] for i in step["evidence"]]
        self.assertIn("t3", proofs)
        self.assertEqual(list(answer["evidence"][0]), ["source", "id", "type", "time", "recorded_at", "topic", "partition", "offset",
                                                       "claimed_actor", "verified_writer", "control_owner"])
        self.assertEqual(answer["evidence"][0]["claimed_actor"], "user:root")
        self.assertEqual(answer["behind"], {"records": 0, "seconds": 0, "unstable": 0})

    def test_what_before_the_first_grant_is_empty_and_before_the_record(self):
        self.append("three.ndjson")
        answer = self.question("what", "user:alice", "--as-of", "2026-01-01T09:00:00Z", "--on-paper")
        self.assertEqual(len(answer["results"]), 1)
        answer = self.question("what", "user:alice", "--as-of", "2026-01-01T08:59:59.999999Z", code=3)
        self.assertEqual((answer["results"], answer["before_record"]), ([], True))


class Identities(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")

    def refs(self, *args):
        return [row["ref"] for row in self.question("identities", *args)["results"]]

    def test_those_registered_and_not_retired(self):
        rows = self.question("identities", "--as-of", "2026-01-02T08:00:00Z")["results"]
        self.assertEqual([r["ref"] for r in rows], ["group:dba", "service_account:ci-robot", "user:alice", "user:bob", "user:boss"])
        alice = rows[2]
        self.assertEqual((alice["type"], alice["status"], alice["owner"], alice["environment"], alice["display_name"], alice["incarnation"]),
                         ("user", "active", "user:boss", "prod", "Alice", 1))
        self.assertEqual(alice["active"], [{"from": "2026-01-01T08:00:00Z", "until": None}])
        self.assertEqual(self.refs("--as-of", "2026-01-01T08:00:00Z"), ["group:dba", "user:alice", "user:boss"])

    def test_filters(self):
        at = ("--as-of", "2026-05-01")
        self.assertEqual(self.refs("--type", "service_account", *at), ["service_account:ci-robot"])
        self.assertEqual(self.refs("--status", "suspended", *at), ["service_account:ci-robot"])
        self.assertEqual(self.refs("--owner", "user:alice", *at), ["service_account:ci-robot"])
        self.assertEqual(self.refs("--unowned", *at), ["user:bob", "user:boss"])

    def test_pages_join_to_the_whole(self):
        whole = self.refs("--as-of", "2026-05-01")
        seen, cursor = [], []
        while True:
            page = self.question("identities", "--as-of", "2026-05-01", "--limit", "2", *cursor)
            self.assertLessEqual(len(page["results"]), 2)
            seen += [r["ref"] for r in page["results"]]
            if page["next"] is None:
                break
            cursor = ["--cursor", page["next"]]
        self.assertEqual(seen, whole)

    def test_a_cursor_fixes_moment_and_knowledge(self):
        first = self.question("identities", "--as-of", "2026-05-01", "--limit", "2")
        self.append("correction.ndjson")
        second = self.question("identities", "--limit", "2", "--cursor", first["next"])
        self.assertEqual(second["as_known_at"], first["as_known_at"])
        self.assertEqual(second["as_of"], first["as_of"])
        self.fails(2, "cursor_other_question", "identities", "--type", "user", "--cursor", first["next"])
        self.fails(2, "cursor_malformed", "identities", "--cursor", first["next"][:-1] + ("0" if first["next"][-1] != "0" else "1"))

    def test_show(self):
        answer = self.question("show", "service_account:ci-robot", "--as-of", "2026-01-10")
        [who] = answer["results"]
        self.assertEqual((who["ref"], who["status"], who["owner"], who["attributes"], who["linked"]),
                         ("service_account:ci-robot", "active", "user:alice", {}, []))
        [key] = who["credentials"]
        self.assertEqual((key["credential"], key["kind"], key["live"], key["expires_at"]), ("key-1", "access_key", "yes", "2026-06-01T00:00:00Z"))
        self.assertEqual(self.question("show", "user:alice", "--as-of", "2026-01-10")["results"][0]["attributes"], {"team": "data"})
        self.assertEqual(self.question("show", "service_account:ci-robot", "--as-of", "2026-04-02")["results"][0]["status"], "suspended")


class Authority(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")

    def test_what_through_a_group(self):
        rows = self.question("what", "user:alice", "--as-of", "2026-02-01")["results"]
        by_grant = {r["grant"]: r for r in rows}
        dba = by_grant["g-dba"]
        self.assertEqual([next(iter(step)) for step in dba["path"]], ["member_of", "granted"])
        self.assertEqual(dba["held"], [{"from": "2026-01-03T09:00:00Z", "until": "2026-03-01T08:00:00Z"}])
        self.assertEqual(dba["granted_to"], "group:dba")
        conditional = by_grant["g-cond"]
        self.assertEqual((conditional["status"], conditional["held"]), ("possible", []))
        self.assertIn("condition", conditional["because"])

    def test_inline_rows_show_their_permissions(self):
        [row] = self.question("what", "user:bob", "--during", "2026-01-04/2026-02-01")["results"]
        self.assertIsNone(row["role"])
        self.assertEqual(row["permissions"][0]["actions"], ["read"])
        self.assertEqual(row["held"], [{"from": "2026-01-05T10:00:00Z", "until": "2026-01-06T10:00:00Z"}])

    def test_who_everything(self):
        answer = self.question("who", "*", "*", "--as-of", "2026-02-01T00:30:00Z")
        self.assertEqual([(r["principal"], r["status"]) for r in answer["results"]],
                         [("service_account:ci-robot", "effective"), ("user:boss", "effective")])
        self.assertEqual(answer["results"][0]["held"], [{"from": "2026-02-01T00:00:00Z", "until": "2026-02-01T01:00:00Z"}])
        answer = self.question("who", "*", "*", "--as-of", "2026-02-01T01:00:00Z")
        self.assertEqual([r["principal"] for r in answer["results"]], ["user:boss"])

    def test_who_by_role_and_group(self):
        at = ("--as-of", "2026-02-01")
        self.assertEqual([r["principal"] for r in self.question("who", "--role", "role:db-admin", *at)["results"]], ["user:alice"])
        self.assertEqual([r["principal"] for r in self.question("who", "--member-of", "group:dba", *at)["results"]], ["user:alice"])
        self.fails(2, "who_malformed", "who", "--role", "role:db-admin", "--member-of", "group:dba")
        self.fails(2, "who_malformed", "who", "read")

    def test_check_yes_no_unknown_partly(self):
        ask = ("check", "user:alice", "write", "bucket:prod/ledger/2026")
        yes = self.question(*ask, "--as-of", "2026-02-01")["results"][0]
        self.assertEqual(list(yes), ["decision", "held", "possibly", "because", "nearest", "path", "more_paths"])
        self.assertEqual(yes["decision"], "yes")
        no = self.question(*ask, "--as-of", "2026-03-02", "--why", code=1)["results"][0]
        self.assertEqual(no["decision"], "no")
        self.assertTrue(no["nearest"], "a no says what ended")
        partly = self.question(*ask, "--during", "2026-02-01/2026-04-01", code=5)["results"][0]
        self.assertEqual(partly["held"], [{"from": "2026-02-01T00:00:00Z", "until": "2026-03-01T08:00:00Z"}])
        unknown = self.question("check", "user:alice", "deploy", "cluster:prod", "--as-of", "2026-02-01", code=3)["results"][0]
        self.assertEqual(unknown["decision"], "unknown")

    def test_before_the_record_a_no_is_unknown(self):
        answer = self.question("check", "user:alice", "write", "bucket:prod", "--as-of", "2020-01-01", code=3)
        self.assertTrue(answer["before_record"])
        self.assertEqual(answer["results"][0]["decision"], "unknown")


class Story(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")

    def test_timeline(self):
        answer = self.question("timeline", "service_account:ci-robot", "--during", "2026-01-01/2026-12-01")
        self.assertTrue(answer["results"])
        for row in answer["results"]:
            self.assertEqual(list(row), ["time", "recorded_at", "change", "ref", "state", "evidence"])
        told = {answer["evidence"][i]["id"] for row in answer["results"] for i in row["evidence"]}
        self.assertLessEqual({"i4", "k1", "g3", "i6"}, told)
        times = [row["time"] for row in answer["results"]]
        self.assertEqual(times, sorted(times))

    def test_diff_between_two_moments(self):
        rows = self.question("diff", "user:alice", "--from", "2026-02-01", "--to", "2026-03-02")["results"]
        self.assertIn(("lost", "2026-03-01T08:00:00Z"), [(r["change"], r["at"]) for r in rows])
        self.assertEqual(self.question("diff", "user:boss", "--from", "2026-02-01", "--to", "2026-03-02")["results"], [])
        self.fails(2, "diff_malformed", "diff", "--from", "2026-02-01")

    def test_diff_between_two_knowledges(self):
        before = self.question("status")["as_known_at"]["position"]
        after = self.append("correction.ndjson")
        rows = self.question("diff", "user:alice", "--known-from", before, "--known-to", after, "--as-of", "2026-02-20")["results"]
        self.assertEqual([r["change"] for r in rows], ["lost"])


class Record(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")

    def test_events_in_order_of_record(self):
        answer = self.question("events")
        self.assertEqual(len(answer["results"]), 19)
        row = answer["results"][0]
        self.assertEqual(list(row), ["event", "topic", "partition", "offset", "recorded_at", "verified_writer", "state"])
        self.assertEqual((row["event"]["id"], row["topic"], row["state"]), ("i1", "tenure.identity", "in_force"))
        recorded = [r["recorded_at"] for r in answer["results"]]
        self.assertEqual(recorded, sorted(recorded))

    def test_event_filters_and_pages(self):
        def ids(*args):
            return [r["event"]["id"] for r in self.question("events", *args)["results"]]
        self.assertEqual(ids("--type", "grant.revoked"), ["x5"])
        self.assertEqual(ids("--subject", "user:bob"), ["i5", "g5", "x5"])
        self.assertEqual(len(ids("--actor", "user:iam-admin")), 7)
        self.assertEqual(ids("--during", "2026-03-01/2026-05-01"), ["m2", "i6"])
        first = self.question("events", "--limit", "10", "--as-of", "2026-03-01T08:00:00Z")
        second = self.question("events", "--limit", "10", "--cursor", first["next"])
        self.assertEqual(len(first["results"]) + len(second["results"]), 18)
        self.assertIsNone(second["next"])

    def test_raw_is_the_record_and_appends_to_an_equal_one(self):
        raw = self.ok("events", "--raw").out
        self.assertEqual(len(raw.splitlines()), 19)
        other = self.dir / "other"
        self.ok("append", "-", stdin=raw, data=other)
        self.assertEqual(self.digests(), self.digests(data=other))

    def test_retracted_events_say_so(self):
        self.append("correction.ndjson")
        states = {r["event"]["id"]: r["state"] for r in self.question("events")["results"]}
        self.assertEqual(states["m2"], "retracted")
        self.assertEqual(states["c2"], "in_force")

    def test_status_verify_dead_letters(self):
        [status] = self.question("status")["results"]
        self.assertEqual(status["events"], 19)
        self.assertEqual(status["dead_letters_open"], 0)
        self.assertEqual(sum(t["next"] for t in status["end"]), 19)
        [verdict] = self.question("verify")["results"]
        self.assertTrue(verdict["equal"])
        for table in verdict["tables"]:
            self.assertEqual(list(table), ["name", "live", "rebuilt", "differs"])
            self.assertEqual(table["live"], table["rebuilt"])
        self.assertEqual(self.question("dead-letters")["results"], [])


if __name__ == "__main__":
    main()
