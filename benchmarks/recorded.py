"""Rounds that were recorded: plain numbers, a line of JSON each, for a rule to decide again.

    cell = "from recorded import record\\nrecord(run, rounds=25)"
    lines = Submission(cells).judge(cell).evidence["rounds"]
    taped = [Taped.of(line) for line in lines]
    Rule(2, 0.8).add(taped[0].round)

`record` takes its rounds just as the check does, and goes on when the check would have decided.
To each it adds a serial turn, which the check does not need but other people's rules do.
"""

import contextlib
import time
from dataclasses import asdict, dataclass
from typing import Any

from parcours.judge import Verdict
from parcours.judge.concurrency import Demand
from parcours.judge.entry import Entry, entry_of
from parcours.judge.processes import CALL_SECONDS, Answer, Ended, Starved
from parcours.judge.rounds import Load, Pair, Round, Runner, Turn, same_answer
from parcours.judge.work import Record, map_in_processes

WORKERS = 2


@dataclass
class SeenDemand:
    """What a rule asks of `Demand`, without the snapshots it came from."""

    concurrency: float
    by_interval: float
    by_path: float
    idle: float
    cpu: float
    cover: float
    processes: int

    @classmethod
    def of(cls, demand: Demand) -> "SeenDemand":
        plain = {name: float(getattr(demand, name)) for name in list(cls.__annotations__)[:-1]}
        return cls(**plain, processes=demand.worker_processes())

    def worker_processes(self) -> int:
        return self.processes


@dataclass
class Taped:
    """One recorded round: the turns of the reference and the learner, and a serial one.

    serial: wall seconds; seconds: what the round cost the judge; start: what it cost to begin.
    """

    round: Round
    serial: float
    seconds: float
    start: float

    @classmethod
    def of(cls, line: dict[str, Any]) -> "Taped":
        """From a line of `record`. Raises KeyError or TypeError for one of another version."""
        both = Round(_turn(line["reference"]), _turn(line["learner"]), line["items"])
        return cls(both, line["serial"], line["seconds"], line["start"])


def record(learner: Entry, rounds: int) -> Verdict:
    """A check that decides nothing: its evidence holds "rounds", lines for `Taped.of`.

    Fewer rounds than asked for when the contestant ended, with the reason as sentence.
    """
    lines: list[dict[str, Any]] = []
    ended = ""
    with contextlib.ExitStack() as stack:
        try:
            begun = time.perf_counter()
            pair = stack.enter_context(
                Pair(entry_of(map_in_processes), learner, _call, WORKERS, CALL_SECONDS)
            )
            _, answer = pair.warm_up()
            if answer.raised is not None:
                raise Ended(f"the function raised {answer.raised}")
            start = time.perf_counter() - begun
            serial_entry = entry_of(serially)
            serial = Runner(
                stack.enter_context(serial_entry.contestant()), serial_entry.key, WORKERS
            )
            while len(lines) < rounds:
                lines.append({**_one_round(pair, serial), "start": start})
        except (Ended, Starved) as error:
            ended = str(error)
    return Verdict.passed(ended or "recorded", evidence={"rounds": lines})


def serially(fn, items, workers):
    return [fn(item) for item in items]


def _call(load: Load) -> tuple:
    return load.function, load.items, WORKERS


def _one_round(pair: Pair, serial: Runner) -> dict[str, Any]:
    begun = time.perf_counter()
    both = pair.round()
    seconds = time.perf_counter() - begun
    if not same_answer(both.reference.answer, both.learner.answer):
        raise Ended("the results were not right")
    return {
        "reference": _plain(both.reference),
        "learner": _plain(both.learner),
        "items": both.items,
        "serial": serial.take_turn(_call, pair.items(), CALL_SECONDS).wall,
        "seconds": seconds,
    }


def _plain(turn: Turn) -> dict[str, Any]:
    return {
        "wall": turn.wall,
        "cpu": turn.cpu,
        "overlap": turn.overlap,
        "blind": turn.blind,
        "leaked": turn.leaked,
        "niceness": sorted(turn.niceness),
        "records": [tuple(record) for record in turn.records],
        "demand": asdict(SeenDemand.of(turn.demand)) if turn.demand else None,
    }


def _turn(plain: dict[str, Any]) -> Turn:
    return Turn(
        answer=Answer(),
        wall=plain["wall"],
        cpu=plain["cpu"],
        started=0,
        records=[Record(*fields) for fields in plain["records"]],
        demand=SeenDemand(**plain["demand"]) if plain["demand"] else None,
        overlap=plain["overlap"],
        blind=plain["blind"],
        leaked=plain["leaked"],
        niceness=frozenset(tuple(pair) for pair in plain["niceness"]),
        inner={},
    )
