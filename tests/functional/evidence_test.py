"""An evidence pack: it checks without the record, and whatever is changed in it is found."""
import base64
import hashlib
import json
import re
import shutil
import subprocess
import zipfile

from capture_test import ADMIN, CaptureTest, OUTSIDER, ROLE, USER, at, span
from harness import DATA, TenureTest, event, main
from server import ServedTest

WHO = ("who", "*", "*", "--as-of", "2026-02-01T00:00:00Z")
FILES = {"question.json", "answer.json", "events.ndjson", "fold.json", "taints.json", "findings.json", "version.txt", "report.html",
         "manifest.json"}


def read(path):
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def write(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return path


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def with_manifest(files):
    """The same with a manifest made anew, as a forger would."""
    named = sorted(name for name in files if name not in ("manifest.json", "manifest.sig", "signer.pem"))
    rows = [{"file": n, "bytes": len(files[n]), "sha256": hashlib.sha256(files[n]).hexdigest()} for n in named]
    return {**files, "manifest.json": compact({"format": 1, "files": rows}) + b"\n"}


class Evidence(TenureTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")
        self.pack = self.dir / "pack.zip"

    def make(self, *question, options=(), to=None):
        to = to or self.pack
        self.ok("evidence", "-o", to, *options, "--", *(question or WHO))
        return read(to)

    def check(self, files, *options):
        return self.ok("evidence", "check", write(self.dir / "made.zip", files), *options, "--json", data=self.dir / "none").json()

    def refused(self, word, files, *options):
        """Exit 1 with this error; a check writes nothing on standard output then."""
        ran = self.fails(1, word, "evidence", "check", write(self.dir / "made.zip", files), *options, data=self.dir / "none")
        self.assertEqual(ran.out, "")
        return ran

    def keys(self, name):
        private, public = self.dir / f"{name}.pem", self.dir / f"{name}.pub"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True)
        return private, public


class EvidenceHolds(Evidence):
    def test_a_pack_checks_without_the_record(self):
        files = self.make()
        self.assertLessEqual(FILES, set(files))
        self.assertEqual({n for n in files if not n.startswith("schemas/")}, FILES)
        shutil.rmtree(self.data)
        said = self.ok("evidence", "check", self.pack, "--json").json()
        self.assertEqual((said["arguments"], said["records"], said["signed"]), (list(WHO), len((DATA / "office.ndjson").read_text().splitlines()), False))
        self.assertEqual(said["manifest_sha256"], hashlib.sha256(files["manifest.json"]).hexdigest())

    def test_the_answer_is_that_of_the_command(self):
        token = self.question("status")["as_known_at"]["position"]
        expected = self.question(*WHO, "--as-known-at", token)
        answer = json.loads(self.make()["answer.json"])
        expected.pop("behind"), answer.pop("behind")
        self.assertEqual(answer, expected)

    def test_every_record_is_there_byte_for_byte(self):
        records = [json.loads(line) for line in self.make()["events.ndjson"].splitlines()]
        self.assertEqual([r["value"] for r in records], self.ok("events", "--raw").out.splitlines())
        self.assertEqual({(r["topic"], r["offset"]) for r in records}, {(r["topic"], r["offset"]) for r in self.question("events", "--limit", "1000")["results"]})

    def test_every_question_can_be_packed(self):
        for number, question in enumerate([
                ("what", "user:alice", "--on-paper"), ("check", "user:alice", "read", "bucket:prod/ledger", "--why"), ("show", "user:alice"),
                ("identities", "--as-of", "now-2h"), ("timeline", "user:alice"), ("diff", "--from", "2026-01-01", "--to", "2026-06-01"),
                ("diff", "--known-from", "2020-01-01", "--known-to", "now"), ("blast-radius", "user:alice", "--from", "2026-01-01"),
                ("replay", "--from", "2026-01-01", "--to", "2026-03-01"), ("findings", "--during", "2026-01-01/2026-06-01"),
                ("why-held", "user:alice", "read", "bucket:prod/ledger"), ("controls",), ("review", "list"), ("review", "never"),
                ("who", "*", "*", "--detail", "brief"), ("who", "*", "*", "--limit", "1"), ("who", "*", "*", "--as-known-at", "2020-01-01")]):
            with self.subTest(question):
                to = self.dir / f"{number}.zip"
                self.make(*question, to=to)
                self.ok("evidence", "check", to, data=self.dir / "none")

    def test_what_comes_later_changes_nothing(self):
        token = self.question("status")["as_known_at"]["position"]
        before = self.make(*WHO, "--as-known-at", token)
        self.ok("append", "-", stdin=event("later", "grant.issued", {"grant": "g9", "principal": "user:alice", "role": "role:everything"},
                                           "2026-01-05T00:00:00Z"))
        after = self.make(*WHO, "--as-known-at", token, to=self.dir / "later.zip")
        self.assertEqual(after["events.ndjson"], before["events.ndjson"])
        self.assertEqual(json.loads(after["answer.json"])["results"], json.loads(before["answer.json"])["results"])
        self.check(after)

    def test_what_could_not_be_read_comes_along_with_what_it_puts_in_doubt(self):
        self.ok("append", "-", stdin=event("ok", "identity.registered", {"identity": "user:zoë"}) + event(
            "bad", "event.retracted", {"target": {"source": "test/office", "id": "zz"}, "key": "user:alice", "reason": "x"},
            tenuretopic="tenure.identity"))
        self.ok("append", "-", stdin=event("zz", "grant.issued", {"grant": "zz", "principal": "user:alice", "role": "role:everything"}))
        files = self.make("what", "user:alice")
        self.assertIn("user:zoë".encode(), files["events.ndjson"])
        said = json.loads(files["taints.json"])
        self.assertEqual({t["key"] for t in said["taints"]}, {"user:alice"})
        self.assertEqual(len(said["dead_letters"]["results"]), 1)
        self.assertIn("not complete", files["report.html"].decode())
        self.check(files)

    def test_a_demo_organisation(self):
        lines = self.ok("generate", "--seed", "5", "--events", "1500").out
        demo = self.dir / "demo"
        self.ok("append", "-", stdin=lines, data=demo)
        for number, question in enumerate((("findings", "--limit", "100000"), ("who", "*", "*", "--limit", "100000"))):
            to = self.dir / f"demo{number}.zip"
            self.ok("evidence", "-o", to, "--", *question, data=demo)
            said = self.ok("evidence", "check", to, "--json", data=self.dir / "none").json()
            self.assertEqual(said["records"], self.question("status", data=demo)["results"][0]["events"])
            if number == 0:
                self.assertTrue(json.loads(read(to)["answer.json"])["results"])

    def test_the_fold_configuration_comes_along(self):
        data = self.dir / "corrected"
        self.ok("append", DATA / "office.ndjson", "--corrector", "audit", data=data)
        self.ok("append", "-", data=data, stdin=event("out", "event.retracted", {"target": {"source": "test/office", "id": "g2"},
                                                                                "key": "user:boss", "reason": "x"}, source="audit",
                                                      tenuretopic="tenure.access"))
        self.ok("evidence", "-o", self.pack, "--", *WHO, data=data)
        files = read(self.pack)
        self.assertEqual(json.loads(files["fold.json"])["correctors"], ["audit"])
        self.assertNotIn("user:boss", {r["principal"] for r in json.loads(files["answer.json"])["results"]})
        self.check(files)

    def test_the_options_may_stand_behind_the_question(self):
        self.ok("evidence", *WHO, "-o", self.pack)
        self.assertEqual(json.loads(read(self.pack)["question.json"])["arguments"], list(WHO))

    def test_the_policy_that_was_in_force_comes_along(self):
        (self.dir / "policy.json").write_text('{"credential_age_days":1}')
        files = self.make("findings", "--policy", self.dir / "policy.json", "--as-of", "2026-03-01")
        question = json.loads(files["question.json"])
        self.assertEqual((question["arguments"], question["policy"]["credential_age_days"]), (["findings", "--as-of", "2026-03-01"], 1))
        (self.dir / "policy.json").unlink()
        self.check(files)

    def test_the_report_is_one_page_that_escapes_what_it_shows(self):
        self.ok("append", "-", stdin=event("x", "identity.registered", {"identity": "user:eve", "display_name": "<script>alert(1)</script>'\"&"},
                                           "2026-01-02T00:00:00Z"))
        page = self.make("show", "user:eve")["report.html"].decode()
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;&#39;&quot;&amp;", page)
        self.assertNotIn("<script", page)
        self.assertIsNone(re.search(r"(src|href)=|url\((?!#tenure-)|@import", page))
        self.assertIn("<svg", self.make(to=self.dir / "bars.zip")["report.html"].decode())


class EvidenceBroken(Evidence):
    def test_a_changed_byte_in_any_file(self):
        private, _ = self.keys("maker")
        files = self.make(options=("--key", private))
        self.check(files)
        self.assertEqual({n for n in files if not n.startswith("schemas/")}, FILES | {"manifest.sig", "signer.pem"})
        for name, data in files.items():
            for where in (0, len(data) // 2, len(data) - 1):
                changed = bytearray(data)
                changed[where] ^= 1
                ran = self.refused("evidence_", {**files, name: bytes(changed)})
                if name not in ("manifest.json", "manifest.sig"):
                    self.assertIn(name, ran.err)

    def test_a_changed_byte_in_an_unsigned_manifest(self):
        files = self.make()
        for where in range(0, len(files["manifest.json"]), 97):
            changed = bytearray(files["manifest.json"])
            changed[where] ^= 1
            self.fails_somehow({**files, "manifest.json": bytes(changed)})

    def fails_somehow(self, files):
        ran = self.tenure("evidence", "check", write(self.dir / "made.zip", files))
        self.assertIn(ran.code, (1, 4), ran.out + ran.err)
        self.assertIn("evidence_", ran.err)

    def test_a_missing_file_and_one_too_many(self):
        files = self.make()
        for name in files:
            self.assertIn(name, self.refused("evidence_file_missing", {n: d for n, d in files.items() if n != name}).err)
        self.assertIn("note.txt", self.refused("evidence_file_extra", {**files, "note.txt": b"hello"}).err)

    def test_a_needed_file_that_a_forger_leaves_out_of_the_manifest(self):
        files = self.make()
        for name in FILES - {"manifest.json"}:
            self.refused("evidence_file_missing", with_manifest({n: d for n, d in files.items() if n != name}))

    def test_a_removed_event_and_a_manifest_made_anew(self):
        files = self.make()
        lines = files["events.ndjson"].splitlines(keepends=True)
        for gone in range(len(lines)):
            forged = with_manifest({**files, "events.ndjson": b"".join(lines[:gone] + lines[gone + 1:])})
            self.refused("evidence_", forged)

    def test_an_answer_that_the_events_do_not_give(self):
        files = self.make()
        for name, old, new in (("answer.json", b"user:boss", b"user:bozz"), ("findings.json", b'"total":', b'"total":1'),
                               ("report.html", b"user:boss", b"user:bozz"), ("taints.json", b'"complete":true', b'"complete":false'),
                               ("schemas/grant.issued.v1.json", b"grant", b"grand")):
            self.assertIn(old, files[name])
            ran = self.refused("evidence_answer_differs", with_manifest({**files, name: files[name].replace(old, new)}))
            self.assertIn("report.html" if name == "answer.json" else name, ran.err)

    def test_an_event_that_says_something_else(self):
        files = self.make()
        forged = files["events.ndjson"].replace(b"role:everything", b"role:anything__")
        self.assertNotEqual(forged, files["events.ndjson"])
        self.refused("evidence_answer_differs", with_manifest({**files, "events.ndjson": forged}))

    def test_another_fold(self):
        files = self.make()
        fold = json.loads(files["fold.json"])
        fold["correctors"] = ["test/office"]
        self.refused("evidence_file_changed", with_manifest({**files, "fold.json": compact(fold) + b"\n"}))

    def test_another_question(self):
        files = self.make()
        for arguments, word in ((["who", "*", "*", "--as-of", "2026-01-01"], "evidence_answer_differs"),
                                (["append", "/dev/null"], "evidence_question"), (["findings", "--policy", "/etc/passwd"], "evidence_question"),
                                (["who", "--help"], "evidence_question"), (["who"], "who_malformed")):
            question = json.loads(files["question.json"])
            question["arguments"] = arguments
            forged = {**files, "question.json": compact(question) + b"\n", "version.txt": b"tenure 0.0.0\n"}
            self.refused(word, with_manifest(forged))


    def test_a_report_of_another_version_is_not_believed(self):
        files = self.make()
        lie = {**files, "report.html": b"<h1>Nobody was an administrator</h1>", "version.txt": b"tenure 0.0.9\n"}
        self.assertFalse(self.check(with_manifest(lie))["report_compared"])
        said = self.ok("evidence", "check", self.dir / "made.zip", data=self.dir / "none").out
        self.assertIn("NOT compared: report.html", said)
        self.assertTrue(self.check(files)["report_compared"])
        self.refused("evidence_answer_differs", with_manifest({**lie, "version.txt": files["version.txt"]}))

    def test_files_that_are_no_part_of_a_pack(self):
        files = self.make()
        for extra in ("evil.html", "schemas/evil.html"):
            self.refused("evidence_file_extra", with_manifest({**files, extra: b"<script>"}))
        self.refused("evidence_file_extra", with_manifest({**files, "evil.html": b"<script>", "version.txt": b"tenure 0.0.9\n"}))


class EvidenceSigned(Evidence):
    def test_signed_with_a_key_and_with_another(self):
        private, public = self.keys("maker")
        other_private, other = self.keys("other")
        files = self.make(options=("--key", private))
        said = self.check(files, "--signer", public)
        self.assertEqual((said["signed"], said["signer"]), (True, public.read_text()))
        self.refused("evidence_signer_other", files, "--signer", other)
        by_other = self.make(options=("--key", other_private), to=self.dir / "other.zip")
        self.refused("evidence_signature_wrong", {**files, "signer.pem": by_other["signer.pem"]})
        self.refused("evidence_signature_wrong", {**files, "manifest.sig": by_other["manifest.sig"]})
        self.refused("evidence_signature_wrong", {**files, "manifest.sig": base64.b64encode(bytes(64)) + b"\n"})

    def test_the_signature_is_openssls(self):
        private, public = self.keys("maker")
        files = self.make(options=("--key", private))
        (self.dir / "m").write_bytes(files["manifest.json"])
        (self.dir / "s").write_bytes(base64.b64decode(files["manifest.sig"]))
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", self.dir / "m", "-sigfile",
                        self.dir / "s"], check=True, capture_output=True)

    def test_a_consistent_forgery_is_seen_by_the_signature(self):
        private, public = self.keys("maker")
        signed = self.make(options=("--key", private))
        self.ok("append", "-", stdin=event("f", "grant.issued", {"grant": "g9", "principal": "user:eve", "role": "role:everything"},
                                           "2026-01-05T00:00:00Z"))
        forged = self.make(to=self.dir / "forged.zip")
        self.check(forged)
        self.refused("evidence_signature_wrong", {**forged, "manifest.sig": signed["manifest.sig"], "signer.pem": signed["signer.pem"]})
        self.refused("evidence_unsigned", forged, "--signer", public)

    def test_unsigned_says_so(self):
        self.make()
        out = self.ok("evidence", "check", self.pack).out
        self.assertIn("consistent forgery", out)
        self.assertIn(hashlib.sha256(read(self.pack)["manifest.json"]).hexdigest(), out)

    def test_what_is_no_key(self):
        self.make()
        (self.dir / "no.pem").write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
        self.fails(2, "evidence_key_malformed", "evidence", "check", self.pack, "--signer", self.dir / "no.pem")
        self.fails(2, "evidence_key_malformed", "evidence", "-o", self.dir / "x.zip", "--key", self.dir / "no.pem", "--", *WHO)
        self.fails(2, "evidence_key_not_readable", "evidence", "check", self.pack, "--signer", self.dir / "nowhere")
        self.assertFalse((self.dir / "x.zip").exists())


