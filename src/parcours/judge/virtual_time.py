"""Decides `virtual_time`: what a learner's code does at which second of a clock that jumps.

Each scenario is played in a fresh contestant (see `virtual_play`); what was seen comes back as
plain values and is compared here. See `parcours.checks.virtual_time` for what a test cell writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cloudpickle

from parcours.judge.codec import Raised
from parcours.judge.entry import Entry
from parcours.judge.examples import Case, judge_answer, not_written
from parcours.judge.processes import Answer, Hung
from parcours.judge.verdict import Verdict
from parcours.judge.virtual_marks import Mark, fits, misplaced
from parcours.judge.virtual_report import read_report
from parcours.judge.virtual_words import at_line, clock_time, places, stand_still, times
from parcours.judge.virtual_words import picture as draw


@dataclass
class Timeline:
    """What was seen of one scenario.

    seconds: when it returned or raised; value: what it returned; blocked: (from, seconds, where) of
    each time that an event loop stood still; left: names of threads and tasks that had not ended.
    """

    marks: list[Mark] = field(default_factory=list)
    seconds: float = 0.0
    value: Any = None
    raised: Raised | None = None
    blocked: list[tuple[float, float, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def at(self, label: str) -> list[float]:
        """The virtual seconds of every mark with this label."""
        return [mark.seconds for mark in self.marks if mark.label == label]


@dataclass(frozen=True)
class Scenario:
    """One scenario and what is claimed of it; see `parcours.checks.scenario`."""

    play: Callable
    case: Case
    expect: tuple[Mark, ...] | None = None
    ends: float | None = None
    late: float = 0.0
    where: Callable[[Timeline], Any] | None = None
    may_block: bool = False
    may_leave: bool = False
    horizon: float = 86_400.0


def decide(entry: Entry, scenarios: Sequence[Scenario], *, seconds: float) -> Verdict:
    """Play every scenario; the first in which something is wrong decides."""
    events = 0
    evidence: dict[str, Any] = {}
    for scenario in scenarios:
        verdict, timeline = _play(entry, scenario, seconds)
        if verdict is not None:
            return verdict
        events += len(timeline.marks)
        evidence = _evidence(None, timeline)
    if len(scenarios) > 1:
        evidence = {"scenarios": len(scenarios), "events": events}
    what = f"All {events} events" if events > 1 else "Everything"
    return Verdict.passed(f"{what} came at the expected virtual second.", evidence=evidence)


def _play(entry: Entry, scenario: Scenario, seconds: float) -> tuple[Verdict | None, Timeline]:
    quiet = 0.0

    def watch(clock: Any) -> None:
        nonlocal quiet
        quiet = clock.quiet

    request = {
        "do": "virtual",
        "name": entry.key,
        "scenario": cloudpickle.dumps(scenario.play),
        "horizon": round(scenario.horizon * 1e9),
    }
    with entry.contestant() as contestant:
        try:
            report = contestant.request(request, seconds, watch)
        except Hung as hung:
            return _hung(entry.name, str(hung), quiet > 1.0), Timeline()
    if "unplayable" in report:
        raise RuntimeError(f"the scenario cannot be played: {report['unplayable']}")
    report = read_report(report)
    timeline = _timeline(report)
    wrong = _wrong(entry.name, scenario, report, timeline)
    if not wrong:
        return None, timeline
    sentence, *details = wrong
    if report["outside"] and timeline.raised is None:
        return Verdict.inconclusive(
            f"`{entry.name}` uses {' and '.join(report['outside'])}, which a virtual clock cannot "
            "follow, so a person has to look.",
            details=[sentence],
        ), timeline
    details += _hints(report)
    return Verdict.fail(
        _tell(scenario.case.note, sentence),
        details=details,
        evidence=_evidence(scenario, timeline),
        picture=draw(timeline.marks, scenario.expect, timeline.seconds),
    ), timeline


def _hung(name: str, told: str, asleep: bool) -> Verdict:
    if asleep:
        return Verdict.inconclusive(
            f"`{name}` waits in real time for something that a virtual clock cannot see: {told}."
        )
    return Verdict.fail(
        f"`{name}` keeps running without ever waiting: {told}.",
        details=["A loop that waits for something has to wait in it (Event.wait, Queue.get)."],
    )


def _timeline(report: dict[str, Any]) -> Timeline:
    end = report["end"] if report["end"] is not None else report["now"]
    return Timeline(
        [Mark(ns / 1e9, label, place) for ns, label, place in report["marks"]],
        end / 1e9,
        report.get("value"),
        report.get("raised"),
        [(began / 1e9, length / 1e9, where) for began, length, where in report["stalls"]],
        [*report["threads left"], *report["tasks left"]],
    )


# ---- what is wrong ------------------------------------------------------------------------------


def _wrong(name: str, scenario: Scenario, report: dict, timeline: Timeline) -> list[str]:
    """The sentence about what is wrong, then details; [] when nothing is."""
    case = scenario.case
    if timeline.raised is not None and timeline.raised.kind == "NotImplementedError":
        return [not_written(name)]
    stopped = _stopped(report, scenario.horizon)
    if stopped:
        return stopped
    answer = Answer(timeline.value, timeline.raised, report["where"])
    told = judge_answer(name, case.note or f"`{name}`", answer, case)
    if timeline.raised is not None and told:
        return [told]
    if timeline.blocked and not scenario.may_block:
        return stand_still(timeline.blocked)
    late = (
        misplaced(timeline.marks, scenario.expect, scenario.late)
        if scenario.expect is not None
        else ""
    )
    if late:
        return [late]
    if scenario.ends is not None and not fits(timeline.seconds, scenario.ends, scenario.late):
        return [
            f"It was over at {clock_time(timeline.seconds)}, expected at "
            f"{clock_time(scenario.ends)}."
        ]
    if told:
        return [told]
    if scenario.where is not None:
        said = _ask(scenario.where, timeline)
        if said:
            return [said]
    if timeline.left and not scenario.may_leave:
        return _left(report, timeline)
    return []


def _stopped(report: dict[str, Any], horizon: float) -> list[str]:
    """What kept the scenario from coming to its end."""
    how, at = report["how"], clock_time(report["now"] / 1e9)
    where = at_line(report["stopped"])
    if how == "deadlock":
        return [
            f"At {at} everything waits, and nothing will ever come: {places(report['waits'])}.",
            "Who is to wake whom? Look for a set, notify, put, release or join that is missing.",
        ]
    if how == "polls":
        return [
            f"At {at} it polls the clock in a loop instead of waiting{where}.",
            "A loop that only looks at the clock keeps a core busy; sleep, or wait with a timeout.",
        ]
    if how == "spins":
        return [f"At {at} it goes round in a loop that never waits{where}."]
    if how == "endless":
        return [f"It had not come to an end after {at}: {places(report['waits'])}."]
    if how == "too late":
        limit = clock_time(horizon)
        return [f"It does not come to an end within {limit}: {places(report['waits'])}."]
    return []


def _ask(where: Callable[[Timeline], Any], timeline: Timeline) -> str:
    """What a teacher's predicate says is wrong, "" when nothing is."""
    try:
        said = where(timeline)
    except Exception:
        said = "What was seen has another form than expected."
    if said is True or said is None:
        return ""
    return said if isinstance(said, str) and said else "What was seen is not what was expected."


