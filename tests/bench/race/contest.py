"""The order of the race: load, compare the answers, then time them in turns."""
import json
import pathlib

import http_check
from results import Rounds
from sides import Wrong

# question: clients. One where the other side's figure is of one.
CLIENTS = {"check": 2, "what": 1, "who": 2, "existed": 1, "known": 2}
WARM_SECONDS = 0.2


class Contest:
    def __init__(self, sides, workload, scale, results, folder, only):
        self.sides, self.workload, self.scale, self.results, self.folder, self.only = sides, workload, scale, results, folder, only
        self.about = json.loads((workload / "workload.json").read_text())

    def wants(self, *names):
        return self.only is None or self.only in names

    def run(self):
        if self.wants("ingest", "import", "rebuild", "check", "http", "what", "who", "existed", "bytes"):
            rates = self.load()
            self.weigh()  # before the service keeps an audit of the questions
            self.fairly(self.ask_everything)
            self.fairly(self.rebuild, rates)
        for name, part in (("late", self.load_late), ("known", self.ask_as_known), ("flat", self.ask_flat)):
            if self.wants(name):
                self.fairly(part)

    def fairly(self, part, *arguments):
        """A side that is wrong or fails is told at once and again at the end; the other parts go on."""
        try:
            part(*arguments)
        except Wrong as wrong:
            print(f"\nDISQUALIFIED: {wrong}\n", flush=True)
            self.results.disqualified.append(str(wrong))

    def file(self, name):
        return self.workload / name

    # --- loading

    def load(self):
        rounds = self.loaded("main", "events.ndjson", self.scale.loads if self.wants("ingest") else 1)
        if self.wants("ingest"):
            self.results.race("ingest", "events/s", rounds)
            self.results.detail("ingest", rounds)
        return rounds

    def load_late(self):
        """In the end it must be the same history: what the answers of the one order are, are those of the other."""
        rounds = self.loaded("late", "events_late.ndjson", self.scale.loads)
        self.results.race("ingest_late", "events/s", rounds)
        self.results.detail("ingest_late", rounds)
        with Asking(self.sides, "late") as asking:
            asking.probes("check", self.file("check.tsv"))
            self.compare(asking, "check", "check", self.scale.compared // 2, expected_of(self.file("check.tsv")))
        for side in self.sides:
            side.drop("late")

    def loaded(self, name, file, loads):
        rounds = {side.name: Rounds() for side in self.sides}
        for number in range(loads):
            for side in self.sides:
                say(f"{side.name} takes in {file}, {number + 1} of {loads}")
                rounds[side.name].add(side.ingest(name, self.file(file)))
        return rounds

    # --- questions

    def ask_everything(self):
        questions = [question for question in ("check", "what", "who", "existed") if self.wants(question)]
        if self.wants("http") and "check" not in questions:
            questions.insert(0, "check")
        with Asking(self.sides, "main") as asking:
            asking.probes("check", self.file("check.tsv"))
            asking.probes("sets", self.file("sets.tsv"))
            sets = json.loads(self.file("sets_expected.json").read_text())
            for question in questions:
                if question == "check":
                    self.compare(asking, question, "check", self.scale.compared, expected_of(self.file("check.tsv")))
                else:
                    self.compare(asking, question, "sets", self.scale.sets, ["\t".join(parts) for parts in sets[question]])
            rounds = {}
            for question in questions:
                rounds[question] = self.timed(asking, question, question, "check" if question == "check" else "sets")
            if "check" in rounds:
                self.results.race("check_p99", "µs", rounds["check"], "p99_us")
                self.ask_nothing(asking)
            for question in questions:
                self.in_full(asking, question)
        if self.wants("http"):
            self.ask_over_http(rounds["check"])

    def in_full(self, asking, question):
        """Also of tenure: the full answer, with extents, paths, reasons and the events of its evidence."""
        tenure = Rounds()
        for _ in range(self.scale.rounds):
            tenure.add(asking.round("tenure", f"{question}_full", "check" if question == "check" else "sets", CLIENTS[question],
                                    self.scale.seconds))
        self.results.detail(f"{question}_full", {"tenure": tenure})

    def ask_nothing(self, asking):
        """`SELECT 1`: by it PostgreSQL's figures can be compared with those of another machine."""
        rounds = Rounds()
        for _ in range(self.scale.rounds):
            rounds.add(asking.round("postgresql cover", "nothing", "check", CLIENTS["check"], self.scale.seconds))
        self.results.detail("select 1", {"postgresql cover": rounds})

    def ask_over_http(self, check_rounds):
        tenure = Rounds()
        with http_check.Served(self.sides[0].command, self.sides[0].data("main"), self.file("check.tsv"), self.folder) as served:
            served.compare(expected_of(self.file("check.tsv")), self.file("check.tsv"))
            for _ in range(self.scale.rounds):
                tenure.add(served.round(self.scale.seconds))
        rounds = {**check_rounds, "tenure": tenure}
        self.results.race("check_http", "questions/s", rounds)
        self.results.detail("check_http", {"tenure": tenure})

    def ask_as_known(self):
        with_marks = {}
        for side in self.sides:
            say(f"{side.name} takes in events_corrected.ndjson")
            with_marks[side.name] = self.folder / f"knowledge_{side.name.replace(' ', '_')}"
            side.ingest("corrected", self.file("events_corrected.ndjson"), self.file("marks.txt"), with_marks[side.name])
            side.prepare_knowledge("corrected")
        with Asking(self.sides, "corrected") as asking:
            asking.probes("known", self.file("known.tsv"))
            asking.probes("known_verified", self.file("known_verified.tsv"))
            asking.probes("now", self.file("known.tsv"))
            for side in self.sides:
                asking.of[side.name].ask("knowledge", with_marks[side.name], "known")
            self.compare(asking, "known", "known_verified", 1_000, expected_of(self.file("known_verified.tsv")))
            self.compare(asking, "known", "known", max(1_000, self.scale.compared // 5), [])
            rounds = self.timed(asking, "known", "known", "known")
            now = Rounds()
            for _ in range(self.scale.rounds):
                now.add(asking.round("tenure", "check", "now", CLIENTS["known"], self.scale.seconds))
            self.results.add("known_over_check", "times a check", now.middle() / rounds["tenure"].middle())
        for side in self.sides:
            side.drop("corrected")

    # --- what a long past costs

    def ask_flat(self):
        few, many = self.about["flat"]["grants"]
        for side in self.sides:
            say(f"{side.name} takes in flat.ndjson")
            side.ingest("flat", self.file("flat.ndjson"))
        over_gist = []
        with Asking(self.sides, "flat") as asking:
            for past in self.about["flat"]["pasts"]:
                over_gist.append(self.flat(asking, past, few, many))
        self.results.add("flat_over_gist", "times gist, the least of the pasts", min(over_gist))
        for side in self.sides:
            side.drop("flat")

    def flat(self, asking, past, few, many):
        names = {grants: f"{past}_{grants}" for grants in (few, many)}
        for name in names.values():
            asking.probes(name, self.file(f"flat_{name}.tsv"))
            self.compare(asking, "check", name, min(1_000, self.scale.compared), expected_of(self.file(f"flat_{name}.tsv")))
        rounds = {grants: self.interleaved(asking, "check", name, 1) for grants, name in names.items()}
        slower = {side.name: rounds[few][side.name].middle() / rounds[many][side.name].middle() for side in self.sides}
        self.results.flat(past, few, many, slower)
        for grants, name in names.items():
            self.results.detail(f"flat_{name}", rounds[grants])
        return rounds[many]["tenure"].middle() / rounds[many]["postgresql gist"].middle()

    # --- the rest

    def weigh(self):
        if self.wants("bytes"):
            sizes = {side.name: side.bytes("main") / self.about["events"] for side in self.sides}
            peer = min((name for name in sizes if name != "tenure"), key=sizes.get)
            self.results.add("bytes_per_event", "bytes", sizes["tenure"], peer, sizes[peer])

    def rebuild(self, ingested):
        tenure, *peers = self.sides
        if self.wants("import", "rebuild"):
            rounds = {side.name: Rounds() for side in self.sides}
            for _ in range(self.scale.loads):
                for side in self.sides:
                    say(f"{side.name} rebuilds")
                    rounds[side.name].add(side.rebuild("main"))
            self.results.race("rebuild", "events/s", rounds)
            self.results.detail("rebuild", rounds)
            self.results.add("rebuild_over_ingest", "times its own ingest", rounds["tenure"].middle() / ingested["tenure"].middle())
            self.results.add("rebuild_peak", "MiB", rounds["tenure"].middle("peak_kib") / 1024)
            self.compare_rebuilt(peers)
            if self.wants("import"):
                self.import_all(rounds, ingested)
        for side in self.sides:
            side.drop("main")

    def compare_rebuilt(self, peers):
        for side in peers:
            side.server.use_rebuilt(side.database("main"))
        with Asking(self.sides, "main") as asking:
            asking.probes("check", self.file("check.tsv"))
            self.compare(asking, "check", "check", self.scale.compared // 5, expected_of(self.file("check.tsv")))

    def import_all(self, rebuilt, ingested):
        """The other side's fastest way from events to answers is its rebuild, whose events are in the database already."""
        tenure = Rounds()
        for _ in range(self.scale.loads):
            say("tenure imports")
            tenure.add(self.sides[0].import_all("imported", self.file("events.ndjson")))
        self.results.race("import", "events/s", {**rebuilt, "tenure": tenure})
        self.results.detail("import", {"tenure": tenure})
        self.results.add("import_over_ingest", "times its own ingest", tenure.middle() / ingested["tenure"].middle())
        self.sides[0].drop("imported")

    # --- answers, and the clock

    def compare(self, asking, question, probes, count, expected):
        say(f"comparing the answers to {question} of {probes}")
        answers = {}
        for side in self.sides:
            out = self.folder / "answers"
            asking.of[side.name].ask("answers", question, probes, count, out)
            answers[side.name] = out.read_text().splitlines()
            if len(answers[side.name]) < min(count, len(answers["tenure"])):
                raise Wrong(f"{side.name} left answers to {question} out")
            for number, (right, given) in enumerate(zip(expected, answers[side.name])):
                if right != given:
                    raise Wrong(f"{side.name} answers {question} {number + 1} of {probes} with {given[:300]}\nand right is {right[:300]}")
        for name, given in answers.items():
            for number, (ours, theirs) in enumerate(zip(answers["tenure"], given)):
                if ours != theirs:
                    raise Wrong(f"{question} {number + 1} of {probes}: tenure says {ours[:300]}\n{name} says {theirs[:300]}")
        say(f"equal: {len(answers['tenure'])} answers to {question}, of them {min(len(expected), count)} as the naive reference has them")

    def timed(self, asking, measure, question, probes):
        rounds = self.interleaved(asking, question, probes, CLIENTS[question])
        self.results.race(measure, "questions/s", rounds)
        self.results.detail(measure, rounds)
        return rounds

    def interleaved(self, asking, question, probes, clients):
        say(f"timing {question} of {probes}")
        rounds = {side.name: Rounds() for side in self.sides}
        for side in self.sides:
            asking.round(side.name, question, probes, clients, WARM_SECONDS * self.scale.seconds)
        for _ in range(self.scale.rounds):
            for side in self.sides:
                before = side.cpu_seconds()
                work = asking.round(side.name, question, probes, clients, self.scale.seconds)
                work["cpu_s"] = round(work["cpu_s"] + side.cpu_seconds() - before, 2)
                if side.name == "tenure":
                    work["peak_kib"] = asking.of["tenure"].peak_kib()
                rounds[side.name].add(work)
        return rounds


class Asking:
    """Every side's process that answers, about one of the databases."""

    def __init__(self, sides, name):
        self.of = {side.name: side.serve(name) for side in sides}

    def probes(self, name, file):
        for serving in self.of.values():
            serving.ask("probes", name, file)

    def round(self, side, question, probes, clients, seconds):
        return self.of[side].ask("round", question, probes, clients, seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for serving in self.of.values():
            serving.close()


def expected_of(path: pathlib.Path):
    """Of the first probes, as far as the naive reference has answered them."""
    with open(path) as file:
        answers = [line.rstrip("\n").split("\t")[5] for line in file]
    return answers[:answers.index("")] if "" in answers else answers


def say(what):
    print(f"-- {what}", flush=True)
