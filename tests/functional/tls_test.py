"""TLS and clients that show a certificate, with certificates made by the openssl command."""
import json
import ssl
import subprocess
import warnings

from access_test import create, registered
from harness import TenureTest, main
from served import Served, refused_by_tls, wait_until

HR = "spiffe://prod/ns/hr/sa/connector"


class Certificates:
    """A CA and what it has signed, in a directory."""

    def __init__(self, directory):
        self.dir = directory
        directory.mkdir()
        self.authority("ca")
        self.signed("server", "CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1")

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], cwd=self.dir, check=True, capture_output=True)

    def authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out",
                     f"{name}.pem", "-subj", f"/CN={name}", "-days", "2")

    def signed(self, name, subject, *extensions, by="ca"):
        (self.dir / f"{name}.ext").write_text("\n".join(extensions) + "\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out",
                     f"{name}.csr", "-subj", "/" + "/".join(reversed(subject.split(","))))
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial", "-days", "2", "-out",
                     f"{name}.pem", "-extfile", f"{name}.ext")

    def client(self, name=None):
        """A client that trusts the CA, and shows the certificate if one is named."""
        context = ssl.create_default_context(cafile=self.dir / "ca.pem")
        context.check_hostname = False
        if name:
            context.load_cert_chain(self.dir / f"{name}.pem", self.dir / f"{name}.key")
        return context

    def serve(self, test, *options, client=None, **more):
        return Served(test, "--tls-cert", self.dir / "server.pem", "--tls-key", self.dir / "server.key", *options,
                      tls=self.client(client), **more)


class Protocols(TenureTest):
    def test_tls_1_2_and_later_and_nothing_earlier(self):
        made = Certificates(self.dir / "tls")
        served = made.serve(self)
        self.assertIn("https://", served.output())
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = made.client()
            context.minimum_version = context.maximum_version = version
            self.assertIsNone(refused_by_tls(context, served.port), version)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
                context = made.client()
                context.set_ciphers("ALL:@SECLEVEL=0")  # or the client wouldn't even offer it
                context.minimum_version = context.maximum_version = version
                self.assertEqual(refused_by_tls(context, served.port), "TLSV1_ALERT_PROTOCOL_VERSION", version)

    def test_a_plain_request_is_no_answer(self):
        made = Certificates(self.dir / "tls")
        served = made.serve(self)
        served.tls = None
        with self.assertRaises(OSError):
            served.get("/livez")

    def test_files_that_cannot_be_used_are_named(self):
        made = Certificates(self.dir / "tls")
        made.authority("other")
        key, cert = made.dir / "server.key", made.dir / "server.pem"
        self.assertIn("other.key", self.fails(2, "serve_tls", "serve", "--tls-cert", cert, "--tls-key", made.dir / "other.key").err)
        self.assertIn("none.pem", self.fails(2, "serve_tls", "serve", "--tls-cert", made.dir / "none.pem", "--tls-key", key).err)
        self.fails(2, "serve_tls", "serve", "--tls-cert", cert, "--tls-key", key, "--client-ca", key)
        self.fails(2, "serve_tls", "serve", "--tls-cert", cert)
        self.fails(2, "serve_tls", "serve", "--client-ca", cert, "--client-map", cert)
        self.fails(2, "serve_client_map", "serve", "--client-map", cert)


