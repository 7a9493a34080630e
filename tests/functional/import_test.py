"""Importing CloudTrail through the binary, on hand-written records; the mapping itself is tested in tests/unit/connect."""
import gzip
import json

from harness import TenureTest, main

ACCOUNT = "123456789012"
ADMIN = "role:arn:aws:iam::aws:policy/AdministratorAccess"
EVE = f"user:arn:aws:iam::{ACCOUNT}:user/eve"


def record(id, name, time, parameters, **more):
    return {"eventVersion": "1.08", "eventID": id, "eventName": name, "eventSource": "iam.amazonaws.com", "eventTime": time,
            "awsRegion": "us-east-1", "recipientAccountId": ACCOUNT, "requestParameters": parameters, "responseElements": None,
            "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/root-admin", "accountId": ACCOUNT,
                             "userName": "root-admin"}, **more}


RECORDS = [
    record("e-delete", "DeleteUser", "2023-07-10T12:30:00Z", {"userName": "eve"}),
    record("e-detach", "DetachUserPolicy", "2023-07-10T12:30:00Z", {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    record("e-attach", "AttachUserPolicy", "2023-07-10T12:00:00Z", {"userName": "eve", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    record("e-create", "CreateUser", "2023-07-10T12:00:00Z", {"userName": "eve", "path": "/team/"}),
    record("e-list", "ListUsers", "2023-07-10T12:10:00Z", None, readOnly=True),
    record("e-denied", "CreateUser", "2023-07-10T12:11:00Z", {"userName": "mallory"}, errorCode="AccessDenied"),
]


class CloudTrail(TenureTest):
    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content)
        return path

    def test_files_folders_gzip_lines_and_standard_input(self):
        folder = self.dir / "logs" / "2023"
        folder.mkdir(parents=True)
        (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": RECORDS[:3]}).encode()))
        (folder / "b.json").write_text(json.dumps(RECORDS[3:5]))
        first = self.question("import", "cloudtrail", self.dir / "logs")
        self.assertEqual((first["files"], first["records"], first["refused"]), (2, 5, 0))
        lines = "".join(json.dumps(r) + "\n" for r in RECORDS)
        second = self.question("import", "cloudtrail", "-", stdin=lines)
        self.assertEqual(second["records"], 6)
        self.assertEqual(second["duplicates"], first["appended"])
        rows = self.question("what", EVE, "--as-of", "2023-07-10T12:15:00Z")["results"]
        self.assertEqual([(r["role"], r["held"]) for r in rows],
                         [(ADMIN, [{"from": "2023-07-10T12:00:00Z", "until": "2023-07-10T12:30:00Z"}])])
        self.assertEqual(self.question("who", "*", "*", "--as-of", "2023-07-10T12:30:00Z")["results"], [])
        self.assertEqual(self.question("show", f"user:arn:aws:iam::{ACCOUNT}:user/team/eve", "--as-of", "2023-07-10T12:15:00Z")["results"][0]["status"],
                         "active")

    def test_twice_changes_nothing(self):
        path = self.write("a.json", json.dumps({"Records": RECORDS}).encode())
        self.ok("import", "cloudtrail", path)
        digests = self.digests()
        again = self.question("import", "cloudtrail", path)
        self.assertEqual(again["appended"], 0)
        self.assertEqual(self.digests(), digests)

    def test_usage_can_be_left_out(self):
        path = self.write("a.json", json.dumps({"Records": RECORDS}).encode())
        self.ok("import", "cloudtrail", "--no-usage", path)
        self.assertEqual(self.question("events", "--type", "access.used")["results"], [])

    def test_a_truncated_file_is_named_and_the_rest_goes_in(self):
        good = self.write("good.json", json.dumps({"Records": RECORDS[:4]}).encode())
        cut = self.write("cut.json", json.dumps({"Records": RECORDS[4:]}).encode()[:-300])
        ran = self.tenure("import", "cloudtrail", good, cut)
        self.assertEqual(ran.code, 5, ran.out + ran.err)
        self.assertIn("cut.json", ran.err)
        self.assertEqual(len(self.question("what", EVE, "--as-of", "2023-07-10T12:15:00Z")["results"]), 1)

    def test_nothing_readable_is_refused(self):
        self.assertEqual(self.tenure("import", "cloudtrail", self.dir / "missing.json").code, 1)


if __name__ == "__main__":
    main()
