"""A page is never taken for the whole: headlines say so, and CSV says on standard error what it leaves out."""
import csv
import io
import json

from harness import TenureTest, event, main

READ_X = [{"effect": "allow", "actions": ["read"], "resources": ["b:x"]}]


def holders(count):
    """`count` users, each with an inline grant of read on b:x."""
    return "".join(event(f"i{n}", "identity.registered", {"identity": f"user:u{n:03}"}) +
                   event(f"g{n}", "grant.issued", {"grant": f"g{n}", "principal": f"user:u{n:03}", "permissions": READ_X},
                         time="2026-01-11T00:00:00Z") for n in range(count))


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


class Headlines(TenureTest):
    def setUp(self):
        super().setUp()
        self.ok("append", "-", stdin=holders(3))
        self.ok("append", "-", stdin="".join(
            event(f"more{n}", "grant.issued", {"grant": f"more{n}", "principal": "user:u000", "permissions": READ_X},
                  time="2026-01-12T00:00:00Z") for n in range(2)))

    def heading(self, *args):
        return self.ok(*args).out.splitlines()[0]

    def test_every_list_says_that_it_is_a_page(self):
        for args, heading in ((("who", "read", "b:x"), "2 on this page hold read on b:x"),
                              (("what", "user:u000"), "user:u000 holds 2 effective allows on this page"),
                              (("diff", "--from", "2026-01-01", "--to", "2026-02-01"), "2 gained, 0 lost on this page"),
                              (("identities",), "2 identities on this page"),
                              (("events",), "2 events on this page"),
                              (("timeline", "user:u000"), "2 entries on this page about user:u000")):
            ran = self.ok(*args, "--limit", "2") if args[0] != "diff" else self.tenure(*args, "--limit", "2")
            lines = ran.out.splitlines()
            self.assertEqual(lines[0], heading)
            self.assertTrue([line for line in lines[1:5] if line.startswith("! ") and "there is more" in line], ran.out)
            self.assertIn("--cursor ", lines[-1])

    def test_the_whole_says_nothing_of_pages(self):
        ran = self.ok("who", "read", "b:x")
        self.assertEqual(ran.out.splitlines()[0], "3 hold read on b:x")
        self.assertNotIn("page", ran.out)

    def test_the_last_page_is_a_page_too(self):
        cursor = self.question("who", "read", "b:x", "--limit", "2")["next"]
        ran = self.ok("who", "read", "b:x", "--cursor", cursor)
        self.assertEqual(ran.out.splitlines()[0], "1 on this page holds read on b:x")
        self.assertNotIn("there is more", ran.out)


class AllowsAndDenies(TenureTest):
    def test_a_deny_is_not_counted_as_something_held(self):
        both = [{"effect": "allow", "actions": ["read"], "resources": ["b:*"]},
                {"effect": "deny", "actions": ["read"], "resources": ["b:y"]}]
        self.ok("append", "-", stdin=event("i", "identity.registered", {"identity": "user:a"}) +
                event("g1", "grant.issued", {"grant": "g1", "principal": "user:a", "permissions": both}) +
                event("g2", "grant.issued", {"grant": "g2", "principal": "user:a", "permissions": READ_X}) +
                event("g3", "grant.issued", {"grant": "g3", "principal": "user:a", "permissions": READ_X, "condition": "mfa"}))
        heading = self.ok("what", "user:a").out.splitlines()[0]
        self.assertEqual(heading, "user:a holds 2 effective allows, 1 possible allow, 1 effective deny")


class Csv(TenureTest):
    def test_an_export_says_that_there_are_more_rows_and_how_to_go_on(self):
        self.ok("append", "-", stdin=holders(150))
        ran = self.ok("who", "read", "b:x", "--csv")
        rows = rows_of(ran.out)
        self.assertEqual(len(rows), 101)
        self.assertIn("tenure: more_rows: ", ran.err)
        cursor = ran.err.split("--cursor ", 1)[1].split()[0]
        rest = self.ok("who", "read", "b:x", "--csv", "--cursor", cursor)
        self.assertEqual(rest.err, "")
        self.assertEqual({row[0] for row in rows[1:] + rows_of(rest.out)[1:]}, {f"user:u{n:03}" for n in range(150)})
        whole = self.ok("who", "read", "b:x", "--csv", "--limit", "150")
        self.assertEqual((len(rows_of(whole.out)), whole.err), (151, ""))

    def test_every_list_warns_of_more(self):
        self.ok("append", "-", stdin=holders(2))
        for args in (("identities",), ("events",), ("timeline", "user:u000"), ("diff", "--from", "2026-01-10", "--to", "2026-02-01")):
            self.assertIn("more_rows", self.tenure(*args, "--csv", "--limit", "1").err, args)

    def test_before_the_record_is_said_beside_the_rows(self):
        self.ok("append", "-", stdin=holders(2))
        ran = self.tenure("who", "read", "b:x", "--as-of", "2020-01-01", "--csv")
        self.assertEqual((ran.code, len(rows_of(ran.out))), (3, 1))
        self.assertIn("tenure: before_record: ", ran.err)

    def test_an_inline_grant_shows_what_it_permits(self):
        self.append("three.ndjson")
        permissions = [{"effect": "allow", "actions": ["read", "list"], "not_resources": ["b:secret"], "condition": "mfa"}]
        self.ok("append", "-", stdin=event("g", "grant.issued",
                                           {"grant": "inline", "principal": "user:alice", "permissions": permissions}))
        ran = self.ok("what", "user:alice", "--csv")
        rows = {row["grant"]: row for row in csv.DictReader(io.StringIO(ran.out, newline=""))}
        shown = {row["grant"]: row for row in self.question("what", "user:alice")["results"]}
        self.assertEqual((rows["g-1"]["role"], rows["g-1"]["permissions"]), ("role:db-reader", ""))
        self.assertEqual(rows["inline"]["role"], "")
        self.assertEqual(json.loads(rows["inline"]["permissions"]), shown["inline"]["permissions"])


if __name__ == "__main__":
    main()
