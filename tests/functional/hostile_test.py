"""What a hostile reader tried: each of these once gave an answer that could be misread, or none that helped."""
import os
import shutil
import subprocess

from harness import BINARY, TenureTest, event, main

ALLOW_WRITE = [{"effect": "allow", "actions": ["write"], "resources": ["bucket:y"]}]
DENY_WRITE = [{"effect": "deny", "actions": ["write"], "resources": ["bucket:y"]}]


def at(hour, number, kind, data, **more):
    return event(number, kind, data, time=f"2024-01-01T{hour:02}:00:00Z", **more)


class Story(TenureTest):
    def changes(self, ref, *args):
        return [row["change"] for row in self.question("timeline", ref, *args)["results"]]

    def tell(self, *events):
        self.ok("append", "-", stdin="\n".join(events))

    def test_a_revoke_at_the_moment_of_the_retirement_is_the_end(self):
        self.tell(at(0, "1", "identity.registered", {"identity": "user:c"}),
                  at(1, "2", "grant.issued", {"grant": "w", "principal": "user:c", "permissions": ALLOW_WRITE}),
                  at(5, "3", "grant.revoked", {"principal": "user:c", "grant": "w"}),
                  at(5, "4", "identity.retired", {"identity": "user:c", "ends_all": True}))
        changes = self.changes("user:c")
        self.assertFalse([c for c in changes if "evidence gap" in c or "ended nothing" in c], changes)
        check = self.question("check", "user:c", "write", "bucket:y", "--as-of", "2024-01-01T05:00:00Z", "--why", code=1)
        self.assertIn("revoked", check["results"][0]["nearest"][0]["text"])

    def test_an_expiry_at_the_moment_of_the_retirement_is_an_end_of_its_own(self):
        self.tell(at(0, "1", "identity.registered", {"identity": "user:c"}),
                  at(1, "2", "membership.added", {"member": "user:c", "group": "group:g", "expires_at": "2024-01-01T05:00:00Z"}),
                  at(5, "3", "identity.retired", {"identity": "user:c", "ends_all": True}))
        changes = self.changes("user:c")
        self.assertFalse([c for c in changes if "evidence gap" in c], changes)
        self.assertTrue([c for c in changes if "expired" in c], changes)

    def test_a_retraction_without_the_right_says_so(self):
        self.tell(at(0, "1", "identity.registered", {"identity": "user:c"}),
                  at(1, "2", "event.retracted", {"target": {"source": "test/office", "id": "1"}, "key": "user:c", "reason": "no"},
                     source="evil"))
        states = {row["state"] for row in self.question("timeline", "user:c")["results"]}
        self.assertEqual(states, {"in_force", "without_right"})
        listed = [row["state"] for row in self.question("events")["results"]]
        self.assertEqual(listed, ["in_force", "without_right"])

    def test_who_may_assume_an_identity_is_in_its_story(self):
        self.tell(at(0, "1", "identity.registered", {"identity": "service_account:r"}),
                  at(1, "2", "role.defined", {"role": "role:trust", "permissions": [
                      {"effect": "allow", "actions": ["assume"], "resources": ["service_account:r"], "covers": "literal"}]}),
                  at(2, "3", "grant.issued", {"grant": "t", "principal": "user:x", "role": "role:trust"}))
        changes = self.changes("service_account:r")
        self.assertEqual(len(changes), 3, changes)
        self.assertIn("issued to user:x", changes[2])


class Explanations(TenureTest):
    def test_a_membership_that_would_be_denied_is_no_near_miss(self):
        lines = [at(0, "1", "identity.registered", {"identity": "user:a"}),
                 at(0, "2", "identity.registered", {"identity": "group:h"}),
                 at(1, "3", "grant.issued", {"grant": "gh", "principal": "group:h", "permissions": ALLOW_WRITE})]
        self.ok("append", "-", stdin="\n".join(lines))
        ask = ("check", "user:a", "write", "bucket:y", "--as-of", "2024-01-01T02:00:00Z", "--why")
        self.assertEqual([m["what"] for m in self.question(*ask, code=1)["results"][0]["nearest"]], ["membership"])
        self.ok("append", "-", stdin=at(1, "4", "grant.issued",
                                        {"grant": "gd", "principal": "everyone:*", "permissions": DENY_WRITE}))
        self.assertEqual(self.question(*ask, code=1)["results"][0]["nearest"], [])

    def test_show_names_what_set_each_value(self):
        lines = [at(0, "1", "identity.registered", {"identity": "user:a", "owner": "user:b"}),
                 at(1, "2", "identity.owner_changed", {"identity": "user:a", "owner": "user:m"}),
                 at(2, "3", "identity.updated", {"identity": "user:a", "attributes": {"clearance": "x"}}),
                 at(3, "4", "identity.registered", {"identity": "user:a"})]
        self.ok("append", "-", stdin="\n".join(lines))
        answer = self.question("show", "user:a", "--as-of", "2024-01-02")
        self.assertEqual({e["id"] for e in answer["evidence"]}, {"1", "2", "3"})

    def test_a_compromise_is_printed_whole(self):
        lines = [at(0, "1", "identity.registered", {"identity": "user:a"}),
                 at(1, "2", "credential.issued", {"identity": "user:a", "credential": "a-key-with-a-name", "kind": "access_key",
                                                  "not_before": "2024-01-01T01:30:00Z", "expires_at": "2025-01-01T00:00:00Z"}),
                 at(3, "3", "credential.compromised", {"identity": "user:a", "credential": "a-key-with-a-name"})]
        self.ok("append", "-", stdin="\n".join(lines))
        shown = self.ok("show", "user:a", "--as-of", "2024-01-02").out
        self.assertIn("COMPROMISED at 2024-01-01T03:00:00Z", shown)
        self.assertIn("expires 2025-01-01T00:00:00Z", shown)