class EvidenceHostile(Evidence):
    def test_what_a_killed_run_left_goes_with_the_next(self):
        self.make()
        gone = subprocess.Popen(["true"])
        gone.wait()
        tmp = self.dir / "tmp"
        left, theirs = tmp / f"tenure-evidence-{gone.pid}-abcdef", tmp / "tenure-evidence-report"
        for folder in (left, theirs):
            folder.mkdir(parents=True)
            (folder / "model").write_text("x")
        self.ok("evidence", "check", self.pack, env={"TMPDIR": str(tmp)})
        self.assertEqual(list(tmp.iterdir()), [theirs])

    def test_files_that_are_no_packs(self):
        self.make()
        whole = self.pack.read_bytes()
        path = self.dir / "bad.zip"
        for data in (b"", b"PK\x03\x04", b"hello" * 1000, whole[:len(whole) // 2], whole[:-1], whole[100:]):
            path.write_bytes(data)
            self.fails(1, "evidence_", "evidence", "check", path)
        self.fails(2, "evidence_not_found", "evidence", "check", self.dir / "nowhere.zip")
        self.fails(1, "evidence_", "evidence", "check", self.dir)

    def test_names_that_lead_elsewhere_or_come_twice(self):
        files = self.make()
        for name in ("../x", "/etc/x", "a/../x", "a\\b", "a//b", ".", "schemas/", "x" * 500, "é"):
            self.refused("evidence_not_a_pack", {**files, name: b"x"})
        path = write(self.dir / "twice.zip", files)
        with self.assertWarns(UserWarning), zipfile.ZipFile(path, "a") as pack:
            pack.writestr("answer.json", b"{}")
        self.fails(1, "evidence_not_a_pack", "evidence", "check", path)

    def test_more_than_a_pack_can_hold(self):
        files = self.make()
        self.refused("evidence_not_a_pack", {**files, **{f"f{i}": b"" for i in range(300)}})
        path = self.dir / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack, pack.open("answer.json", "w", force_zip64=True) as entry:
            for _ in range(1025):
                entry.write(bytes(1 << 20))
        self.fails(1, "evidence_not_a_pack", "evidence", "check", path)

    def test_files_that_hold_nonsense(self):
        files = self.make()
        for name in ("question.json", "fold.json", "events.ndjson"):
            for data in (b"", b"[]\n", b"{}\n", b"\xff\xfe", b"[" * 10000, b'{"format":2}\n', files[name] + b"\n", files[name].replace(b"0", b"-9")):
                self.fails_named(with_manifest({**files, name: data}))

    def fails_named(self, files):
        ran = self.tenure("evidence", "check", write(self.dir / "made.zip", files))
        self.assertIn(ran.code, (1, 4), ran.out + ran.err)
        self.assertIn("tenure: ", ran.err)

    def test_usage(self):
        self.fails(2, "usage", "evidence", "--", *WHO)
        self.fails(2, "evidence_question", "evidence", "-o", self.pack)
        for words in (("events",), ("append", "-"), ("status",), ("who", "*", "*", "--csv"),
                      ("replay", "--from", "2026-01-01", "--to", "2026-03-01", "--speed=60")):
            self.fails(2, "evidence_question", "evidence", "-o", self.pack, "--", *words)
        self.fails(2, "who_malformed", "evidence", "-o", self.pack, "--", "who", "*")
        self.assertFalse(self.pack.exists())
        self.make()
        self.fails(2, "evidence_exists", "evidence", "-o", self.pack, "--", *WHO)
        self.fails(4, "evidence_io", "evidence", "-o", self.dir / "no" / "where.zip", "--", *WHO)
        self.assertEqual([f.name for f in self.dir.glob("*.unfinished*")], [])


class EvidenceOverHttp(ServedTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")
        self.pack = self.dir / "pack.zip"

    def fetch(self, *options, question=WHO):
        return self.tenure("evidence", "-o", self.pack, *options, "--json", "--server", self.served.url, "--", *question, data=self.dir / "none")

    def post(self, body, **fields):
        return self.served.request("POST", "/v1/evidence", body if isinstance(body, bytes) else json.dumps(body).encode(),
                                   {"Content-Type": "application/json", **fields})

    def test_what_the_service_made_checks_here(self):
        self.served = self.serve()
        for question in (WHO, ("findings",), ("controls",), ("what", "user:alice"), ("blast-radius", "user:alice", "--from", "2026-01-01")):
            ran = self.fetch(question=question)
            self.assertEqual(ran.code, 0, ran.err)
            self.assertEqual(ran.json()["arguments"], list(question))
            checked = self.ok("evidence", "check", self.pack, "--json", data=self.dir / "none").json()
            self.assertEqual(checked, ran.json())
            self.pack.unlink()

    def test_it_is_the_one_made_beside_the_record(self):
        self.ok("evidence", "-o", self.dir / "here.zip", "--", *WHO)
        self.served = self.serve()
        self.fetch()
        there = read(self.pack)
        here = read(self.dir / "here.zip")
        for name in set(here) - {"question.json", "answer.json", "taints.json", "findings.json", "manifest.json", "report.html"}:  # they tell their time
            self.assertEqual(there[name], here[name], name)
        rows = [json.loads(pack["answer.json"])["results"] for pack in (here, there)]
        self.assertEqual(rows[0], rows[1])

    def test_signed_by_the_service(self):
        key, public = self.dir / "key.pem", self.dir / "public.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
        self.served = self.serve("--evidence-key", key)
        self.assertEqual(self.fetch("--key", key).code, 2)
        self.assertTrue(self.fetch().json()["signed"])
        self.ok("evidence", "check", self.pack, "--signer", public)

    def test_what_is_refused_there(self):
        (self.dir / "no.pem").write_text("no key\n")
        self.fails(2, "evidence_key_malformed", "serve", "--listen", "127.0.0.1:0", "--evidence-key", self.dir / "no.pem")
        self.served = self.serve()
        for body, code in ((b"", "evidence_question_malformed"), ([], "evidence_question_malformed"), ({}, "evidence_question_malformed"),
                           ({"question": "who"}, "evidence_question_malformed"), ({"question": [1]}, "evidence_question_malformed"),
                           ({"question": ["who"] * 65}, "evidence_question_malformed"), ({"question": ["who"], "x": 1}, "evidence_question_malformed"),
                           ({"question": []}, "evidence_question"), ({"question": ["append", "-"]}, "evidence_question"),
                           ({"question": [*WHO, "--server", "http://127.0.0.1:1"]}, "evidence_question"),
                           ({"question": ["findings", "--policy", "/etc/passwd"]}, "evidence_question"),
                           ({"question": ["who", "*", "*", "--no-such"]}, "usage"), ({"question": list(WHO), "policy": {"x": 1}}, "policy_field_unknown")):
            answer = self.post(body)
            self.assertEqual((answer.status, answer.json()["code"]), (400, code), body)
        self.assertEqual(self.post({"question": list(WHO)}, **{"Content-Type": "text/plain"}).status, 415)
        self.pack.write_bytes(b"there")
        self.assertIn("evidence_exists", self.fetch().err)
        self.assertEqual(self.pack.read_bytes(), b"there")
        self.assertEqual(list(self.dir.glob("*.unfinished")), [])

    def test_it_needs_the_right_to_read_the_record(self):
        asks = self.ok("token", "create", "--name", "auditor", "--scope", "history").out.strip()
        reads = self.ok("token", "create", "--name", "archive", "--scope", "events").out.strip()
        self.served = self.serve()
        self.assertEqual(self.post({"question": list(WHO)}, Authorization=f"Bearer {asks}").status, 403)
        self.assertEqual(self.post({"question": list(WHO)}, Authorization=f"Bearer {reads}").content_type, "application/zip")
        self.assertEqual(self.post({"question": list(WHO)}).status, 401)


class EvidenceOfTheCapture(CaptureTest):
    def test_who_was_an_administrator(self):
        self.load()
        pack = self.dir / "pack.zip"
        self.ok("evidence", "-o", pack, "--", "who", "*", "*", "--as-of", at("12:26:00"))
        files = read(pack)
        self.ok("evidence", "check", pack, data=self.dir / "none")
        rows = {r["principal"]: r for r in json.loads(files["answer.json"])["results"]}
        self.assertEqual((rows[USER]["status"], rows[USER]["held"]), ("effective", span("12:24:49", "12:28:24")))
        self.assertEqual((rows[ROLE]["status"], rows[OUTSIDER]["status"]), ("effective", "possible"))
        self.assertIn(ADMIN, files["report.html"].decode())
        for name, data in files.items():
            changed = bytearray(data)
            changed[len(data) // 2] ^= 1
            self.fails(1, "evidence_", "evidence", "check", write(self.dir / "made.zip", {**files, name: bytes(changed)}))
        attach = [line for line in files["events.ndjson"].splitlines(keepends=True) if b"f4923a37-92d5-4dfd-9786-6caef2b5f33c" not in line]
        self.fails(1, "evidence_", "evidence", "check", write(self.dir / "made.zip", with_manifest({**files, "events.ndjson": b"".join(attach)})))


if __name__ == "__main__":
    main()
