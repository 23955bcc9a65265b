"""How soon the schedule explorer finds what is wrong, and whether it ever accuses what is right.

    python benchmarks/interleavings.py [--quick] [--schedules 10000] [WORD]

Every wrong program of tests/interleavings/programs has to be found within 300 schedules and a
second of searching; every right one is played for many schedules and must never be accused. Exits
with 0 when that holds. WORD: only programs with it in their name.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from parcours.judge import Submission
from parcours.judge import interleavings as rule
from parcours.judge.verdict import Verdict

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "interleavings"))
from corpus import Program, programs

MOST_SCHEDULES, MOST_SECONDS = 300, 1.0


class Measured(NamedTuple):
    """One search: how it ended, schedules tried, seconds it took; with what follows the finding."""

    how: str
    schedules: int
    complete: str
    seconds: float


def measure(program: Program, schedules: int, seed: int = 0) -> Measured:
    """Search one program. The contestant is started before the clock is."""
    found: list[Measured] = []

    def decide(entry: Any, scenario: rule.Scenario, **_: Any) -> Verdict:
        with entry.contestant() as contestant:
            began = time.perf_counter()
            report = rule.explored(
                contestant, entry, scenario, schedules=schedules, seconds=600.0, seed=seed
            )
            took = time.perf_counter() - began
        found.append(Measured(report.how, report.schedules, report.complete, took))
        return Verdict.passed("Measured.")

    real, rule.decide = rule.decide, decide
    submission = Submission([program.learner])
    try:
        submission.judge("from parcours import checks\n" + program.cell)
    finally:
        rule.decide = real
        submission.close()
    return found[0]


def main() -> int:
    """Measure and print; answers the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="300 schedules of each right program")
    parser.add_argument("--schedules", type=int, default=10_000, help="of each right program")
    parser.add_argument("word", nargs="?", default="")
    asked = parser.parse_args()
    chosen = [program for program in programs() if asked.word in program.name]
    missed = _wrong([p for p in chosen if p.outcome != "pass"])
    many = 300 if asked.quick else asked.schedules
    missed += _right([p for p in chosen if p.outcome == "pass"], many)
    print("\n".join(missed) or "All figures hold.")
    return 1 if missed else 0


def _wrong(chosen: list[Program]) -> list[str]:
    missed, all_found = [], []
    print(f"{'wrong program':36} {'found as':12} {'schedules':>9} {'ms':>6}")
    for program in chosen:
        found = measure(program, MOST_SCHEDULES)
        all_found.append(found)
        ms = found.seconds * 1000
        print(f"{program.name:36} {found.how:12} {found.schedules:>9} {ms:>6.0f}", flush=True)
        if found.how != program.outcome:
            missed.append(f"{program.name}: {found.how} where {program.outcome} was expected")
        if found.seconds > MOST_SECONDS:
            missed.append(f"{program.name}: {found.seconds:.1f} s are more than {MOST_SECONDS} s")
    if all_found:
        tried, ms = [f.schedules for f in all_found], [f.seconds * 1000 for f in all_found]
        print(
            f"{len(all_found)} wrong: median {statistics.median(tried):.0f} schedules and "
            f"{statistics.median(ms):.0f} ms, at most {max(tried)} and {max(ms):.0f} ms\n"
        )
    return missed


def _right(chosen: list[Program], schedules: int) -> list[str]:
    missed, total, seconds = [], 0, 0.0
    print(f"{'right program':36} {'schedules':>9} {'of which all':>12} {'ms each':>8}")
    for program in chosen:
        found = measure(program, schedules, seed=1)
        total, seconds = total + found.schedules, seconds + found.seconds
        each = found.seconds * 1000 / found.schedules
        bound = found.complete or "-"
        print(f"{program.name:36} {found.schedules:>9} {bound:>12} {each:>8.2f}", flush=True)
        if found.how != "done":
            missed.append(f"{program.name}: accused of {found.how}")
    print(f"{len(chosen)} right: {total} schedules, {len(missed)} false alarms, {seconds:.0f} s\n")
    return missed


if __name__ == "__main__":
    sys.exit(main())