class Arguments(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("three.ndjson")

    def test_an_empty_argument_is_not_taken_as_left_out(self):
        for option in ("--as-of", "--as-known-at", "--during", "--cursor"):
            self.fails(2, "argument_empty", "what", "user:alice", option, "")
        self.fails(2, "argument_empty", "identities", "--owner", "")
        self.fails(2, "argument_empty", "check", "user:alice", "", "bucket:prod")

    def test_a_resource_that_climbs_is_refused(self):
        for resource in ("bucket:prod/../secret", "bucket:prod//x", "bucket:prod/", "bucket:prod/./x"):
            self.fails(2, "reference_", "check", "user:alice", "read", resource)
            self.fails(2, "reference_", "who", "read", resource)

    def test_a_role_and_a_group_are_what_they_say(self):
        self.fails(2, "reference_not_group", "who", "--member-of", "user:alice")
        self.fails(2, "reference_not_role", "who", "--role", "user:alice")

    def test_a_filter_that_nothing_can_pass_is_refused(self):
        self.fails(2, "event_type_unknown", "events", "--type", "bogus")
        self.fails(2, "type_malformed", "identities", "--type", "User")

    def test_what_is_no_utf8_is_refused(self):
        bad = "b:x/\udcff"  # the byte ff
        for args in (("check", "user:alice", "write", bad), ("check", "user:alice", bad, "b:x"), ("check", bad, "write", "b:x"),
                     ("who", "write", bad), ("who", "--role", bad), ("what", bad), ("show", bad), ("timeline", bad),
                     ("identities", "--owner", bad), ("identities", "--type", bad), ("events", "--subject", bad),
                     ("events", "--source", bad), ("events", "--actor", bad), ("what", "user:alice", "--as-known-at", bad)):
            ran = self.fails(2, "argument_not_utf8", *args, "--json")
            self.assertEqual(ran.out, "")
        for half in ("\udcc0\udc80", "\udce0\udc80\udc80", "\udced\udca0\udc80", "\udcf4\udc90\udc80\udc80", "\udce2\udc82"):
            self.fails(2, "argument_not_utf8", "check", "user:alice", "write", "b:" + half)
        self.assertEqual(self.tenure("check", "user:alice", "write", "b:é€𝄞").code, 1)

    def test_a_file_may_be_named_by_any_bytes(self):
        name = os.fsencode(self.dir) + b"/\xff.ndjson"
        with open(name, "w") as file:
            file.write(event("odd", "identity.registered", {"identity": "user:odd"}))
        self.ok("append", os.fsdecode(name))

    def test_an_owner_is_an_identity(self):
        for owner in ("foo", "role:x", "user:x/../y"):
            self.fails(2, "reference_", "identities", "--owner", owner)
        self.ok("append", "-", stdin=at(1, "o", "identity.registered", {"identity": "user:owned", "owner": "group:team"}))
        for owner, owned in (("group:team", ["user:owned"]), ("external:193672423079", [])):
            self.assertEqual([row["ref"] for row in self.question("identities", "--owner", owner)["results"]], owned)

    def test_a_subject_is_a_reference_or_a_key_on_record(self):
        for subject in ("foo", "user:x/../y"):
            self.fails(2, "reference_", "events", "--subject", subject)
            self.fails(2, "reference_", "events", "--subject", subject, "--csv")
            self.fails(2, "reference_", "events", "--subject", subject, "--raw")
        self.ok("append", "-", stdin=at(1, "q", "review.opened", {"review": "q1", "scope": {}, "as_of": "2024-01-01T00:00:00Z"}))
        listed = self.question("events", "--subject", "q1")["results"]
        self.assertEqual([row["event"]["id"] for row in listed], ["q"])
        self.assertEqual(self.question("events", "--subject", "q1", "--type", "grant.issued")["results"], [])
        self.assertEqual(self.question("events", "--subject", "user:nobody")["results"], [])
        self.assertTrue(self.question("events", "--subject", "role:db-reader")["results"])

    def test_a_limit_out_of_range_is_told_in_one_line(self):
        for limit in ("0", "-1", "abc"):
            ran = self.fails(2, "--limit", "identities", "--limit", limit)
            self.assertLess(len(ran.err), 200, ran.err)

    def test_what_is_superseded_on_another_topic_is_refused(self):
        self.ok("append", "-", stdin=at(1, "r", "identity.retired", {"identity": "user:z"}))
        self.fails(1, "event_topic_wrong", "append", "-",
                   stdin=at(2, "s", "grant.revoked", {"principal": "user:z", "grant": "g"},
                            supersedes='[{"source":"test/office","id":"r"}]'))


class Machine(TenureTest):
    def test_closed_standard_streams_write_into_nothing_of_ours(self):
        self.append("three.ndjson")
        mark = (self.data / "log" / "acknowledged").read_bytes()
        (self.dir / "bad.ndjson").write_text("not JSON\n")
        subprocess.run(["sh", "-c", f'"{BINARY}" append "{self.dir}/bad.ndjson" --data "{self.data}" <&- >&- 2>&-'], timeout=60)
        self.assertEqual((self.data / "log" / "acknowledged").read_bytes(), mark)

    def test_a_lost_log_is_a_fault_and_nothing_new_is_begun(self):
        self.append("three.ndjson")
        shutil.rmtree(self.data / "log")
        self.fails(4, "data_log_lost", "what", "user:alice")
        self.fails(4, "data_log_lost", "append", "-", stdin="")
        self.fails(4, "data_log_lost", "rebuild")
        self.assertFalse(os.path.exists(self.data / "log"))


if __name__ == "__main__":
    main()
