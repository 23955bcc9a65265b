"""Examples that are made up: what holds for all inputs is tried on many, by hypothesis.

    holds = Property((strategies.lists(strategies.integers()),), {}, expected=sorted)
    wrong, tried = holds.search(ask)    # ask(case) -> what is wrong with the answer, or ""

Inputs are generated here, in the judge, from a fixed seed: the same verdict each time, wherever it
is given. A failing input is made smaller within a bounded number of calls.
"""

import contextlib
import copy
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cloudpickle

from parcours.judge.examples import Case
from parcours.judge.processes import Starved

Ask = Callable[[Case], tuple[str, bool]]

SEED = 20_001
# Calls after the first failing one, in search of a smaller input that fails.
SHRINKING_CALLS = 200


@dataclass(frozen=True)
class Property:
    """What holds for all inputs; see `parcours.checks.given`."""

    strategies: tuple
    named: dict[str, Any]
    expected: Callable | None = None
    where: Callable | None = None
    through: Callable | None = None
    examples: int = 50
    note: str = ""

    def search(self, ask: Ask) -> tuple[str, int]:
        """What is wrong with the smallest failing input, "" when none fails; how many were tried.

        ask: calls the function; answers what is wrong and whether it can be asked again. Raises
        Starved, and what hypothesis says of strategies that cannot be used.
        """
        return _search(self, ask)

    def case(self, args: tuple, kwargs: dict[str, Any]) -> Case:
        """The example of one input: what the reference does with it is expected."""
        options: dict[str, Any] = {"note": self.note, "through": self.through}
        if self.where is not None:
            options["where"] = lambda value: self.where(value, *args, **kwargs)
        if self.expected is not None:
            own_args, own_kwargs = copy.deepcopy((args, kwargs))
            try:
                options["returns"] = self.expected(*own_args, **own_kwargs)
            except Exception as error:
                options["raises"] = type(error)
        return Case(args, kwargs, **options)


class Failing(Exception):
    """An input for which the property does not hold: what is wrong, in words."""


class _Search:
    """Tries inputs and remembers what came of each."""

    def __init__(self, holds: Property, ask: Ask):
        self.holds = holds
        self.ask = ask
        self.tried = 0
        self.wrong = ""  # of the smallest failing input so far
        self.starved: Starved | None = None
        self._known: dict[bytes, str] = {}
        self._calls_left: int | None = None  # once an input has failed

    def one(self, args: tuple, kwargs: dict[str, Any]) -> None:
        """Try one input. Raises Failing."""
        key = cloudpickle.dumps((args, kwargs))
        if key not in self._known:
            if self._calls_left == 0:
                return
            self._known[key] = self._call(self.holds.case(args, kwargs))
        if self._known[key]:
            self.wrong = self._known[key]
            if self._calls_left is None:
                self._calls_left = SHRINKING_CALLS
            raise Failing(self.wrong)

    def _call(self, case: Case) -> str:
        if self._calls_left is None:
            self.tried += 1
        else:
            self._calls_left -= 1
        try:
            wrong, goes_on = self.ask(case)
        except Starved as starved:
            self.starved = starved
            wrong, goes_on = str(starved), False
        if not goes_on:
            # There is nobody left to ask, so this input is as small as it gets.
            self._calls_left = 0
        return wrong


def _search(holds: Property, ask: Ask) -> tuple[str, int]:
    import hypothesis
    from hypothesis import strategies

    found = _Search(holds, ask)

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=holds.examples,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(
        strategies.tuples(*holds.strategies), strategies.fixed_dictionaries(holds.named)
    )
    def run(args: tuple, kwargs: dict[str, Any]) -> None:
        found.one(args, kwargs)

    try:
        with _by_itself():
            run()
    except Exception:
        # Failing, or hypothesis that wonders about an input that fails only at times.
        if not found.wrong:
            raise
    if found.starved is not None:
        raise found.starved
    return found.wrong, found.tried


@contextlib.contextmanager
def _by_itself() -> Iterator[None]:
    """Let hypothesis look at nothing but the strategies, and write nothing into this folder."""
    from hypothesis import configuration
    from hypothesis.internal.conjecture import providers

    home = getattr(configuration, "__hypothesis_home_directory", None)
    constants = getattr(providers, "_get_local_constants", None)
    with tempfile.TemporaryDirectory(prefix="parcours-hypothesis-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        if constants is not None:
            # It takes numbers from the modules that happen to be imported: never twice the same.
            none = providers.Constants()
            providers._get_local_constants = lambda: none
            _forget_constants(providers)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(home)
            if constants is not None:
                providers._get_local_constants = constants
                _forget_constants(providers)


def _forget_constants(providers: Any) -> None:
    with contextlib.suppress(AttributeError):  # it is not hypothesis's public interface
        providers.CONSTANTS_CACHE.cache.clear()
