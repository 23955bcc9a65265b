"""The check `survives`: what becomes of the tasks when workers die, hang or raise."""

from collections.abc import Callable
from typing import Any

from parcours.checks.calls import as_case
from parcours.checks.delivery import judged
from parcours.judge import survives as rule
from parcours.judge.faulty import KINDS, Fault
from parcours.judge.faulty_gate import Tasks
from parcours.judge.processes import CALL_SECONDS
from parcours.judge.verdict import Verdict


def fault(task: int = 0, kind: str = "kill", *, attempts: int | None = 1) -> Fault:
    """What goes wrong with a task of the judge.

    task: which one (0 is the first). kind: its worker is killed ("kill"), ends by os._exit(3)
    ("exit"), the task never ends ("hang") or raises a ValueError ("raise"). attempts: so many first
    attempts go wrong, all if None. Raises ValueError for what does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {kind!r}")
    if task < 0 or (attempts is not None and attempts < 1):
        raise ValueError("a task is 0 or more, attempts are 1 or more or None")
    return Fault(task, kind, attempts)


def survives(
    function: Callable,
    *faults: Fault,
    call: Callable[[Tasks], Any],
    tasks: int = 6,
    workers: int = 2,
    retries: int = 0,
    seconds: float = CALL_SECONDS,
) -> Verdict:
    """Claim that a function copes with tasks whose workers die, hang or raise.

    call: makes the arguments from the tasks (`tasks.function` over `tasks.items`, or the callables
    themselves). Given a tuple, the function has to return a list with each task's result, or the
    exception in its place. Given a case, what it expects counts (`tasks.results` are the results).
    No task may be tried more often than 1 + `retries` times, and nothing may be left running.
    workers: how many tasks the function has under way at once when it is called like that.
    seconds: limit in seconds in which the function could run; more than twice its own time limit.
    Raises ValueError for faults of tasks that do not exist.
    """
    if any(one.task >= tasks for one in faults):
        raise ValueError(f"there are {tasks} tasks: the last is task {tasks - 1}")
    if workers < 1 or retries < 0:
        raise ValueError("at least one worker and no negative retries are needed")
    return judged(
        function,
        lambda entry: rule.decide(
            entry,
            faults,
            call=lambda given: as_case(call(given)),
            tasks=tasks,
            workers=workers,
            retries=retries,
            seconds=seconds,
        ),
    )
