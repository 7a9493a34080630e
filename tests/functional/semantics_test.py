"""Every example of docs/reference/semantics.md: its events appended, its questions asked, its answers compared.

`Page` is made from the page, one test for each example; CMakeLists.txt names each of them to ctest.
"""
import re
import unittest

import event_examples
import harness
from event_examples import Answer, Event, Knowledge, Malformed, intervals
from harness import HERE, TenureTest, main

PAGE = HERE.parent.parent / "docs" / "reference" / "semantics.md"
LEAST = 144
FLAGS = {"incomplete", "before_record"}
NONE = {"nobody", "nothing", "none"}


class ExampleTest(harness.TenureTest):  # written out, so that CMakeLists.txt takes it for no test of its own
    """Runs one example. Failures name its heading and the line of the page."""

    def run_example(self, example):
        waiting, known = [], {}
        for step in example.steps:
            where = f"\n{PAGE.name}:{step.line}: {example.title}"
            if isinstance(step, Event):
                if step.expected:
                    self.append_events(example, waiting, where)
                    self.append_one(example, step, where)
                    waiting = []
                else:
                    waiting.append(step)
                continue
            self.append_events(example, waiting, where)
            waiting = []
            if isinstance(step, Knowledge):
                known[step.name] = self.question("status")["as_known_at"]["position"]
            else:
                self.ask(step, known, where)
        if waiting:
            self.fail(f"{where}: events after the last question")

    def append_events(self, example, events, where):
        if events:
            ran = self.send(example, events)
            self.assertEqual(ran.code, 0, f"{where}: the events above are not taken\n{ran.out}{ran.err}")
            self.assertIn(f"appended {len(events)}, duplicates 0", ran.out, where)

    def append_one(self, example, event, where):
        ran = self.send(example, [event], "--json", "--list")
        [result] = ran.json()["events"]
        error = result["error"]
        self.assertEqual(f"refused {error['code']}" if error else result["state"], event.expected, where)
        self.assertEqual(ran.code, 1 if error else 0, where)

    def send(self, example, events, *options):
        correctors = [word for name in example.correctors for word in ("--corrector", name)]
        lines = "".join(event_examples.json.dumps(e.text) + "\n" for e in events)
        return self.tenure("append", "-", *options, *correctors, stdin=lines)

    def ask(self, question, known, where):
        where += ": " + " ".join(question.words)
        words = [known.get(word, word) if before == "--as-known-at" else word
                 for before, word in zip([""] + question.words, question.words)]
        ran = self.tenure(*words, "--json")
        self.assertTrue(ran.out, f"{where}\n{ran.err}")
        answer = ran.json()
        flags = {key for a in question.answers for key, value in a.items if key in FLAGS and not value}
        rows = [Answer(a.line, a.head, [i for i in a.items if i not in {(f, "") for f in FLAGS}]) for a in question.answers]
        said = {f for f, yes in (("incomplete", not answer["complete"]), ("before_record", answer["before_record"])) if yes}
        self.assertEqual(said, flags, f"{where}\n{answer['results']}")
        read = READERS.get(question.words[0])
        if not read:
            raise Malformed(f"{where}: no answer can be read for it")
        read(self, answer, rows, where)
        self.assertEqual(ran.code, exit_code({r.head for r in rows}, flags), f"{where}: exit code")

    # --- one question each

    def one(self, answer, rows, where):
        self.assertEqual(len(rows), 1, f"{where}: exactly one answer")
        return answer["results"][0], rows[0]

    def check(self, answer, rows, where):
        row, expected = self.one(answer, rows, where)
        if expected.head not in ("yes", "no", "unknown", "partly"):
            raise Malformed(f"{where}: {expected.head} is no decision")
        self.assertEqual(row["decision"], "yes" if expected.head == "partly" else expected.head, f"{where}\n{row}")
        self.compare(row, expected.items, where)

    def show(self, answer, rows, where):
        row, expected = self.one(answer, rows, where)
        self.assertEqual(row["status"], expected.head, f"{where}\n{row}")
        live = {c["credential"]: c["live"] for c in row["credentials"]}
        for name, said in [i for i in expected.items if i[0] == "credential"]:
            credential, value = said.split()
            self.assertEqual(live.get(credential), value, f"{where}: {name} {credential}\n{row}")
        self.compare(row, [i for i in expected.items if i[0] != "credential"], where)

    def listed(self, answer, rows, where, head):
        results = answer["results"]
        if len(rows) == 1 and rows[0].head in NONE:
            self.assertEqual(results, [], where)
            rows = []
        self.assertEqual([head(r) for r in results], [e.head for e in rows], f"{where}\n{results}")
        for row, expected in zip(results, rows):
            self.compare(row, expected.items, where)

    def who(self, answer, rows, where):
        self.listed(answer, rows, where, lambda r: r["principal"])

    def what(self, answer, rows, where):
        self.listed(answer, rows, where, lambda r: f"{r['grant']} {r['effect']}")

    def identities(self, answer, rows, where):
        self.listed(answer, rows, where, lambda r: r["ref"])

    def dead_letters(self, answer, rows, where):
        self.listed(answer, rows, where, lambda r: r["state"])

    def timeline(self, answer, rows, where):
        """Only the lines of interest are shown; each has to be there."""
        told = [f"{r['time'].replace('T00:00:00Z', '')} {r['change']}" for r in answer["results"]]
        for expected in rows:
            time, _, change = expected.head.partition(" ")
            pattern = ".*".join(re.escape(part) for part in change.split("…"))
            found = [line for line in told if re.fullmatch(pattern, line.partition(" ")[2])]
            if time == "never":
                self.assertEqual(found, [], f"{where}: {expected.head}")
            else:
                self.assertTrue(any(line.startswith(time + " ") for line in found), f"{where}: {expected.head}\n{told}")
            self.compare({}, expected.items, where)

    def compare(self, row, items, where):
        for key, value in items:
            if key not in COMPARED:
                raise Malformed(f"{where}: {key} is no part of an answer that can be compared")
            field, read, show = COMPARED[key]
            self.assertEqual(show(row[field]), read(value), f"{where}: {key}\n{row}")


