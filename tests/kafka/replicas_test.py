"""Several who read one record: replicas that converge, readers beside a projector at work, a model rebuilt beside the live one."""
import concurrent.futures
import json
import signal

import testing
from case import RecordTest, granted, registered
from process import state, wait_until

setUpModule = testing.required

# About the organisation of `tenure generate`.
ROBOT, NIGHT = "service_account:ci-robot-42", "2026-03-14T02:17:00Z"
QUESTIONS = [("check", ROBOT, "bucket:Write", "bucket:prod/ledger/2026", "--as-of", NIGHT, "--why"),
             ("what", ROBOT, "--as-of", NIGHT), ("show", ROBOT, "--as-of", NIGHT),
             ("timeline", ROBOT, "--during", "2025-11-01/2026-07-01"),
             ("who", "bucket:Write", "bucket:prod/ledger/2026", "--as-of", NIGHT), ("identities", "--unowned", "--as-of", NIGHT)]


def without_behind(said):
    """An answer byte for byte, but for what is not part of what was known."""
    before, behind, after = said.partition('"behind":{')
    assert behind, said
    return before + after.partition("}")[2]


class Replicas(RecordTest):
    def test_replicas_are_equal_at_an_equal_position_whenever_they_were_started(self):
        self.topics(4)
        lines = self.generated(4000).read_text().splitlines(keepends=True)
        expected, runs, tokens = None, {}, []
        for part in range(4):
            piece = self.dir / f"piece-{part}"
            piece.write_text("".join(lines[part * 1000:(part + 1) * 1000]))
            expected = self.embedded_digest(piece)
            if part < 3:
                runs[f"replica-{part}"] = self.run_beside(f"replica-{part}")
            else:
                self.restart_in_the_middle(runs, "replica-0")
            tokens.append(self.tenure("append", piece, data="door").stdout.split()[-1])
        for name, run in runs.items():
            self.await_projected(name, run)
        status = {name: self.answer("status", data=name, kafka=False) for name in (*runs, "door")}
        self.assertEqual({s["as_known_at"]["position"] for s in status.values()}, {tokens[-1]})
        self.assertEqual(len({json.dumps(s["results"][0]["tables"]) for s in status.values()}), 1)
        self.assertEqual([t["live"] for t in status["door"]["results"][0]["tables"]], expected)
        for token in (tokens[0], tokens[2], tokens[-1]):
            for question in QUESTIONS:
                said = {self.under(token, question, name) for name in (*runs, "door")}
                self.assertEqual(len(said), 1, (token, question))

    def restart_in_the_middle(self, runs, name):
        runs[name].kill()
        self.assertEqual(runs[name].wait(30), -signal.SIGKILL)
        runs[name] = self.run_beside(name)

    def under(self, token, question, data):
        return without_behind(self.tenure(*question, "--as-known-at", token, "--json", data=data, kafka=False, code=None).stdout)

    def test_a_reader_beside_a_projector_under_load_never_fails_and_never_tears(self):
        # Grants follow one another in one partition: whatever is projected, those who hold are a beginning of this list.
        self.topics()
        people = [f"user:{n:05}" for n in range(2400)]
        pieces = [self.file([*(registered(p) for p in people), granted(people[0], "g-0")], "first")]
        self.tenure("append", pieces[0], data="door")
        run = self.run_beside()
        self.await_projected(run=run)
        for at in range(0, len(people), 240):
            pieces.append(self.file([granted(p, f"g-{p}") for p in people[at:at + 240]], f"piece-{at}"))
        who = ("who", "read", "bucket:a", "--as-of", "2026-01-10", "--limit", "500")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            load = pool.submit(lambda: [self.tenure("append", piece, data="door") for piece in pieces[1:]])
            seen = []
            while not load.done():
                seen += [self.pages(who, kafka) for kafka in (False, True)]
            load.result()
        self.await_projected(run=run)
        seen.append(self.pages(who, False))
        for names, token, first_page in seen:
            self.assertEqual(names, people[:len(names)])
            self.assertEqual(self.under(token, who, "d"), first_page)
        sizes = [len(names) for names, _, _ in seen]
        self.assertEqual(sizes, sorted(sizes))
        self.assertEqual(sizes[-1], len(people))
        self.assertGreater(len(set(sizes)), 3, "it was read while it grew")
        self.assertEqual(self.digest(kafka=False), self.embedded_digest(*pieces))

    def pages(self, question, kafka):
        """All rows by cursor, the token, and the first page as it was said."""
        first = self.tenure(*question, "--json", kafka=kafka).stdout
        answer, names = json.loads(first), []
        token = answer["as_known_at"]["position"]
        while True:
            self.assertTrue(answer["complete"])
            self.assertEqual(answer["as_known_at"]["position"], token)
            names += [row["principal"] for row in answer["results"]]
            if not answer["next"]:
                return names, token, without_behind(first)
            answer = json.loads(self.tenure(*question, "--cursor", answer["next"], "--json", kafka=kafka).stdout)

    def test_a_rebuild_beside_a_projector_is_refused_and_harms_nothing(self):
        self.topics(2)
        events, more = self.generated(2000), self.file([registered("user:new")], "more")
        self.tenure("append", events, data="door")
        run = self.run_beside()
        self.await_projected(run=run)
        refused = self.tenure("rebuild", code=4).stderr
        self.assertRegex(refused, "log_locked|model_locked")
        self.tenure("append", more, data="door")
        self.await_projected(run=run)
        self.assertEqual(self.digest(kafka=False), self.embedded_digest(events, more))
        self.stop(run)
        self.tenure("verify")

    def test_readers_ask_the_old_model_until_a_rebuild_is_whole_and_one_killed_can_be_run_again(self):
        self.topics(2)
        events, more = self.generated(8000), self.file([granted(ROBOT, "g-new")], "more")
        self.tenure("append", events)
        old, digest = self.all_answers(), self.digest(kafka=False)
        self.tenure("append", more, data="door")  # what the old model does not know, and the new one does
        rebuild, half_built = self.beside("rebuild"), self.dir / "d" / "model.rebuilding"
        wait_until((half_built / "CURRENT").exists, 60, "the new model to be begun")
        rebuild.send_signal(signal.SIGSTOP)
        wait_until(lambda: state(rebuild.pid) == "T", 30, "the rebuild to stop")
        self.assertEqual(self.all_answers(), old)
        rebuild.kill()
        self.assertEqual(rebuild.wait(30), -signal.SIGKILL)
        self.assertTrue(half_built.exists(), "it was killed before it was done")
        self.assertEqual((self.all_answers(), self.digest(kafka=False)), (old, digest))
        rebuild, said = self.beside("rebuild"), []
        while rebuild.poll() is None:
            said.append(self.all_answers())
        self.assertEqual(rebuild.returncode, 0, rebuild.said())
        said.append(self.all_answers())
        self.assertNotEqual(said[-1], old)
        for answers in said:
            for question, answer in answers.items():
                self.assertIn(answer, (old[question], said[-1][question]))
        self.assertEqual(self.digest(kafka=False), self.embedded_digest(events, more))
        self.assertEqual([f.name for f in (self.dir / "d").glob("model*")], ["model"])
        self.tenure("verify")

    def all_answers(self):
        return {q: without_behind(self.tenure(*q, "--json", kafka=False, code=None).stdout) for q in QUESTIONS}


if __name__ == "__main__":
    testing.main()
