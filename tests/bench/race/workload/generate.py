#!/usr/bin/env python3
"""Writes what both sides of the race load and are asked.

    generate.py OUT [--events 1000000] [--seed 7] [--probes 200000] [--verified 20000]

    events.ndjson            in the order in which it happened
    events_late.ndjson       the same events, one in a hundred an hour to thirty days late
    events_corrected.ndjson  one in twenty corrected: late, or retracted later
    flat.ndjson              subjects with few and with many past grants
    check.tsv                subject, action, resource, time, lines known (empty = all), expected answer of the naive reference
    known.tsv                the same about events_corrected, as known after so many lines
    sets.tsv                 for what, who and existed; expected: none, sets_expected.json holds those of the first of them
    marks.txt                after how many lines of events_corrected the knowledges of known.tsv end
    flat_PAST_N.tsv          for each subject of flat.ndjson
    workload.json            what there is
"""
import argparse
import json
import pathlib
import sys
import time

import arrival as arrivals
import flat_history
from organisation import Organisation, rfc3339
from probes import Probes
from reference import Reference

BATCH = 1_000  # events a transaction; a knowledge ends with a batch
KNOWLEDGES, KNOWLEDGES_VERIFIED = 40, 3
SETS = 2_000


def main():
    arguments = parsed()
    out = pathlib.Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    organisation = Organisation(arguments.events, arguments.seed)
    in_order = write_events(out / "events.ndjson", arrivals.in_order(organisation))
    write_events(out / "events_late.ndjson", arrivals.late(organisation, 0.01, arguments.seed + 1))
    corrected = write_events(out / "events_corrected.ndjson", arrivals.corrected(organisation, 0.05, arguments.seed + 2))
    told("events")

    choice = Probes(organisation, arguments.seed + 3)
    reference = Reference(organisation, in_order)
    check = choice.everything() + choice.distinct(arguments.probes - 20)
    choice.draw.shuffle(check)
    yes = write_probes(out / "check.tsv", check, arguments.verified, lambda p: reference.check(*p[:4]))
    told(f"check: {len(check)} probes, of the first {arguments.verified} {yes} yes")
    known = choice.as_known(min(arguments.probes, 50_000), corrected, BATCH, KNOWLEDGES)
    (out / "marks.txt").write_text("".join(f"{count}\n" for count in sorted({probe.known for probe in known})))
    write_probes(out / "known.tsv", known, 0, None)
    # Each knowledge is a history of its own to the naive reference: few of them are answered.
    few = sorted({probe.known for probe in known})[1::KNOWLEDGES // KNOWLEDGES_VERIFIED][:KNOWLEDGES_VERIFIED]
    references = {count: Reference(organisation, corrected, count) for count in few}
    of_few = [probe for probe in known if probe.known in references][:1_000]
    write_probes(out / "known_verified.tsv", of_few, len(of_few), lambda p: references[p.known].check(*p[:4]))
    now = Reference(organisation, corrected)
    changed = sum(references[p.known].check(*p[:4]) != now.check(*p[:4]) for p in of_few)
    told(f"as known: {len(known)} probes; of {len(of_few)} that were answered, {changed} are answered otherwise now")
    sets = choice.distinct(SETS)
    write_probes(out / "sets.tsv", sets, 0, None)
    write_sets(out / "sets_expected.json", reference, sets[:arguments.sets_verified])
    told("sets")
    flat = write_flat(out, [100, flat_grants(arguments.events)])
    (out / "workload.json").write_text(json.dumps({
        "events": len(in_order.lines), "seed": arguments.seed, "batch": BATCH, "late": len(in_order.lines),
        "corrected": len(corrected.lines), "retracted": len(corrected.withdrawn), "check_probes": len(check),
        "known_probes": len(known), "sets": len(sets), "changed_since": changed, "flat": flat,
        "members": len(organisation.members), "groups": len(organisation.groups)}, indent=1) + "\n")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--probes", type=int, default=200_000, help="for check, all distinct")
    parser.add_argument("--verified", type=int, default=20_000, help="check probes that the naive reference answers")
    parser.add_argument("--sets-verified", type=int, default=20, help="of the naive reference: its who asks check of everybody")
    return parser.parse_args()


def told(what):
    print(f"{time.process_time():8.1f} s  {what}", file=sys.stderr, flush=True)


def flat_grants(events):
    """About a tenth of them, and a power of ten."""
    return max(1_000, 10 ** (len(str(events)) - 2))


def write_events(path, arrival):
    with open(path, "w") as file:
        file.writelines(line + "\n" for line in arrival.lines)
    return arrival


def write_probes(path, probes, verified, answer):
    yes = 0
    with open(path, "w") as file:
        for number, probe in enumerate(probes):
            expected = ""
            if number < verified:
                expected = int(answer(probe))
                yes += expected
            known = "" if probe.known is None else probe.known
            file.write(f"{probe.subject}\t{probe.action}\t{probe.resource}\t{rfc3339(probe.time)}\t{known}\t{expected}\n")
    return yes


def write_sets(path, reference, probes):
    """As the two sides print them: a line each."""
    expected = {"what": [], "who": [], "existed": []}
    for probe in probes:
        expected["what"].append([f"{grant} {on} {role} {scope} {rfc3339(begin)} {rfc3339(end) if end else '-'}"
                                 for grant, on, role, scope, begin, end in reference.what(probe.subject, probe.time)])
        expected["who"].append(reference.who(probe.action, probe.resource, probe.time))
        there = reference.existed(probe.time)
        expected["existed"].append([str(len(there)), *there[:100]])
    path.write_text(json.dumps(expected) + "\n")


def write_flat(out, grants_each):
    history = flat_history.FlatHistory(grants_each)
    (out / "flat.ndjson").write_text("\n".join(history.lines()) + "\n")
    for past in flat_history.PASTS:
        for grants in grants_each:
            write_probes(out / f"flat_{past}_{grants}.tsv", flat_history.probes_of(past, grants, 5_000, 11), 5_000,
                         flat_history.permitted)
    return {"grants": grants_each, "pasts": list(flat_history.PASTS), "events": len(history.told)}


if __name__ == "__main__":
    main()