def same(value):
    return value


def exit_code(heads, flags):
    """What the table of exit codes says for such an answer."""
    if flags or "unknown" in heads:
        return 3
    return 1 if "no" in heads else 5 if "partly" in heads else 0


COMPARED = {
    "held": ("held", intervals, same),
    "possibly": ("possibly", intervals, same),
    "granted": ("granted", intervals, same),
    "active": ("active", intervals, same),
    "possibly_active": ("possibly_active", intervals, same),
    "because": ("because", str.split, same),
    "status": ("status", str, same),
    "role": ("role", str, same),
    "owner": ("owner", lambda v: None if v == "nobody" else v, same),
    "incarnation": ("incarnation", int, same),
    "attributes": ("attributes", event_examples.json.loads, same),
    "credentials": ("credentials", str.split, lambda shown: [c["credential"] for c in shown]),
    "linked": ("linked", lambda v: sorted(v.split()), sorted),
    "nearest": ("nearest", lambda v: [] if v == "none" else v.split(" | "), lambda misses: [m["text"].split(" by user:")[0].split(" in event")[0] for m in misses]),
    "path": ("path", str.split, lambda steps: [next(iter(step.values())) for step in steps]),
}
READERS = {"check": ExampleTest.check, "show": ExampleTest.show, "who": ExampleTest.who, "what": ExampleTest.what,
           "identities": ExampleTest.identities, "dead-letters": ExampleTest.dead_letters, "timeline": ExampleTest.timeline}


def test_of(text, title):
    def test(self):
        self.run_example(event_examples.read(text, title))
    test.__doc__ = title
    return test


def tests_of(text):
    """{name: test} of each heading of a page, those without a readable example included."""
    tests = {}
    for title, line in event_examples.titles(text):
        name = "test_" + event_examples.Example(title, line).name()
        if name in tests:
            raise Malformed(f"line {line}: two headings with the name {name}")
        tests[name] = test_of(text, title)
    return tests


TEXT = PAGE.read_text(encoding="utf-8")
Page = type("Page", (ExampleTest,), tests_of(TEXT))


class ThePageItself(TenureTest):
    def test_holds_as_many_examples_as_it_did(self):
        self.assertGreaterEqual(len(event_examples.titles(TEXT)), LEAST)

    def test_fits_a_terminal(self):
        wide = [n for n, line in enumerate(TEXT.splitlines(), 1) if len(line) > 100 and not line.startswith("|")]
        self.assertEqual(wide, [])

    def test_marks_every_block_of_events_as_an_example(self):
        """A block under another name would not be run."""
        fences = [line for line in TEXT.splitlines() if line.startswith("```") and line != "```"]
        self.assertEqual(set(fences), {event_examples.FENCE})
        self.assertEqual(len(fences), len(event_examples.titles(TEXT)))


RIGHT = """### A title
```tenure
2026-01-01 identity.registered identity=user:alice
2026-01-02 grant.issued grant=g1 principal=user:alice allow=read@bucket:prod
? check user:alice read bucket:prod --as-of 2026-01-03
= yes; held 2026-01-02/…
? who read bucket:prod --as-of 2026-01-03
= user:alice; held 2026-01-02/…
```
"""


