"""How a verdict leaves a check: as a value, or as an exception where only those are understood.

`nbgrader validate` and a stock `nbgrader autograde` run test cells in the student's own kernel and
see nothing but exceptions. In the first a verdict that is not a pass is raised; in the second the
check refuses to answer, since a kernel that runs a student's code can claim anything.
"""

import os
from collections.abc import Callable

from parcours.judge.entry import Entry, Handle, Refused, entry_of
from parcours.judge.processes import Ended, Starved
from parcours.judge.verdict import Verdict


class NotPassed(AssertionError):
    """A verdict that is not a pass, where an exception is the only way to say so."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this instead of the frames between the test cell and here.
        return [str(self)]


def judged(function: Callable, decide: Callable[[Entry], Verdict]) -> Verdict:
    """Let a rule decide about a function, and return its verdict or raise where that is due.

    Raises RuntimeError where an answer would be worth nothing, NotPassed under `nbgrader validate`.
    """
    if "PARCOURS_CONTESTANT" in os.environ:
        return Verdict.inconclusive("A check is judged outside of the process that it judges.")
    in_kernel = not isinstance(function, Handle)
    mode = os.environ.get("NBGRADER_EXECUTION")
    if in_kernel and mode == "autograde":
        raise RuntimeError(
            "Checks of parcours are not judged in the student's kernel: run nbgrader in the course "
            "folder, whose nbgrader_config.py hands this cell to the judge."
        )
    entry = entry_of(function)
    try:
        verdict = decide(entry)
    except Refused as refused:
        verdict = refused.verdict
    except Ended as ended:
        verdict = Verdict.fail(f"`{entry.name}` gave no answer: {ended}.")
    except Starved as starved:
        verdict = Verdict.inconclusive(f"Too busy to judge `{entry.name}`: {starved}.")
    if in_kernel and mode == "validate" and verdict.outcome != "pass":
        raise NotPassed(str(verdict))
    return verdict
