"""Decides `interleavings`: does a learner's code go right in every order of its threads' steps?

The schedules are explored in a fresh contestant (see `parcours.judge.exploring`); what it tells is
plain values, of which the sentence, the text and the picture are made here.
"""

import inspect
import linecache
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cloudpickle

from parcours.judge.entry import Entry, Shipped
from parcours.judge.examples import not_written
from parcours.judge.interleavings_picture import picture
from parcours.judge.interleavings_report import Report, read_report
from parcours.judge.interleavings_words import as_text, cycle_of, sentence_of
from parcours.judge.processes import Contestant, Hung
from parcours.judge.verdict import Verdict


@dataclass(frozen=True)
class Scenario:
    """What a test cell asks; see `parcours.checks.interleavings`."""

    threads: tuple[Callable[[Any], Any], ...]
    names: tuple[str, ...] = ()
    start: Callable[[Any], Any] | None = None
    invariant: Callable[[Any], Any] | None = None
    result: Callable[[Any], Any] | None = None

    def packed(self) -> bytes:
        fields = ("threads", "names", "start", "invariant", "result")
        return cloudpickle.dumps({field: getattr(self, field) for field in fields})


def decide(
    entry: Entry, scenario: Scenario, *, schedules: int, seconds: float, seed: int
) -> Verdict:
    """Explore, and tell what was found."""
    with entry.contestant() as contestant:
        asked = {"schedules": schedules, "seconds": seconds, "seed": seed}
        try:
            report = explored(contestant, entry, scenario, **asked)
        except Hung as hung:
            return Verdict.inconclusive(
                f"`{entry.name}` waits for, or is busy with, something that the explorer cannot "
                f"see: {hung}.",
                details=["Sockets, files, input and other processes cannot be put in order."],
            )
    return _verdict(entry.name, report)


def explored(contestant: Contestant, entry: Entry, scenario: Scenario, **asked: Any) -> Report:
    """The report of a search, or with choices= and racy= of one schedule played again."""
    sources = _sources(contestant, entry)
    request = {
        "do": "replay" if "choices" in asked else "explore",
        "name": entry.key,
        "packed": scenario.packed(),
        "sources": sources,
        **asked,
    }
    reply = contestant.request(request, asked.get("seconds", 60.0) + 10.0)
    return read_report(reply, sources)


def _verdict(name: str, report: Report) -> Verdict:
    if report.raised is not None and report.raised.kind == "NotImplementedError":
        return Verdict.fail(not_written(name))
    evidence: dict[str, Any] = {"schedules": report.schedules}
    if report.how == "done":
        extent = {"": "", "all": ", which are all there are"}.get(
            report.complete,
            f", among them all with at most {report.complete} interruption"
            f"{'' if report.complete == '1' else 's'} of a thread",
        )
        orders = "order" if report.schedules == 1 else "orders"
        return Verdict.passed(
            f"`{name}` went right in all {report.schedules} {orders} of steps that were tried"
            f"{extent}.",
            evidence=evidence,
        )
    if report.how in ("late", "diverged"):
        why = (
            "the machine was too slow to try all schedules"
            if report.how == "late"
            else "it does not do the same when it is played again"
        )
        return Verdict.inconclusive(f"Nothing can be said about `{name}`: {why}.")
    sentence, *details = sentence_of(name, report)
    if report.rows:
        evidence["switches of threads"] = report.switches
    if cycle := cycle_of(report):
        evidence["cycle"] = " waits for ".join([*cycle, cycle[0]])
    return Verdict.fail(
        sentence,
        details=[*details, *([] if not report.rows else [as_text(report)])],
        evidence=evidence,
        picture=picture(report),
    )


def _sources(contestant: Contestant, entry: Entry) -> dict[str, str]:
    """The text of the learner's code by file, as far as this process knows it."""
    sources = dict(contestant.sources)
    if isinstance(entry, Shipped):
        for value in _family(entry._function):
            code = getattr(value, "__code__", None)
            if code is not None and code.co_filename not in sources:
                sources[code.co_filename] = "".join(linecache.getlines(code.co_filename))
    return {file: text for file, text in sources.items() if text}


def _family(function: Any) -> Sequence[Any]:
    """A function and the functions of its module: what it calls may stand in other cells."""
    found = [inspect.unwrap(function) if not isinstance(function, type) else function]
    if isinstance(function, type):
        found += [inspect.unwrap(v) for v in vars(function).values() if inspect.isfunction(v)]
    for value in list(found):
        for other in list(getattr(value, "__globals__", {}).values()):
            if inspect.isfunction(other):
                found.append(other)
            elif isinstance(other, type) and other.__module__ == "__main__":
                found += [v for v in vars(other).values() if inspect.isfunction(v)]
    return found
