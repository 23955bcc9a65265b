"""Decides `same_under`: a function gives the same answer under every start method.

Each start method gets a contestant of its own, in which it is the default before the call. Where
the method is an argument of the call, another one is the default: only the argument can decide.
What the workers wrote as they died tells why a pool hangs: a notebook's function is not found.
"""

import multiprocessing
import re
from collections.abc import Callable, Sequence
from typing import Any

from parcours.judge import inside
from parcours.judge.entry import Entry
from parcours.judge.examples import Case, judge_answer, not_written, same, show, what_is_tried
from parcours.judge.fairclock import FairClock
from parcours.judge.processes import Answer, Contestant, Ended
from parcours.judge.shipping import pack
from parcours.judge.verdict import Verdict

Made = Case | Callable[[str], Case]

_NOT_FOUND = re.compile(
    r"Can't get attribute '([^']+)' on <module"
    # as Python says it from 3.14 on
    r"|module '__(?:mp_)?main__' has no attribute '([^']+)'"
    r"|No module named '([^']+)'"
)
# Quiet for so long after a worker has died like that, nobody will answer any more.
QUIET = 1.0


def decide(
    entry: Entry, cases: Sequence[Made], *, start_methods: Sequence[str], seconds: float
) -> Verdict:
    """Call every case under every start method that this platform has, and compare."""
    present = multiprocessing.get_all_start_methods()
    methods = [method for method in start_methods if method in present]
    if not methods:
        return Verdict.inconclusive(
            f"This system has none of the start methods {', '.join(start_methods)}."
        )
    wrong: dict[str, str] = {}
    first: dict[int, Answer] = {}
    for method in methods:
        with entry.contestant() as contestant:
            wrong[method] = _try_all(entry, contestant, cases, method, present, first, seconds)
        if wrong[method] == not_written(entry.name):
            return Verdict.fail(wrong[method])
    evidence = {method: "wrong" if wrong[method] else "right" for method in methods}
    failed = [method for method in methods if wrong[method]]
    if not failed:
        return Verdict.passed(
            f"`{entry.name}` gave the same answer under {_listed(methods)}.", evidence=evidence
        )
    told = wrong[failed[0]]
    alike = [method for method in failed if wrong[method] == told]
    separator = "" if told.startswith(("the ", "it ")) else ":"
    sentence = f"Under {_listed(alike)}{separator} {told}"
    if len(alike) == len(methods) > 1:
        sentence = told[:1].upper() + told[1:]
    others = [f"Under {method}: {wrong[method]}" for method in failed if method not in alike]
    return Verdict.fail(sentence, details=[*others, *_advice(wrong)], evidence=evidence)


def _try_all(
    entry: Entry,
    contestant: Contestant,
    cases: Sequence[Made],
    method: str,
    present: Sequence[str],
    first: dict[int, Answer],
    seconds: float,
) -> str:
    """What is wrong with the answers under one start method, "" when nothing is."""
    contestant.define("start method", pack(inside.use_start_method))
    contestant.define("start method now", pack(inside.default_start_method))
    for number, made in enumerate(cases):
        case = made if isinstance(made, Case) else made(method)
        default = method
        if not isinstance(made, Case):
            default = next((other for other in present if other != method), method)
        contestant.call("start method", (default,), {})
        wrong = _try(entry, contestant, case, seconds, first, number)
        if wrong:
            return wrong
        now = contestant.call("start method now", (), {}).value
        if now != default:
            return (
                "it changed the start method of the whole program (multiprocessing.get_context "
                "gives one that is for you alone)."
            )
    return ""


def _try(
    entry: Entry,
    contestant: Contestant,
    case: Case,
    seconds: float,
    first: dict[int, Answer],
    number: int,
) -> str:
    tried = what_is_tried(entry.name, case)
    died = _Died(contestant)
    try:
        answer = contestant.call(
            entry.key,
            case.args,
            case.kwargs,
            seconds=seconds,
            through=case.through,
            meanwhile=died.look,
        )
    except Ended as ended:
        return _not_found(died) or f"{tried}: no answer, {ended}."
    wrong = judge_answer(entry.name, tried, answer, case)
    before = first.setdefault(number, answer).value
    if not wrong and not case.expects_anything and not same(answer.value, before):
        wrong = (
            f"{tried}: it returned {show(answer.value)}, under another start method {show(before)}."
        )
    return (_not_found(died) or wrong) if wrong else ""


class _Died:
    """What the workers of a call wrote as they died."""

    def __init__(self, contestant: Contestant):
        self._file = contestant.desk / "output.txt"
        self._begin = self._size()

    def name(self) -> str:
        """The function or module that a worker did not find, "" when none was missed."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._begin)
                text = file.read(1_000_000).decode("utf-8", "replace")
        except OSError:
            return ""
        found = _NOT_FOUND.search(text)
        return next((name for name in found.groups() if name), "") if found else ""

    def look(self, clock: FairClock) -> None:
        """Called while the call runs. Raises Ended when nothing can come of it any more."""
        if clock.quiet > QUIET and self.name():
            raise Ended("the workers died")

    def _size(self) -> int:
        return self._file.stat().st_size if self._file.exists() else 0


def _not_found(died: _Died) -> str:
    name = died.name()
    return f"the workers did not find `{name}`." if name else ""


def _advice(wrong: dict[str, str]) -> list[str]:
    told = " ".join(wrong.values())
    if "did not find" in told:
        return [
            "A process that is not forked imports what it runs: that has to be in a module, not "
            "in a cell of the notebook."
        ]
    if "pickle" in told or "local object" in told:
        return ["What goes to a new process is pickled; a lambda or an inner function cannot be."]
    if wrong.get("fork") == "":
        return [
            "A process that is not forked does not get the values of your variables: hand over "
            "what it needs as an argument."
        ]
    return []


def _listed(words: Sequence[Any]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else str(last)
