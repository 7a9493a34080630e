"""A page is never taken for the whole: headlines say so, and CSV says on standard error what it leaves out."""
from harness import TenureTest, event, main

READ_X = [{"effect": "allow", "actions": ["read"], "resources": ["b:x"]}]


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


if __name__ == "__main__":
    main()
