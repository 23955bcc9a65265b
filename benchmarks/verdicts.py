"""How often verdicts are wrong or inconclusive, under load, beside the rules that others use.

    python benchmarks/verdicts.py --quick
    python benchmarks/verdicts.py --loads "idle,4 hogs" --live 5 --rounds 25
    python benchmarks/verdicts.py --replay build/verdicts.jsonl --samples 20000

Every solution of `solutions.py` is judged under every load of `loads.py`, first live, as a grader
does it, then by recording a fixed number of rounds. Replaying draws from the recorded rounds of one
solution under one load again and again (bootstrap) and lets the very same rule decide, so that
rates far below one in the number of live verdicts show. The interval of a replayed rate is that of
the drawing alone: a round that never happened cannot be drawn.

The exit code is 0 when the figures hold: no wrong verdict live, fewer than 1 in 1000 replayed,
under 2 % inconclusive for right and wrong solutions, under 4 s for a median verdict on an idle
machine. Borderline solutions have no wrong verdict; how they fare is shown.
"""

import json
import platform
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import figures
import loads
import rules
import solutions
import tables
from recorded import Taped
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from parcours.judge import Submission
from parcours.machine import gil_enabled, usable_cores

FILE = Path("build/verdicts.jsonl")
QUICK_LOADS = ("idle", "2 hogs")
# Quick leaves out what it has no time for, and says so.
QUICK_SECONDS = 225.0

