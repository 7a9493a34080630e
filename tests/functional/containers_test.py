"""compose/ holds together, as far as that can be said without a container engine: images, ports, paths, users, and every command
line is one that the binary takes. That brokers and tenure run with it is tested beside Kafka."""
import collections
import json
import os
import pathlib
import re
import subprocess
import unittest

import containers
from harness import BINARY, TenureTest, main
from server import ServedTest

BASE_PACKAGES = {"libc6", "libgcc-s1", "libstdc++6"}  # apt itself needs them, so every Debian image has them


def setUpModule():
    if containers.missing and os.environ.get("CI") == "true":
        raise AssertionError(f"compose/ cannot be tested: {containers.missing}")
    if containers.missing:
        raise unittest.SkipTest(containers.missing)


class Compose(TenureTest):
    def setUp(self):
        super().setUp()
        self.compose = containers.compose()
        self.profiles = {p: containers.services(self.compose, p) for p in ("one-broker", "three-brokers", "service")}

    def test_every_service_is_in_one_profile_and_one_of_them_is_taken_unasked(self):
        self.assertEqual(containers.default_profile(), "one-broker")
        names = [name for services in self.profiles.values() for name in services]
        self.assertCountEqual(names, self.compose["services"])

    def test_brokers_are_of_one_release_and_the_one_that_is_tested(self):
        images = {s["image"] for s in self.compose["services"].values()}
        self.assertEqual(len(images), 2)
        kafka = next(i for i in images if i.startswith("apache/kafka:")).split(":")[1]
        pom = (containers.ROOT / "tests" / "kafka" / "pom.xml").read_text()
        self.assertIn(f"<version>{kafka}</version>", pom)

    def test_volumes_are_declared_and_used_once(self):
        used = [v.split(":")[0] for s in self.compose["services"].values() for v in s.get("volumes", [])]
        self.assertCountEqual(used, self.compose["volumes"])
        self.assertEqual([n for n, times in collections.Counter(used).items() if times > 1], [])

    def test_what_a_service_waits_for_is_in_its_profile_and_can_come_true(self):
        for services in self.profiles.values():
            for name, service in services.items():
                for other, how in service.get("depends_on", {}).items():
                    with self.subTest(service=name, on=other):
                        self.assertIn(other, services)
                        if how["condition"] == "service_healthy":
                            self.assertIn("healthcheck", services[other])
                        else:
                            self.assertEqual((how["condition"], services[other]["restart"]), ("service_completed_successfully", "no"))

    def test_brokers_listen_where_others_are_told_to_look(self):
        for profile, services in self.profiles.items():
            brokers = {n: s for n, s in services.items() if s["image"].startswith("apache/kafka")}
            self.assertEqual(len(brokers), {"one-broker": 1, "three-brokers": 3, "service": 0}[profile])
            voters, ids, published = set(), set(), set()
            for name, broker in brokers.items():
                environment = broker["environment"]
                listens = dict(l.split("://:") for l in environment["KAFKA_LISTENERS"].split(","))
                told = dict(l.split("://") for l in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
                self.assertEqual(told["INSIDE"], f"{name}:{listens['INSIDE']}")
                self.assertEqual(told["HOST"], f"localhost:{listens['HOST']}")
                self.assertEqual(broker["ports"], [f"127.0.0.1:{listens['HOST']}:{listens['HOST']}"])
                voters.add(f"{environment['KAFKA_NODE_ID']}@{name}:{listens['CONTROLLER']}")
                ids.add(environment["KAFKA_NODE_ID"])
                published.add(listens["HOST"])
                self.assertIn(f"localhost:{listens['INSIDE']}", " ".join(broker["healthcheck"]["test"]))
                self.assertEqual([v.split(":")[1] for v in broker["volumes"]], [environment["KAFKA_LOG_DIRS"]])
            self.assertEqual((len(ids), len(published)), (len(brokers), len(brokers)))
            for broker in brokers.values():
                self.assertEqual(set(broker["environment"]["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")), voters)
            bootstrap = {f"{name}:9092" for name in brokers}
            for service in services.values():
                for word in service.get("command", []):
                    if word.startswith("bootstrap.servers="):
                        self.assertEqual(set(word.split("=")[1].split(",")), bootstrap)

    def test_what_tenure_runs_with_is_not_root_and_writes_nothing_but_its_volume(self):
        user = next(s for s in containers.stages()[-1].all("USER"))
        for name, service in self.compose["services"].items():
            self.assertEqual((service["cap_drop"], service["security_opt"]), (["ALL"], ["no-new-privileges:true"]), name)
            if service["image"] != "tenure":
                continue
            self.assertEqual((service["user"], service["read_only"]), (user, True), name)
            self.assertNotIn(service["user"].split(":")[0], ("0", "root"))
            self.assertEqual((containers.COMPOSE / service["build"]["context"]).resolve(), containers.ROOT)
            self.assertTrue((containers.ROOT / service["build"]["dockerfile"]).is_file())
            for volume in service.get("volumes", []):
                self.assertIn(volume.split(":")[1], containers.stages()[-1].all("VOLUME"))

    def test_three_brokers_need_nothing_accepted(self):
        for name, service in self.profiles["three-brokers"].items():
            self.assertNotIn("--accept", service.get("command", []), name)
            if "KAFKA_NODE_ID" in service.get("environment", {}):
                self.assertEqual(service["environment"]["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"], 3)

    def test_every_command_line_is_one_that_the_binary_takes(self):
        services = [s for s in self.compose["services"].values() if s["image"] == "tenure"]
        checks = [(s.get("healthcheck") or {"test": ["CMD", "tenure", "version"]})["test"] for s in services]
        lines = [s["command"] for s in services] + [check[2:] for check in checks if check[1] == "tenure"]
        lines.append(json.loads(containers.stages()[-1].all("CMD")[0]))
        self.assertEqual(len(lines), 10)
        for line in lines:
            with self.subTest(line=line):
                help_text = self.ok(*[w for w in line if not w.startswith("-")][:2 if line[0] == "topics" else 1], "--help").out
                help_text += self.ok("--help").out
                for word in line:
                    if word.startswith("--"):
                        self.assertRegex(help_text, rf"\n  (-h, )?{word}\b")
                if "--kafka" in line:  # past the parser the client is the first to object
                    self.fails(2, "log_config_unknown", *line, "--kafka", "no.such.property=1")


class ComposeService(ServedTest):
    def test_its_health_is_what_readyz_says_and_it_is_published_to_this_machine_alone(self):
        service = containers.compose()["services"]["service"]
        self.assertEqual(service["ports"], ["127.0.0.1:7070:7070"])
        served = self.serve()
        check = [w.replace("/7070", f"/{served.port}") for w in service["healthcheck"]["test"][1:]]
        self.assertEqual(subprocess.run(check, timeout=60).returncode, 0)
        served.stop()
        self.assertNotEqual(subprocess.run(check, timeout=60, stderr=subprocess.DEVNULL).returncode, 0)


class Containerfile(TenureTest):
    def test_what_it_copies_is_there_and_not_ignored(self):
        build, final = containers.stages()
        patterns = containers.ignored()
        for origin, sources, _ in build.copies():
            self.assertIsNone(origin)
            for source in sources:
                self.assertTrue((containers.ROOT / source).exists(), source)
                top = source.split("/")[0]
                self.assertTrue(top not in patterns or f"!{source}" in patterns, f"{source} is ignored")
        self.assertEqual({origin for origin, _, _ in final.copies()}, {build.name})
        self.assertEqual(os.readlink(containers.ROOT / ".dockerignore"), ".containerignore")

    def test_what_the_build_reads_is_copied(self):
        copied = {s for _, sources, _ in containers.stages()[0].copies() for s in sources}
        sourced = re.findall(r"^source (\S+)", (containers.ROOT / "x").read_text(), re.M)
        installed = re.findall(r"install\(FILES ([^)]*?) DESTINATION", (containers.ROOT / "cmake" / "Install.cmake").read_text())
        needed = {*sourced, *(word for line in installed for word in line.split())}
        for path in needed:
            self.assertTrue(path in copied or path.split("/")[0] in copied, path)

    def test_it_builds_as_everybody_does_and_runs_what_was_installed(self):
        build, final = containers.stages()
        self.assertEqual(build.all("RUN"), ["./x build && ./x install /out"])
        self.assertEqual(final.base, build.base + "-slim")
        prefix = self.dir / "out"
        build_folder = pathlib.Path(BINARY).parent
        if not (build_folder / "cmake_install.cmake").exists():
            self.skipTest(f"{BINARY} lies in no build folder")
        subprocess.run(["cmake", "--install", build_folder, "--prefix", prefix], check=True, capture_output=True)
        for _, sources, target in final.copies():
            for source in sources:
                self.assertTrue((prefix / pathlib.PurePosixPath(source).relative_to("/out")).exists(), source)
        self.assertIn(json.loads(final.all("ENTRYPOINT")[0])[0], [target for _, _, target in final.copies()])

    def test_its_last_stage_has_the_libraries_that_the_binary_needs_and_no_others(self):
        try:
            linked = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
            needed = set(re.findall(r"\(NEEDED\)\s+Shared library: \[(.*?)\]",
                                    subprocess.run(["readelf", "-d", BINARY], capture_output=True, text=True, check=True).stdout))
            packages = {package_of(path) for name, path in re.findall(r"(\S+) => (\S+) \(", linked) if name in needed}
        except (FileNotFoundError, subprocess.CalledProcessError) as why:
            self.skipTest(f"ldd, readelf and dpkg are needed: {why}")
        self.assertEqual(containers.stages()[-1].packages(), packages - BASE_PACKAGES)


def package_of(path):
    real = os.path.realpath(path)
    for one in (path, real, path.removeprefix("/usr"), real.removeprefix("/usr")):
        found = subprocess.run(["dpkg", "-S", one], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    raise FileNotFoundError(f"no package has {path}")


if __name__ == "__main__":
    main()
