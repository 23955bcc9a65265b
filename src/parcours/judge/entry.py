"""What a check judges: a learner's function, wherever it is.

In a grader a name in a test cell is a `Handle` on a submission; in the learner's own kernel
it is the function itself. `entry_of` makes one thing of both: something that gives a fresh
contestant with the function in it.

    with entry_of(function).contestant() as contestant:
        contestant.call(KEY, (1, 2), {})
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from parcours.judge import shipping
from parcours.judge.makers import new_contestant
from parcours.judge.processes import Contestant
from parcours.judge.verdict import Verdict


class Refused(Exception):
    """There is nothing to judge; `verdict` says why."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict.sentence)
        self.verdict = verdict


class Entry(Protocol):
    """A function to judge: its name for sentences, its key in a contestant."""

    name: str
    key: str

    def contestant(self) -> contextlib.AbstractContextManager[Contestant]:
        """A fresh contestant that holds the function under `key`. Raises Refused."""


class Handle:
    """Stands for a name of a submission in a teacher's test cell. It has no behaviour to trust."""

    def __init__(
        self,
        name: str,
        start: Callable[[str], contextlib.AbstractContextManager[Contestant]],
        explain_missing: Callable[[str, list[str]], str],
    ):
        self.name = self.key = name
        self._start = start
        self._explain_missing = explain_missing

    @contextlib.contextmanager
    def contestant(self) -> Iterator[Contestant]:
        with self._start(self.name) as contestant:
            described = contestant.describe(self.key)
            if described["is"] == "missing":
                functions = [str(name) for name in described.get("functions") or []]
                raise Refused(Verdict.fail(self._explain_missing(self.name, functions)))
            if described["is"] != "function":
                kind = described["is"]
                raise Refused(
                    Verdict.fail(f"`{self.name}` is not a function but a value of type {kind}.")
                )
            yield contestant

    def __repr__(self) -> str:
        return f"<handle of {self.name}>"

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"`{self.name}` can only be called by a check, not in the test cell itself")


class Shipped:
    """A function of this very process: of the learner's kernel, or a teacher's reference."""

    key = "function under judgement"

    def __init__(self, function: Callable):
        self.name = getattr(function, "__name__", "the function")
        self._function = function

    @contextlib.contextmanager
    def contestant(self) -> Iterator[Contestant]:
        try:
            packed = shipping.pack(self._function)
        except shipping.CannotShip as error:
            raise Refused(Verdict.inconclusive(f"{error}.")) from None
        with new_contestant() as contestant:
            contestant.define(self.key, packed)
            yield contestant


def entry_of(function: Any) -> Entry:
    """Make an entry of what a test cell names. Raises TypeError for what is not a function."""
    if isinstance(function, Handle):
        return function
    if not callable(function):
        raise TypeError(f"a check judges a function, not {function!r}")
    return Shipped(function)