Line = dict[str, Any]


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--quick", is_flag=True, help="A few solutions and loads, in under five minutes.")
@click.option("--live", type=int, help="Live verdicts for each solution and load [2; quick: 1].")
@click.option("--rounds", type=int, help="Recorded rounds for each of them [25; quick: 9].")
@click.option("--samples", type=int, help="Replayed verdicts for each of them [5000; quick: 2000].")
@click.option("--loads", "wanted_loads", help=f"Comma-separated, of: {', '.join(loads.LOADS)}.")
@click.option("--solutions", "wanted", help="Comma-separated names of solutions.")
@click.option("--replay", type=click.Path(exists=True, path_type=Path), help="Measure nothing.")
@click.option("--file", type=click.Path(path_type=Path), default=FILE, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(
    quick: bool,
    live: int | None,
    rounds: int | None,
    samples: int | None,
    wanted_loads: str | None,
    wanted: str | None,
    replay: Path | None,
    file: Path,
    as_json: bool,
) -> None:
    """Measure or replay, print the tables, and exit with 1 when a figure is missed."""
    names = _chosen(wanted, solutions.SPEEDUP, solutions.QUICK if quick else None)
    chosen_loads = _chosen(wanted_loads, loads.LOADS, QUICK_LOADS if quick else None)
    messages = Console(stderr=True)
    if replay is None:
        plan = [(load, name) for load in chosen_loads for name in names]
        live = (1 if quick else 2) if live is None else live
        rounds = (9 if quick else 25) if rounds is None else rounds
        limit = QUICK_SECONDS if quick else None
        replay = file
        _measure(file, plan, live, rounds, limit, messages)
    lines = [json.loads(text) for text in replay.read_text().splitlines()]
    lines = [
        line
        for line in lines
        if line.get("load") in chosen_loads
        and (line["check"] != "speedup" or line["name"] in names)
    ]
    count = samples or (2000 if quick else 5000)
    replayed = replay_all(lines, count, random.Random(1), messages)
    found = figures.Findings.of(lines, replayed)
    if as_json:
        click.echo(json.dumps(found.plain(), indent=1))
    else:
        tables.show(found, Console(width=None if sys.stdout.isatty() else 170))
    missed = found.missed()
    for sentence in missed:
        messages.print(f"missed: {sentence}", style="red")
    sys.exit(1 if missed else 0)


def _chosen(text: str | None, known: dict[str, Any], otherwise: tuple[str, ...] | None) -> list:
    if text is None:
        return list(otherwise or known)
    # Names may have commas of their own: those that are not known are put together again.
    names = [name for name in known if f",{name}," in f",{text},"]
    left = f",{text},"
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(f",{name},", ",")
    if left.strip(","):
        raise click.UsageError(f"unknown: {left.strip(',')}. Known are: {', '.join(known)}.")
    return names


def _measure(
    file: Path,
    plan: list[tuple[str, str]],
    live: int,
    rounds: int,
    limit: float | None,
    messages: Console,
) -> None:
    """Measure, and write a line for each verdict and each recorded round as it comes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    flying = [(load, name) for load in dict(plan) for name in solutions.IN_FLIGHT]
    begun = time.perf_counter()
    columns = TextColumn("{task.description:45}"), BarColumn(), TimeElapsedColumn()
    with file.open("w") as out, Progress(*columns, console=messages, transient=True) as bar:
        task = bar.add_task("", total=len(plan) + len(flying))
        _write(out, _machine())
        for load in dict(plan):
            with loads.running(load):
                for load_too, name in plan:
                    if load_too != load:
                        continue
                    if limit and time.perf_counter() - begun > limit:
                        messages.print(f"left out for want of time: {name} under {load}")
                    else:
                        bar.update(task, description=f"{load}: {name}")
                        for line in _speedup(name, load, live, rounds):
                            _write(out, line)
                    bar.advance(task)
                for name in solutions.IN_FLIGHT:
                    bar.update(task, description=f"{load}: in_flight, {name}")
                    for _ in range(live):
                        _write(out, _in_flight(name, load))
                    bar.advance(task)


def _machine() -> Line:
    return {
        "check": "",
        "python": platform.python_version(),
        "cores": usable_cores(),
        "gil": gil_enabled(),
        "system": platform.system(),
    }


def _write(out: Any, line: Line) -> None:
    out.write(json.dumps(line) + "\n")
    out.flush()


def _speedup(name: str, load: str, live: int, rounds: int) -> Iterator[Line]:
    solution = solutions.SPEEDUP[name]
    about = {"check": "speedup", "name": name, "kind": solution.kind, "load": load}
    with Submission(solution.cells) as submission:
        submission.run()
        for _ in range(live):
            yield {**about, **_live(submission, solutions.SPEEDUP_CHECK)}
        if rounds:
            cell = f"from recorded import record\nrecord(run, rounds={rounds})"
            verdict = submission.judge(cell)
            taped = verdict.evidence.get("rounds", [])
            if len(taped) < rounds:
                yield {**about, "cut short": verdict.sentence}
            for line in taped:
                yield {**about, "round": line}


def _in_flight(name: str, load: str) -> Line:
    solution = solutions.IN_FLIGHT[name]
    with Submission(solution.cells) as submission:
        submission.run()
        found = _live(submission, solutions.IN_FLIGHT_CHECK)
    return {"check": "in_flight", "name": name, "kind": solution.kind, "load": load, **found}


def _live(submission: Submission, check: str) -> Line:
    begun = time.perf_counter()
    verdict = submission.judge(check)
    rounds = verdict.evidence.get("rounds", 0) + verdict.evidence.get("void rounds", 0)
    return {
        "outcome": verdict.outcome,
        "seconds": time.perf_counter() - begun,
        "rounds": rounds,
        "sentence": verdict.sentence,
    }


def replay_all(
    lines: list[Line], samples: int, chance: random.Random, messages: Console
) -> list[figures.Replayed]:
    """Let every rule decide `samples` times about each solution under each load."""
    cells: dict[tuple[str, str, str], list[Taped]] = defaultdict(list)
    for line in lines:
        if "round" in line:
            cells[line["name"], line["kind"], line["load"]].append(Taped.of(line["round"]))
    columns = TextColumn("{task.description:45}"), BarColumn(), TimeElapsedColumn()
    replayed = []
    with Progress(*columns, console=messages, transient=True) as bar:
        task = bar.add_task("", total=len(cells))
        for (name, kind, load), tapes in cells.items():
            bar.update(task, description=f"replaying {load}: {name}")
            for rule, decide in rules.RULES.items():
                decided = [decide(rules.resample(tapes, chance)) for _ in range(samples)]
                replayed.append(figures.Replayed(rule, name, kind, load, tapes, decided))
            bar.advance(task)
    return replayed


if __name__ == "__main__":
    main()
