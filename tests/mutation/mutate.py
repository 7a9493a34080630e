#!/usr/bin/env python3
"""Breaks the engine in each way of mutants.py, one at a time, and shows that tests fail for each: ./x mutate [WORDS]

Works on a copy of the sources under build/mutation, so the tree itself is never touched. A mutant is killed by the first test program that
fails; one that does not compile, or whose text is not found once, is an error of the list and counts as neither. Ends with 1 if any
survived or could not be tried. WORDS: only mutants whose name holds all of them. TENURE_MUTATION_PART=0/2: the first of two halves,
in a tree of its own, so that two may run side by side.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from mutants import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
PART, PARTS = map(int, os.environ.get("TENURE_MUTATION_PART", "0/1").split("/"))
WORK = ROOT / "build" / (f"mutation-{PART}" if PARTS > 1 else "mutation")
TREE, BUILD = WORK / "tree", WORK / "build"
# The cheapest first.
RUNS = (("tests/unit/history/history_test",), ("tests/unit/event/event_test",),
        ("tests/unit/authority/authority_test", "--gtest_filter=-Naive.*"), ("tests/property/truth_test",),
        ("tests/unit/authority/authority_test", "--gtest_filter=Naive.*"))
PROGRAMS = sorted({run[0] for run in RUNS})
HISTORIES = os.environ.get("TENURE_HISTORIES", "400")
PATIENCE_S = 900  # a mutant that hangs is killed as well


def copy_tree():
    TREE.mkdir(parents=True, exist_ok=True)
    for name in ("include", "src", "tests", "cmake", "schemas", "docs", "demo", "CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md",
                 "SECURITY.md", "NOTICE", "LICENSE"):
        source, target = ROOT / name, TREE / name
        if source.is_dir():
            subprocess.run(["cp", "-a", "--update", f"{source}/.", str(target)] if target.exists() else ["cp", "-a", str(source), str(target)], check=True)
        elif source.exists():
            shutil.copy2(source, target)


def build():
    return subprocess.run(["cmake", "--build", str(BUILD), "--parallel", str(max(1, os.cpu_count() // PARTS)), "--target",
                           *[pathlib.Path(p).name for p in PROGRAMS]], capture_output=True, text=True)


def first_failure():
    """The name of a failing test, or None."""
    environment = {**os.environ, "TENURE_HISTORIES": HISTORIES, "GTEST_BRIEF": "1", "GTEST_FAIL_FAST": "1"}
    for program, *arguments in RUNS:
        try:
            ran = subprocess.run([str(BUILD / program), *arguments], capture_output=True, text=True, errors="replace",
                                 env=environment, timeout=PATIENCE_S, cwd=BUILD)
        except subprocess.TimeoutExpired:
            return f"{program} (hangs)"
        if ran.returncode != 0:
            failed = [line.split("]", 1)[1].strip().split(",")[0].split(" (")[0] for line in ran.stdout.splitlines() if line.startswith("[  FAILED  ]")]
            return failed[0] if failed else f"{program} (ended with {ran.returncode})"
    return None


def try_one(mutant):
    """(killed, survived or error; what was seen)"""
    file, original = TREE / mutant.file, (ROOT / mutant.file).read_text()
    if original.count(mutant.old) != 1:
        return "error", f"its text stands {original.count(mutant.old)} times in {mutant.file}"
    file.write_text(original.replace(mutant.old, mutant.new))
    try:
        built = build()
        if built.returncode != 0:
            lines = [line for line in (built.stdout + built.stderr).splitlines() if "error:" in line]
            return "error", "does not compile: " + (lines[0] if lines else "?")
        failure = first_failure()
        return ("killed", failure) if failure else ("survived", "no test fails")
    finally:
        file.write_text(original)


def main(words):
    chosen = [m for m in MUTANTS if all(word in m.name for word in words)][PART::PARTS]
    copy_tree()
    subprocess.run(["cmake", "-S", str(TREE), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DTENURE_BUILD_TESTS=ON",
                    "--compile-no-warning-as-error"],
                   check=True, stdout=subprocess.DEVNULL)
    if (built := build()).returncode != 0:
        sys.exit(built.stdout[-4000:] + "\nthe unbroken tree does not build")
    if failure := first_failure():
        sys.exit(f"the unbroken tree fails: {failure}")
    counts = {"killed": 0, "survived": 0, "error": 0}
    for number, mutant in enumerate(chosen, 1):
        began = time.monotonic()
        outcome, seen = try_one(mutant)
        counts[outcome] += 1
        print(f"{number:3}/{len(chosen)} {outcome:8} {mutant.name}: {seen} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{counts['killed']} killed of {len(chosen)}, {counts['survived']} survived, {counts['error']} could not be tried")
    return 0 if counts["killed"] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