class ClientCertificates(TenureTest):
    def setUp(self):
        super().setUp()
        self.made = Certificates(self.dir / "tls")
        self.made.signed("hr", "O=Example,CN=connector", f"subjectAltName=URI:{HR}", "extendedKeyUsage=clientAuth")
        self.made.signed("ops", "CN=ops,O=Example")
        self.made.signed("stranger", "CN=stranger")
        self.map = self.dir / "clients.json"
        self.write_map({HR: {"name": "hr-connector", "planes": ["identity"], "sources": ["hr.example"], "scopes": ["ask"]},
                        "CN=ops,O=Example": {"scopes": ["operate"], "rate_per_second": 1}})
        self.options = ("--client-ca", self.made.dir / "ca.pem", "--client-map", self.map)

    def write_map(self, clients):
        draft = self.map.with_suffix(".new")
        draft.write_text(json.dumps({"format": 1, "clients": clients}))
        draft.rename(self.map)

    def test_a_certificate_is_who_the_map_says_and_is_stored_with_its_events(self):
        served = self.made.serve(self, *self.options, client="hr")
        self.assertNotIn("no tokens", served.output())
        answer = served.append(registered("e1", authtype="user", authid="user:mallory"))
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(served.append(registered("e2", source="iam.example")).status, 403)
        self.assertEqual(served.get("/v1/status").status, 200)
        self.assertEqual(served.get("/v1/events").status, 403)
        served.tls = self.made.client("ops")
        self.assertEqual(served.get("/metrics").status, 200)
        self.assertEqual(served.get("/v1/status").status, 403)
        served.stop()
        row = self.question("events")["results"][0]
        self.assertEqual((row["event"]["authid"], row["verified_writer"]), ("user:mallory", "hr-connector"))
        asked = {(r["who"], r["credential"]) for r in json.loads(self.ok("audit", "--json").out)["results"]}
        self.assertEqual(asked, {("hr-connector", f"certificate {HR}"), ("CN=ops,O=Example", "certificate CN=ops,O=Example")})

    def test_a_certificate_that_is_not_in_the_map_is_nobody(self):
        served = self.made.serve(self, *self.options, client="stranger")
        self.assertEqual(served.get("/livez").status, 200)
        refused = served.get("/v1/status")
        self.assertEqual((refused.status, refused.code), (401, "credential_unknown"))
        served.tls = self.made.client()
        refused = served.get("/v1/status")
        self.assertEqual((refused.status, refused.code), (401, "not_authenticated"))

    def test_a_certificate_of_somebody_elses_making_ends_the_handshake(self):
        self.made.authority("other")
        self.made.signed("forged", "O=Example,CN=connector", f"subjectAltName=URI:{HR}", by="other")
        self.made.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "self.key", "-out",
                          "self.pem", "-subj", "/CN=self", "-days", "2", "-addext", f"subjectAltName=URI:{HR}")
        self.made.signed("for-servers", "CN=x", f"subjectAltName=URI:{HR}", "extendedKeyUsage=serverAuth")
        served = self.made.serve(self, *self.options)
        for name, why in (("self", "UNKNOWN_CA"), ("forged", "UNKNOWN_CA"), ("for-servers", "CERTIFICATE")):
            self.assertIn(why, refused_by_tls(self.made.client(name), served.port) or "let in", name)
        self.assertIsNone(refused_by_tls(self.made.client("hr"), served.port))

    def test_two_names_in_one_certificate_are_none(self):
        self.made.signed("two", "CN=two", f"subjectAltName=URI:{HR},URI:spiffe://prod/other")
        served = self.made.serve(self, *self.options, client="two")
        self.assertEqual(served.get("/v1/status").status, 401)

    def test_taking_a_client_out_of_the_map_ends_its_access(self):
        served = self.made.serve(self, *self.options, client="hr")
        self.assertEqual(served.get("/v1/status").status, 200)
        self.write_map({})
        wait_until(lambda: served.get("/v1/status").status == 401, "the map to be read again")
        self.map.write_text("{")
        wait_until(lambda: served.get("/v1/status").status == 503, "the damaged map to refuse everybody")
        self.assertIn("client_map_malformed", served.output())

    def test_a_rate_and_tokens_beside_certificates(self):
        token = create(self, "--scope", "ask", "--name", "ui")
        served = self.made.serve(self, *self.options, client="ops")
        wait_until(lambda: served.get("/metrics").status == 429, "the client's rate to be reached")
        self.assertEqual(served.get("/v1/status", token=token).status, 200)

    def test_without_a_map_a_certificate_lets_nobody_in(self):
        create(self, "--scope", "ask")
        served = self.made.serve(self, "--client-ca", self.made.dir / "ca.pem", client="hr")
        self.assertIn("without --client-map", served.output())
        self.assertEqual(served.get("/v1/status").status, 401)


if __name__ == "__main__":
    main()
