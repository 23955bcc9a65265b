"""Decides `examples`: a function's values and exceptions on given arguments.

Each case is a call in the same fresh contestant; values come back through the codec and are
compared here. See `parcours.checks.examples` for what a test cell writes.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from parcours.judge.codec import Opaque, Raised
from parcours.judge.entry import Entry
from parcours.judge.matchers import Matcher
from parcours.judge.processes import CALL_SECONDS, Answer, Contestant, Ended
from parcours.judge.verdict import Verdict

_NOTHING = object()


@dataclass(frozen=True)
class Case:
    """One call and what is expected of it; see `parcours.checks.case`."""

    args: tuple
    kwargs: dict[str, Any] = field(default_factory=dict)
    returns: Any = _NOTHING
    raises: type[BaseException] | str | None = None  # a name stands for a class of the notebook
    where: Callable[[Any], Any] | None = None
    note: str = ""
    through: Callable | None = None

    @property
    def expects_value(self) -> bool:
        return self.returns is not _NOTHING

    @property
    def expects_anything(self) -> bool:
        return self.expects_value or self.raises is not None or self.where is not None


class Generated(Protocol):
    """Cases that are made up on the way; see `properties`."""

    def search(self, ask: Callable[[Case], tuple[str, bool]]) -> tuple[str, int]:
        """What is wrong with the smallest failing case, "" when none fails; how many were tried.

        ask: calls the function; answers what is wrong and whether it can be asked again.
        """


def decide(
    entry: Entry,
    cases: Sequence[Case | Generated],
    *,
    seconds: float = CALL_SECONDS,
    wall_clock_jumps: float | None = None,
) -> Verdict:
    """Call the function with every case and compare; the first difference is the sentence."""
    right = 0
    with entry.contestant() as contestant:

        def ask(case: Case) -> tuple[str, bool]:
            return _try(entry, contestant, case, seconds, wall_clock_jumps)

        for number, case in enumerate(cases):
            if isinstance(case, Case):
                wrong, tried = ask(case)[0], 1
            else:
                wrong, tried = case.search(ask)
            if wrong:
                return Verdict.fail(wrong, evidence=_counts(number, len(cases)))
            right += tried
    return Verdict.passed(f"`{entry.name}` did what was expected in {_plural(right, 'example')}.")


def _try(
    entry: Entry, contestant: Contestant, case: Case, seconds: float, jumps: float | None
) -> tuple[str, bool]:
    """What is wrong with the answer to one case, and whether the contestant can go on."""
    tried = what_is_tried(entry.name, case)
    try:
        answer = contestant.call(
            entry.key,
            case.args,
            case.kwargs,
            seconds=seconds,
            wall_clock_jumps=jumps,
            through=case.through,
        )
    except Ended as ended:
        return f"{_begin(tried)}: no answer, {ended}.", False
    return judge_answer(entry.name, tried, answer, case), True


def judge_answer(name: str, tried: str, answer: Answer, case: Case) -> str:
    """Return what is wrong with an answer, "" when nothing is."""
    if answer.raised is not None:
        if case.raises is not None and _is_a(answer.raised, case.raises):
            return ""
        if answer.raised.kind == "NotImplementedError":
            return not_written(name)
        expected = f"expected {_class_name(case.raises)}, " if case.raises else ""
        return f"{_begin(tried)}: {expected}it raised {answer.raised}{_at(answer.where)}."
    value = answer.value
    if case.raises is not None:
        return f"{_begin(tried)}: expected {_class_name(case.raises)}, it returned {show(value)}."
    if case.expects_value and not same(value, case.returns):
        if case.note:
            return f"{_begin(tried)}: it returned another result than expected ({_kind(value)})."
        return f"{_begin(tried)}: expected {show(case.returns)}, it returned {show(value)}."
    wrong = matched(value, case.returns, answer.seconds) if case.expects_value else ""
    if wrong:
        return f"{_begin(tried)}: {wrong}."
    if case.where is not None:
        try:
            said = _ask(case.where, value, answer.seconds)
        except Exception:
            said = f"it returned {show(value)}, which has another form than expected"
        if said is not True and said is not None:
            return f"{_begin(tried)}: {said or f'it returned {show(value)}'}."
    return ""


def _is_a(raised: Raised, expected: type[BaseException] | str) -> bool:
    if isinstance(expected, str):
        return expected in [kind.rpartition(".")[2] for kind in raised.kinds]
    return raised.is_a(expected)


def _class_name(expected: type[BaseException] | str) -> str:
    return expected if isinstance(expected, str) else expected.__name__


def _ask(where: Callable, value: Any, seconds: float) -> Any:
    """Call a case's `where` with the value, and with the seconds if it takes two arguments."""
    try:
        wants_seconds = len(inspect.signature(where).parameters) == 2
    except ValueError:  # some builtins do not tell: `where=bool`
        wants_seconds = False
    return where(value, seconds) if wants_seconds else where(value)


def matched(value: Any, expected: Any, took: float) -> str:
    """What the matchers inside an expected value say is wrong, "" when nothing is."""
    if isinstance(expected, Matcher):
        return expected.wrong(value, took)
    if isinstance(expected, (list, tuple)) and type(value) is type(expected):
        for item, wanted in zip(value, expected, strict=False):
            if wrong := matched(item, wanted, took):
                return wrong
    return ""


def same(value: Any, expected: Any) -> bool:
    """Equality that also asks for the same kinds of containers, all the way down."""
    if isinstance(expected, Matcher):
        return True  # `matched` has looked at it
    if isinstance(value, Opaque) or isinstance(expected, Opaque):
        return False
    if isinstance(expected, (list, tuple)):
        return (
            type(value) is type(expected)
            and len(value) == len(expected)
            and all(same(v, e) for v, e in zip(value, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and value.keys() == expected.keys()
            and all(same(value[key], item) for key, item in expected.items())
        )
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    try:
        return bool(value == expected)
    except ValueError:  # arrays compare by element
        import numpy

        return numpy.array_equal(value, expected)


def not_written(name: str) -> str:
    return f"`{name}` is not written yet."


def show(value: Any) -> str:
    """A value for a sentence, at most 80 characters."""
    if isinstance(value, Opaque):
        kind = value.kind
        return f"a {kind}" if kind in _LAZY else (value.looks or f"a {kind}")[:80]
    if isinstance(value, Raised):
        return f"the exception {value!r} (returned, not raised)"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


_LAZY = {"generator", "map", "filter", "zip", "dict_values", "dict_keys", "coroutine", "function"}


def _kind(value: Any) -> str:
    if isinstance(value, Opaque):
        return f"a {value.kind}"
    if isinstance(value, (list, tuple, dict, set, str)):
        return f"a {type(value).__name__} of length {len(value)}"
    return "None" if value is None else f"a value of type {type(value).__name__}"


def what_is_tried(name: str, case: Case) -> str:
    """The call of a case for a sentence: its note if it has one, its arguments otherwise."""
    return case.note or f"`{name}({_arguments(case)})`"


def _arguments(case: Case) -> str:
    shown = [getattr(a, "__name__", None) or show(a) for a in case.args]
    shown += [f"{key}={show(value)}" for key, value in case.kwargs.items()]
    return ", ".join(shown)


def _at(where: dict[str, Any] | None) -> str:
    if not where:
        return ""
    inside = "" if where["function"] == "<module>" else f" of {where['function']}"
    return f" (line {where['line']}{inside})"


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:] if not text.startswith("`") else text


def _counts(right: int, total: int) -> dict[str, Any]:
    return {"examples right": f"{right} of {total}"} if right else {}


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" + ("s" if number != 1 else "")
