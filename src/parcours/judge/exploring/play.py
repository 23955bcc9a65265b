"""The contestant's side of `interleavings`: explores one scenario, or plays one schedule again.

    report = explore(names, "SafeCounter", pickled, sources, schedules=300, seconds=60, seed=0)

The report is plain values: how it ended, the choices that lead there, and the rows of that run.
"""

import linecache
import pickle
import types
from collections.abc import Sequence
from typing import Any

from parcours.judge.exploring.runs import Run, Runs
from parcours.judge.exploring.search import Search
from parcours.judge.exploring.strategies import Ordered, Replay
from parcours.judge.virtual_adoption import is_learners

_CELLS = ("<cell ", "<ipython-", "<stdin>")


def explore(
    names: dict[str, Any],
    name: str,
    packed: bytes,
    sources: dict[str, str],
    schedules: int,
    seconds: float,
    seed: int,
) -> dict[str, Any]:
    """Search for a schedule that goes wrong; answers what was found."""
    runs, threads = _runs(names, name, packed, sources)
    found = Search(runs, threads, schedules, seconds, seed).search()
    report = {
        "schedules": found.schedules,
        "complete": found.complete,
        "late": found.late,
        "in order": found.in_order,
        "racy": sorted(found.racy),
        "first": runs.first_result or "",
    }
    if found.run is None:
        return {**report, "how": "late" if found.late else "done"}
    if found.run.how in ("endless", "diverged"):
        return {**report, **_told(found.run)}
    again = runs.one(Replay(found.run.choices), found.racy, record=True)
    if (again.how, again.choices) != (found.run.how, found.run.choices):
        return {**report, "how": "diverged"}
    return {**report, **_told(again)}


def replay(
    names: dict[str, Any],
    name: str,
    packed: bytes,
    sources: dict[str, str],
    choices: Sequence[int],
    racy: Sequence[tuple],
) -> dict[str, Any]:
    """Play one schedule again, in this new process; answers the same as `explore` did."""
    runs, threads = _runs(names, name, packed, sources)
    # What Python is only told to stop at when it runs a function for the first time is known then.
    first = (0, *range(1, threads + 1)) if threads else (1,)
    runs.one(Ordered(first))
    return _told(runs.one(Replay(choices), frozenset(racy), record=True))


def _runs(
    names: dict[str, Any], name: str, packed: bytes, sources: dict[str, str]
) -> tuple[Runs, int]:
    for file, text in sources.items():
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    asked = pickle.loads(packed)
    learners = names[name]
    start, threads = asked["start"], asked["threads"]
    teachers = _codes([start, *threads, asked["invariant"], asked["result"]])

    def make() -> Any:
        function = names[name]
        return function() if start is None else start(function)

    def is_traced(code: types.CodeType) -> bool:
        file = code.co_filename
        # "<string>" is what the library generates, such as the methods of named tuples.
        known = file.startswith(_CELLS) if file.startswith("<") else is_learners(file)
        return known and code not in teachers

    runs = Runs(
        make,
        [learners, start],
        threads,
        asked["invariant"],
        asked["result"],
        is_traced,
        names,
        asked["names"],
    )
    return runs, len(threads)


def _codes(functions: Sequence[Any]) -> set[types.CodeType]:
    """The code of the teacher's functions and of what is defined within."""
    todo = [getattr(function, "__code__", None) for function in functions]
    found: set[types.CodeType] = set()
    while todo:
        code = todo.pop()
        if code is not None and code not in found:
            found.add(code)
            todo.extend(c for c in code.co_consts if isinstance(c, types.CodeType))
    return found


def _told(run: Run) -> dict[str, Any]:
    told = {
        "how": run.how,
        "why": run.why,
        "result": run.result,
        "choices": list(run.choices),
        "culprit": run.culprit,
        "blocked": list(run.blocked),
        "lost": run.lost,
        "rows": list(run.rows),
        "names": list(run.names),
    }
    if run.error is not None:
        told["raised"] = run.error
    return told
