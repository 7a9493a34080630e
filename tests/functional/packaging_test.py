"""packaging/: every metric that the dashboard and the alerts name is one that the service gives, and systemd takes its unit."""
import configparser
import json
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import BINARY, TenureTest, event, main
from server import ServedTest

try:
    import yaml
except ImportError:
    yaml = None

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"
NAMED = re.compile(r"\b(tenure_\w+)(?:\{([^}]*)\})?")


class Metrics(ServedTest):
    def setUp(self):
        super().setUp()
        self.append("office.ndjson")
        served = self.serve()
        served.get("/v1/check?subject=user:alice&action=read&resource=bucket:a")
        served.post("/v1/events", event("1", "identity.registered", {"identity": "user:a"}), {"Content-Type": "application/x-ndjson"})
        self.page = served.get("/metrics").body.decode()
        self.given = set(re.findall(r"^(\w+)[ {]", self.page, re.M)) | {"tenure_http_turned_away_total"}  # there once it happened
        self.assertIn("# HELP tenure_storage ", self.page)

    def what(self, metric):
        return set(re.findall(rf'^{metric}\{{.*?what="(\w+)"', self.page, re.M))

    def check(self, expressions):
        named = [m for e in expressions for m in NAMED.findall(e)]
        self.assertTrue(named)
        for metric, labels in named:
            self.assertIn(metric, self.given)
            for what in re.findall(r'what="(\w+)"', labels):
                self.assertIn(what, self.what(metric), metric)
        return {m for m, _ in named}

    def test_the_dashboard_shows_what_there_is(self):
        dashboard = json.loads((PACKAGING / "grafana" / "tenure.json").read_text())
        panels = dashboard["panels"]
        self.assertEqual(len({p["id"] for p in panels}), len(panels))
        shown = self.check([t["expr"] for p in panels for t in p["targets"]])
        own = {re.sub("_(bucket|sum|count)$", "_bucket", m) for m in self.given if m.startswith("tenure_")}
        self.assertEqual(own - shown, set(), "not on the dashboard")

    @unittest.skipIf(yaml is None, "there is no PyYAML (Debian: python3-yaml)")
    def test_the_alerts_look_at_what_there_is_and_the_page_tells_what_to_do(self):
        rules = yaml.safe_load((PACKAGING / "prometheus" / "tenure.rules.yaml").read_text())["groups"][0]["rules"]
        self.check([r["expr"] for r in rules if "tenure_" in r["expr"]])
        page = (ROOT / "docs" / "operating" / "monitoring.md").read_text()
        for rule in rules:
            self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
            self.assertIn(f"`{rule['alert']}`", page)

    def test_what_is_counted_is_the_record(self):
        value = lambda what, of="tenure_record": float(re.search(rf'^{of}\{{.*?what="{what}".*?\}} (\S+)$', self.page, re.M)[1])
        status = self.question("status")["results"][0]
        self.assertEqual(value("events"), status["events"])
        self.assertEqual((value("log_records"), value("projected_records")), (status["events"], status["events"]))
        self.assertEqual((value("behind_records"), value("taints_open")), (0, 0))
        self.assertEqual(set(re.findall(r'^tenure_storage\{database="(\w+)"', self.page, re.M)), {"log", "model"})
        self.assertGreater(value("memory_bytes", "tenure_storage"), 0)
        self.assertGreater(value("cache_bytes_max", "tenure_storage"), 0)


class Unit(TenureTest):
    UNIT = PACKAGING / "systemd" / "tenure.service"

    def test_it_starts_the_service_with_arguments_that_the_binary_takes(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(self.UNIT)
        service = unit["Service"]
        words = service["ExecStart"].split()
        self.assertEqual(words[:2], ["/usr/local/bin/tenure", "serve"])
        help_text = self.ok("serve", "--help").out + self.ok("--help").out
        for word in words:
            if word.startswith("--"):
                self.assertRegex(help_text, rf"\n  {word}\b")
        self.assertEqual(words[words.index("--data") + 1], "/var/lib/" + service["StateDirectory"])
        for name, value in {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "DynamicUser": "yes", "Restart": "on-failure"}.items():
            self.assertEqual(service[name], value)

    @unittest.skipIf(shutil.which("systemd-analyze") is None, "there is no systemd-analyze")
    def test_systemd_takes_it(self):
        unit = self.dir / "tenure.service"
        unit.write_text(self.UNIT.read_text().replace("/usr/local/bin/tenure", BINARY))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        about_it = [line for line in (done.stdout + done.stderr).splitlines() if "tenure" in line]
        self.assertEqual(about_it, [])


if __name__ == "__main__":
    main()
