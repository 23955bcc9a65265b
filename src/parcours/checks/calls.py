"""The calls that a check makes: cases, or one that a `call=` puts together.

checks.leaves_nothing(f, checks.case(2, returns=4))
checks.leaves_nothing(f, call=lambda: (2,))
"""

from collections.abc import Callable, Sequence
from typing import Any

from parcours.judge.examples import Case


def cases_of(check: str, cases: Sequence[Case], call: Callable[[], Any] | None) -> list[Case]:
    """The cases of a check. Raises TypeError when there are none, or cases and a call."""
    if call is not None and not cases:
        return [as_case(call())]
    if call is not None or not cases or not all(isinstance(one, Case) for one in cases):
        raise TypeError(f"{check}(function, ...) needs cases made by case(...), or else call=")
    return list(cases)


def as_case(made: Any) -> Case:
    """What a `call=` made: a case, or a tuple of arguments of a call that only has to return.

    Raises TypeError for anything else.
    """
    if isinstance(made, Case):
        return made
    if not isinstance(made, tuple):
        raise TypeError(f"call= makes a case or a tuple of arguments, not {made!r}")
    return Case(made)