class TheReaderItself(TenureTest):
    """An example that is wrong, or that can't be read, fails; it never passes and is never left out."""

    def outcome(self, text):
        """How unittest ends for the only example of a page."""
        page = type("One", (ExampleTest,), tests_of(text))
        [name] = [n for n in dir(page) if n.startswith("test_")]
        result = unittest.TestResult()
        page(name).run(result)
        self.assertEqual((result.testsRun, result.skipped), (1, []))
        return result

    def assert_fails(self, text, *words):
        result = self.outcome(text)
        self.assertFalse(result.wasSuccessful(), text)
        [(_, trace)] = result.failures + result.errors
        for word in words:
            self.assertIn(word, trace)

    def test_takes_a_right_example(self):
        result = self.outcome(RIGHT)
        self.assertTrue(result.wasSuccessful(), result.failures + result.errors)

    def test_a_wrong_expectation_fails_and_says_where(self):
        for right, wrong in (("= yes; held", "= no; held"), ("= yes; held 2026-01-02/…", "= yes; held 2026-01-02/2026-01-09"),
                             ("= yes; held 2026-01-02/…", "= yes; before_record"), ("= yes; held 2026-01-02/…", "= yes; incomplete"),
                             ("= yes; held 2026-01-02/…", "= yes; path role:r")):
            with self.subTest(wrong):
                self.assert_fails(RIGHT.replace(right, wrong), "semantics.md:5: A title", "check user:alice")
        for wrong in ("= user:bob", "= nobody", "= user:alice; held never", "= user:alice\n= user:bob"):
            with self.subTest(wrong):
                self.assert_fails(RIGHT.replace("= user:alice; held 2026-01-02/…", wrong), "semantics.md:7: A title")

    def test_a_malformed_example_fails(self):
        for right, wrong in (("```tenure", "```text"), ("= yes; held 2026-01-02/…\n", ""), ("? check", "check"), ("? check", "? chekc"),
                             ("= yes", "= maybe"), ("held 2026-01-02/…\n?", "hold 2026-01-02/…\n?"), ("/…\n?", "\n?"),
                             ("grant=g1", "grant"), ("grant=g1", "grant=g1 grant=g2"), ("read@bucket:prod", "read"),
                             ("bucket:prod\n", "bucket:prod;sometimes\n"), ("grant=g1", "grunt=g1"), ("2026-01-02 grant.", "grant.")):
            with self.subTest(wrong):
                self.assert_fails(RIGHT.replace(right, wrong, 1))

    def test_what_stands_at_the_end_is_asked_about(self):
        self.assert_fails(RIGHT.replace("/…\n```", "/…\n2026-01-03 identity.suspended identity=user:alice\n```"), "after the last question")

    def test_a_block_without_a_heading_is_malformed(self):
        for text in (RIGHT.replace("### A title\n", ""), RIGHT + RIGHT.replace("### A title\n", ""), RIGHT[:-len("```\n")]):
            with self.assertRaises(Malformed):
                tests_of(text)

    def test_a_name_that_stands_twice_is_malformed(self):
        with self.assertRaises(Malformed):
            tests_of(RIGHT + RIGHT.replace("A title", "A - title"))

    def test_refusals_and_duplicates_are_compared(self):
        again = "2026-01-02 grant.issued grant=g1 principal=user:alice allow=read@bucket:prod id=2\n= duplicate\n? who"
        self.assertTrue(self.outcome(RIGHT.replace("? who", again)).wasSuccessful())
        self.assert_fails(RIGHT.replace("? who", again.replace("= duplicate", "= refused event_conflict")), "duplicate")
        self.assert_fails(RIGHT.replace("? who", again.replace("= duplicate\n", "")), "semantics.md:")

    def test_expands_what_is_written_short(self):
        text = RIGHT.replace("identity=user:alice", "identity=user:alice,user:bob").replace(
            "? check", "2026-01-05 event.retracted target=#2 source=audit\n? check", 1)
        events = [s.text for s in event_examples.read(text, "A title").steps if isinstance(s, Event)]
        self.assertEqual([e["id"] for e in events], ["1", "1.2", "2", "3"])
        self.assertEqual(events[2]["data"]["permissions"], [{"effect": "allow", "actions": ["read"], "resources": ["bucket:prod"]}])
        self.assertEqual(events[3]["data"], {"target": {"source": "app", "id": "2"}, "key": "user:alice", "reason": "an example"})
        self.assertEqual(event_examples.permission("deny", "!a,b@!c:*;literal;if=x"),
                         {"effect": "deny", "not_actions": ["a", "b"], "not_resources": ["c:*"], "covers": "literal", "condition": "x"})


if __name__ == "__main__":
    main()
