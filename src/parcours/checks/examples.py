"""The check `examples`: values and exceptions on given arguments."""

from collections.abc import Callable
from typing import Any

from parcours.checks.delivery import judged
from parcours.judge import examples as rule
from parcours.judge.entry import Handle
from parcours.judge.matchers import About, Seconds
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.properties import Property
from parcours.judge.verdict import Verdict


def case(
    *args: Any,
    returns: Any = rule._NOTHING,
    raises: type[BaseException] | str | Handle | None = None,
    where: Callable[[Any], Any] | None = None,
    note: str = "",
    through: Callable | None = None,
    **kwargs: Any,
) -> rule.Case:
    """One call of the function under judgement, and what is expected of it.

    args, kwargs: what it is called with; functions among them are copied into the contestant.
    returns: the value it has to return (kinds of containers count), with `seconds()` or `about()`
    inside where it cannot be exact. raises: the exception that has to come out, also one that the
    notebook defines. where: gets the returned value (and, with a second parameter, the seconds that
    the judge saw the call take, a bound from above); answers True, or a text that says what is
    wrong. through: a function of the test cell that is called in its place, with the learner's
    function or class as first argument; so a class can be judged by how it is used.
    note: names in words what is tried; shown instead of the arguments, so every hidden case has
    one. Raises TypeError when nothing is expected, or both a value and an exception.
    """
    expects_value = returns is not rule._NOTHING or where is not None
    if expects_value == (raises is not None):
        raise TypeError("a case needs returns= or where=, or else raises=")
    if isinstance(raises, Handle):
        raises = raises.name
    return rule.Case(args, kwargs, returns, raises, where, note, through)


def given(
    *strategies: Any,
    expected: Callable | None = None,
    where: Callable[..., Any] | None = None,
    through: Callable | None = None,
    examples: int = 50,
    note: str = "",
    **named: Any,
) -> Property:
    """What holds for all inputs: tried on many that hypothesis makes up, the same each time.

    strategies, named: where the arguments come from (`hypothesis.strategies`). expected: the
    reference; called with the same arguments, it returns what has to be returned or raises what has
    to be raised. where: gets the returned value and the arguments; answers True, or a text that
    says what is wrong. through: as for a case. examples: how many inputs are tried. note: names in
    words what is tried; without one, the smallest input that fails is shown.
    Raises TypeError without strategies, or unless there is either a reference or a predicate.
    """
    if not strategies and not named:
        raise TypeError("given(...) needs at least one strategy of hypothesis")
    if (expected is None) == (where is None):
        raise TypeError("a property needs either expected= or where=")
    return Property(strategies, named, expected, where, through, examples, note)


def seconds(at_least: float = 0.0) -> Seconds:
    """Expect a measured time: not less than so many seconds, nor more than the call really took."""
    return Seconds(at_least)


def about(number: float, *, relative: float = 1e-9, absolute: float = 1e-12) -> About:
    """Expect a number within a relative or an absolute distance."""
    return About(number, relative, absolute)


def examples(
    function: Callable,
    *cases: rule.Case | Property,
    seconds: float = CALL_SECONDS,
    wall_clock_jumps: float | None = None,
) -> Verdict:
    """Claim that a function returns, or raises, what its cases say.

    cases: single calls (`case`) and what holds for all inputs (`given`), in any order.
    seconds: limit for each call, in seconds in which it could run. wall_clock_jumps: the clock on
    the wall jumps by so many seconds at each reading, monotonic clocks do not.
    Raises TypeError for cases that are not made by `case` or `given`.
    """
    if not cases or not all(isinstance(one, (rule.Case, Property)) for one in cases):
        raise TypeError("examples(function, case(...), case(...)) needs at least one case")
    return judged(
        function,
        lambda entry: rule.decide(entry, cases, seconds=seconds, wall_clock_jumps=wall_clock_jumps),
    )