def _left(report: dict[str, Any], timeline: Timeline) -> list[str]:
    threads, tasks = len(report["threads left"]), len(report["tasks left"])
    parts = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((threads, "thread"), (tasks, "task"))
        if count
    ]
    waits = [w for w in report["waits"] if w.get("line")]
    return [
        f"{' and '.join(parts)} had not ended when it was over"
        + (f": {places(waits)}." if waits else "."),
    ]


def _hints(report: dict[str, Any]) -> list[str]:
    return [
        f"The thread {name} died of {error}{at_line(where)}."
        for name, error, where in report["died"][:3]
    ]


def _tell(note: str, sentence: str) -> str:
    """A sentence behind the note of its scenario."""
    named = f"{note[:1].upper()}{note[1:]}: "
    if sentence.startswith(named) or sentence.endswith("is not written yet."):
        return sentence
    if not note:
        return sentence[0].upper() + sentence[1:]
    begin = sentence if sentence.startswith(("`", '"')) else sentence[0].lower() + sentence[1:]
    return named + begin


def _evidence(scenario: Scenario | None, timeline: Timeline) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if timeline.marks:
        found["seen"] = times(timeline.marks)
    if scenario is not None and scenario.expect:
        found["expected"] = times(scenario.expect)
    found["virtual seconds"] = timeline.seconds
    if timeline.blocked:
        found["the loop stood still"] = clock_time(sum(length for _, length, _ in timeline.blocked))
    return found
