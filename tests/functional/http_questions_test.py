"""The questions over HTTP: the bytes of the command line, and errors that say what is wrong, where, and what to do."""
import pathlib
import re
import urllib.parse

from harness import DATA, main
from server import SharedTest, ServedTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
T = "2026-02-20T00:00:00Z"


def query(**parameters):
    return urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)


class SameAsTheCommandLine(SharedTest):
    @classmethod
    def record(cls):
        return (DATA / "three.ndjson").read_text() + (DATA / "office.ndjson").read_text()

    QUESTIONS = (
        ("/v1/identities?", ("identities",)),
        ("/v1/identities?type=user&limit=1&", ("identities", "--type", "user", "--limit", "1")),
        ("/v1/identities?unowned=true&", ("identities", "--unowned")),
        ("/v1/identities/user%3Aalice?", ("show", "user:alice")),
        ("/v1/identities/user%3Aalice/authority?", ("what", "user:alice")),
        ("/v1/identities/user%3Aalice/authority?on_paper&", ("what", "user:alice", "--on-paper")),
        ("/v1/authority?action=read&resource=bucket%3Aa&", ("who", "read", "bucket:a")),
        ("/v1/authority?role=role%3Adb-reader&", ("who", "--role", "role:db-reader")),
        ("/v1/authority?member_of=group%3Adba&", ("who", "--member-of", "group:dba")),
        ("/v1/check?subject=user%3Aalice&action=read&resource=bucket%3Aa&", ("check", "user:alice", "read", "bucket:a")),
        ("/v1/check?subject=user%3Anobody&action=read&resource=bucket%3Aa&why=true&",
         ("check", "user:nobody", "read", "bucket:a", "--why")),
        ("/v1/timeline?ref=user%3Aalice&", ("timeline", "user:alice")),
        ("/v1/findings?", ("findings",)),
        ("/v1/findings?rule=self_grant,orphaned&severity=high&", ("findings", "--rule", "self_grant,orphaned", "--severity", "high")),
        ("/v1/identities/user%3Aalice/why-held?role=role%3Adb-reader&", ("why-held", "user:alice", "role:db-reader")),
        ("/v1/identities/user%3Aalice/why-held?action=read&resource=bucket%3Aa&", ("why-held", "user:alice", "read", "bucket:a")),
        ("/v1/controls?", ("controls",)),
        ("/v1/reviews?", ("review", "list")),
        ("/v1/unreviewed?", ("review", "never")),
        ("/v1/dead-letters?", ("dead-letters",)),
        ("/v1/events?", ("events",)),
    )

    def test_each_answer_is_the_command_lines_byte_for_byte(self):
        for path, words in self.QUESTIONS:
            for parameters, options in ((query(as_of=T), ("--as-of", T)),
                                        (query(during="2026-01-01/2026-03-01"), ("--during", "2026-01-01/2026-03-01"))):
                with self.subTest(path=path, parameters=parameters):
                    over_http = self.served.get(path + parameters, Accept="application/json")
                    self.assertEqual(over_http.status, 200, over_http.body)
                    self.assertEqual(over_http.body.decode(), self.tenure(*words, *options, "--json").out.rstrip("\n"))

    def test_so_is_each_brief_one(self):
        for path, words in (("/v1/identities?status=active&", ("identities", "--status", "active")),
                            ("/v1/identities/user%3Aalice/authority?", ("what", "user:alice")),
                            ("/v1/authority?action=read&resource=bucket%3Aa&", ("who", "read", "bucket:a")),
                            ("/v1/check?subject=user%3Aalice&action=read&resource=bucket%3Aa&", ("check", "user:alice", "read", "bucket:a"))):
            over_http = self.served.get(path + query(as_of=T, detail="brief"))
            self.assertEqual(over_http.status, 200, over_http.body)
            self.assertEqual(over_http.body.decode(), self.tenure(*words, "--as-of", T, "--detail", "brief", "--json").out.rstrip("\n"))

    def position(self):
        return self.served.get("/v1/status").json()["as_known_at"]["position"]

    def test_differences_too(self):
        for parameters, options in ((query(**{"from": "2026-01-01", "to": "2026-03-01"}), ("--from", "2026-01-01", "--to", "2026-03-01")),
                                    (query(known_from="2020-01-01", known_to=self.position(), as_of=T),
                                     ("--known-from", "2020-01-01", "--known-to", self.position(), "--as-of", T))):
            over_http = self.served.get("/v1/diff?" + parameters)
            self.assertEqual(over_http.body.decode(), self.tenure("diff", *options, "--json").out.rstrip("\n"))

    def test_status_and_verify_differ_from_it_in_the_moment_alone(self):
        moment = re.compile(r'"as_of":"[^"]*"|"size_bytes":\d+')
        for answer, words in ((self.served.get("/v1/status"), ("status",)), (self.served.post("/v1/verify"), ("verify",))):
            self.assertEqual(answer.status, 200)
            self.assertEqual(moment.sub("", answer.body.decode()), moment.sub("", self.tenure(*words, "--json").out.rstrip("\n")))

    def test_who_is_asked_about_may_be_called_ref_or_subject(self):
        for path in ("/v1/check?action=read&resource=bucket%3Aa&", "/v1/timeline?", "/v1/diff?from=2026-01-01&to=2026-03-01&"):
            answers = [self.served.get(f"{path}{name}=user%3Aalice") for name in ("ref", "subject")]
            self.assertEqual([a.status for a in answers], [200, 200], path)
            self.assertEqual(*[a.json()["results"] for a in answers], path)
            self.assertEqual(answers[0].json()["subject"], "user:alice", path)

    def test_pages_go_on_by_their_cursor(self):
        first = self.served.get("/v1/identities?limit=1").json()
        second = self.served.get("/v1/identities?" + query(limit=1, cursor=first["next"])).json()
        self.assertEqual(first["as_known_at"], second["as_known_at"])
        self.assertNotEqual(first["results"], second["results"])

    def test_an_explicit_moment_has_a_tag_and_now_is_never_kept(self):
        path = "/v1/check?subject=user%3Aalice&action=read&resource=bucket%3Aa"
        explicit = self.served.get(path + "&as_of=" + T)
        self.assertEqual(explicit.headers["cache-control"], "private, no-cache")
        again = self.served.get(path + "&as_of=" + T, **{"If-None-Match": explicit.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        known = path + "&as_of=" + T + "&as_known_at=" + explicit.json()["as_known_at"]["time"]
        by_time = self.served.get(known)
        again = self.served.get(known, **{"If-None-Match": by_time.headers["etag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        other = self.served.get(path + "&as_of=2026-02-21", **{"If-None-Match": explicit.headers["etag"]})
        self.assertEqual(other.status, 200)
        for now in (path, path + "&as_of=now-1h"):
            answer = self.served.get(now)
            self.assertEqual(answer.headers["cache-control"], "no-store")
            self.assertNotIn("etag", answer.headers)

    def test_what_is_wrong_is_said_with_its_place_and_what_to_do(self):
        wrong = (
            ("/v1/check?subject=user%3Aalice&action=read", 400, "parameter_missing", "resource"),
            ("/v1/check?subject=alice&action=read&resource=bucket%3Aa", 400, "reference_malformed", "subject"),
            ("/v1/identities?as_off=2026-01-01", 400, "parameter_unknown", "as_off"),
            ("/v1/identities?limit=0", 400, "parameter_malformed", "limit"),
            ("/v1/identities?limit=1&limit=2", 400, "parameter_repeated", "limit"),
            ("/v1/identities?as_of=2026-01-01T00:00:00", 400, None, "as_of"),
            ("/v1/identities?during=2026-01-01", 400, "during_malformed", "during"),
            ("/v1/identities?as_known_at=x", 400, "token_malformed", "as_known_at"),
            ("/v1/identities?cursor=x", 400, "cursor_malformed", "cursor"),
            ("/v1/identities?max_lag=soon", 400, "max_lag_malformed", "max_lag"),
            ("/v1/identities?at_least=x", 400, "token_malformed", "at_least"),
            ("/v1/identities?wait=1h", 400, "parameter_malformed", "wait"),
            ("/v1/authority?action=read", 400, "who_malformed", "action"),
            ("/v1/diff?from=2026-01-01", 400, "diff_malformed", "from"),
            ("/v1/check?subject=user%3Aa&ref=user%3Ab&action=read&resource=bucket%3Aa", 400, "parameter_repeated", "subject"),
            ("/v1/check?subject=user%3Aalice&action=read&resource=bucket%3Aa&as_of=", 400, "parameter_malformed", "as_of"),
            ("/v1/identities?as_of", 400, "parameter_malformed", "as_of"),
            ("/v1/identities?during=", 400, "parameter_malformed", "during"),
            ("/v1/identities?as_known_at=", 400, "parameter_malformed", "as_known_at"),
            ("/v1/identities?at_least=", 400, "parameter_malformed", "at_least"),
            ("/v1/identities?max_lag=", 400, "parameter_malformed", "max_lag"),
            ("/v1/identities?cursor=", 400, "parameter_malformed", "cursor"),
            ("/v1/identities?limit=", 400, "parameter_malformed", "limit"),
            ("/v1/nothing", 404, "route_unknown", None),
            ("/v1/identities/user:a/b/authority", 404, "route_unknown", None),
            ("/v1//identities", 404, "route_unknown", None),
            ("/v1/identities/%zz", 404, "route_unknown", None),
        )
        for path, status, code, field in wrong:
            with self.subTest(path=path):
                answer = self.served.get(path)
                self.assertEqual((answer.status, answer.content_type), (status, "application/problem+json"), answer.body)
                problem = answer.json()
                self.assertEqual((problem["status"], problem.get("field")), (status, field), problem)
                self.assertEqual(problem["type"], "urn:tenure:problem:" + problem["code"])
                if code:
                    self.assertEqual(problem["code"], code)
                self.assertTrue(problem["hint"], problem)
        refused = self.served.request("DELETE", "/v1/identities")
        self.assertEqual((refused.status, refused.headers["allow"]), (405, "GET"))

    def test_a_head_request_has_the_length_and_no_body(self):
        path = "/v1/identities?as_of=" + T
        head, get = self.served.request("HEAD", path), self.served.get(path)
        self.assertEqual((head.status, head.body, head.headers["content-length"]), (200, b"", str(len(get.body))))

    def test_a_request_id_comes_back_and_one_is_made(self):
        self.assertEqual(self.served.get("/livez", **{"X-Request-ID": "my-1"}).headers["x-request-id"], "my-1")
        made = {self.served.get("/livez").headers["x-request-id"] for _ in range(3)}
        self.assertEqual(len(made), 3)
        self.assertNotIn(" ", self.served.get("/livez", **{"X-Request-ID": "a b"}).headers["x-request-id"])

    def test_the_document_describes_every_route(self):
        document = self.served.get("/openapi.yaml").body.decode()
        self.assertEqual(document, (ROOT / "schemas" / "openapi.yaml").read_text())
        described = set()
        path = None
        for line in document.splitlines():
            if found := re.match(r"  (/\S*):$", line):
                path = found[1]
            elif path and (found := re.match(r"    (get|post):$", line)):
                described.add((found[1].upper(), path))
        written = set()
        for file in (ROOT / "src" / "http").glob("*_routes.cc"):
            written |= set(re.findall(r'\{"(GET|POST)", "(/[^"]*)"', file.read_text()))
        self.assertEqual(described, written)

    def test_alive_ready_and_counted(self):
        self.assertEqual(self.served.get("/livez").body, b"alive\n")
        self.assertEqual(self.served.get("/readyz").body, b"ready\n")
        self.served.get("/v1/identities")
        counted = self.served.get("/metrics").body.decode()
        self.assertRegex(counted, r'tenure_record\{what="events"\} \d+')
        self.assertRegex(counted, r'tenure_http_requests_total\{[^}]*route="/v1/identities"[^}]*\} \d+')
        self.assertRegex(counted, r'tenure_question_seconds_count\{question="identities"\} \d+')


class Ending(ServedTest):
    def test_it_ends_in_good_order_and_the_record_is_whole(self):
        self.append("three.ndjson")
        served = self.serve()
        self.fails(4, "log_locked", "append", "-", stdin="")
        self.assertEqual(served.stop(), 0)
        self.assertTrue(self.question("verify")["results"][0]["equal"])

    def test_an_address_that_is_taken_is_named(self):
        self.append("three.ndjson")
        served = self.serve()
        self.fails(2, "serve_address", "serve", "--listen", f"127.0.0.1:{served.port}", data=self.dir / "other")
        self.fails(2, "listen_malformed", "serve", "--listen", "here")
        self.fails(2, "serve_open_to_all", "serve", "--listen", "0.0.0.0:0")


if __name__ == "__main__":
    main()
