"""The findings of the audited organisation are those that its script planted: each with its exact stretch, and no others.

The planted list is written by `tenure generate --audited` from its plan, and never by a rule.
"""
import json
from datetime import datetime, timedelta

from harness import TenureTest, main

SEEDS = [1, 2, 3, 5, 8, 13, 1_009, 20_260_314, 4_294_967_311, 18_446_744_073_709_551_615]
FOR_EVER = "9000-01-01T00:00:00Z"  # later than any event


def moment(time):
    """None is an open end."""
    return time and datetime.fromisoformat(time.replace("Z", "+00:00"))


def stretch(row):
    return {k: row[k] for k in ("rule", "subject", "about", "status", "state")} | {
        "about": row["about"] or None, "since": moment(row["since"]), "until": moment(row["until"])}


def is_of_recorded_time(row):
    return row["rule"] == "implausible_time"


def holds(row, at):
    return row["since"] <= at and (row["until"] is None or at < row["until"])


def differences(found, planted):
    """Lines that say what was found and not planted, what was planted and not found, and what was found twice."""
    found, planted = ([json.dumps(row, sort_keys=True, default=str) for row in rows] for rows in (found, planted))
    return ([f"not planted: {row}" for row in sorted(set(found) - set(planted))] +
            [f"not found: {row}" for row in sorted(set(planted) - set(found))] +
            [f"twice: {row}" for row in sorted(found) if found.count(row) > 1])


class Planted(TenureTest):
    def generate(self, *options):
        """Appends an audited organisation to a directory of its own; gives its window, and what was planted in it."""
        self.data, self.policy, planted = self.dir / "-".join(map(str, options)), self.dir / "policy.json", self.dir / "planted.json"
        events = self.ok("generate", "--audited", "--planted", planted, "--policy", self.policy, *options).out
        self.ok("append", "-", stdin=events)
        document = json.loads(planted.read_text())
        return document["during"], document["planted"]

    def findings(self, *options):
        answer = self.question("findings", "--policy", self.policy, "--limit", 100_000, *options)
        self.assertIsNone(answer["next"])
        return [stretch(row) for row in answer["results"]]

    def as_recorded(self, row):
        """A planted row of implausible_time, which begins when the record learned the event that it is about."""
        events = self.question("events", "--subject", row["subject"], "--limit", 100_000)["results"]
        since, = [e["recorded_at"] for e in events if f"{e['event']['source']} {e['event']['id']}" == row["about"]]
        self.assertEqual(row["since"], "recorded")
        if not row["until"].startswith("recorded+"):
            return stretch(row | {"since": since})
        seconds = int(row["until"][len("recorded+"):-1])
        return stretch(row | {"since": since, "until": None}) | {"until": moment(since) + timedelta(seconds=seconds)}

    def test_every_sin_is_found_with_its_exact_stretch_and_nothing_else(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                during, planted = self.generate("--seed", seed)
                found = self.findings("--during", f"{during['from']}/{during['until']}")
                self.assertEqual(differences([row for row in found if not is_of_recorded_time(row)],
                                             [stretch(row) for row in planted if not is_of_recorded_time(row)]), [])
                found = self.findings("--rule", "implausible_time", "--during", f"{during['from']}/{FOR_EVER}")
                self.assertEqual(differences(found, [self.as_recorded(row) for row in planted if is_of_recorded_time(row)]), [])

    def test_where_nothing_was_planted_nothing_is_found(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                during, planted = self.generate("--seed", seed, "--clean")
                self.assertEqual(planted, [])
                self.assertEqual(self.findings("--during", f"{during['from']}/{during['until']}"), [])
                self.assertEqual(self.findings("--rule", "implausible_time", "--during", f"{during['from']}/{FOR_EVER}"), [])

    def test_a_stretch_holds_from_its_beginning_until_the_microsecond_before_its_end(self):
        during, planted = self.generate("--seed", 21)
        planted = [stretch(row) for row in planted if not is_of_recorded_time(row)]
        ends = {(row["rule"], row[end]) for row in planted for end in ("since", "until") if row[end]}
        one_of_each = {rule: at for rule, at in sorted(ends) if moment(during["from"]) < at < moment(during["until"])}
        self.assertEqual(len(one_of_each), 27)
        for rule, end in one_of_each.items():
            for at in (end - timedelta(microseconds=1), end):
                found = self.findings("--rule", rule, "--as-of", at.isoformat())
                # An exception may excuse a part alone.
                self.assertEqual(differences([row | {"state": ""} for row in found],
                                             [row | {"state": ""} for row in planted if row["rule"] == rule and holds(row, at)]), [])


class GenerateAudited(TenureTest):
    def test_it_is_alone_and_its_options_are_its_own(self):
        self.fails(2, "usage", "generate", "--audited", "--events", 500)
        self.fails(2, "usage", "generate", "--audited", "--correction")
        for option in (["--clean"], ["--planted", self.dir / "p"], ["--policy", self.dir / "p"]):
            self.fails(2, "usage", "generate", *option)

    def test_a_file_that_cannot_be_written_is_told_before_any_event(self):
        ran = self.fails(4, "file_not_written", "generate", "--audited", "--planted", self.dir / "not there" / "p.json")
        self.assertEqual(ran.out, "")

    def test_the_policy_file_names_what_the_default_leaves_out(self):
        self.ok("generate", "--audited", "--clean", "--policy", self.dir / "policy.json")
        policy = json.loads((self.dir / "policy.json").read_text())
        self.assertEqual(sorted(policy), ["configured_sources", "jit_roles", "separation_of_duties"])


if __name__ == "__main__":
    main()
