"""Who is working here: an identity for every worker, and the name that a timeline shows for it.

A task asks `worker_id()` where it runs; the drawing turns the identities of one picture into
names in the order of their first appearance:

    >>> shown_names(["home:71/thread:1", "home:71/thread:2", "child:90/main", "nora"])
    ['thread 1', 'thread 2', 'process 1', 'nora']
"""

import itertools
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Sequence

# The system gives the number of a thread that has ended to the next one: count them here instead.
_numbers = itertools.count(1)
_own = threading.local()
_first_process = os.getpid()

_IDENTITY = re.compile(
    r"(?P<role>home|child):(?P<process>\d+)"
    r"/(?P<thread>main|thread:\d+|interpreter:\d+)"
    r"(?:/task:(?P<task>.+))?"
)


def worker_id(task: str = "") -> str:
    """The identity of whoever calls: process, thread or subinterpreter, and asyncio task if given.

    "home:71/main", "home:71/thread:2", "child:90/main", "home:71/main/task:Task-5".
    """
    key = (os.getpid(), task)
    known = getattr(_own, "known", None)
    if known is None or known[0] != key[0]:
        # A fork copies thread-local values: an identity is good for the process that made it.
        known = _own.known = (key[0], f"{_role()}:{key[0]}/{_thread()}")
    return f"{known[1]}/task:{task}" if task else known[1]


def _role() -> str:
    # Processes started by multiprocessing say so by their parent, other forks by their number.
    started = sys.modules.get("multiprocessing.process")
    child = started is not None and started.parent_process() is not None
    return "child" if child or os.getpid() != _first_process else "home"


def _thread() -> str:
    interpreter = _interpreter_number()
    if interpreter:
        return f"interpreter:{interpreter}"
    if threading.current_thread() is threading.main_thread():
        return "main"
    return f"thread:{next(_numbers)}"


def _interpreter_number() -> int:
    """The number of this subinterpreter; 0 in the main interpreter."""
    if sys.version_info < (3, 14):
        return 0
    from concurrent import interpreters

    return interpreters.get_current().id


def shown_names(workers: Sequence[str]) -> list[str]:
    """A short name for each worker of one picture, in the same order.

    Identities of `worker_id` become "main", "thread 1", "process 2", "interpreter 1", "task 3", or
    "process 1 thread 2" where one child process has several workers. All other names stay as
    they are.
    """
    identities = [_IDENTITY.fullmatch(worker) for worker in workers]
    found = [identity for identity in identities if identity]
    crowd = Counter(identity["process"] for identity in found)
    homes = {identity["process"] for identity in found if identity["role"] == "home"}
    if len(homes) > 1:
        # Libraries may start processes in ways of their own: home is where the picture is drawn.
        homes = {str(os.getpid())}
    count = _Numbering()
    return [
        _shown(identity, identity["process"] in homes, crowd[identity["process"]], count)
        if identity
        else worker
        for worker, identity in zip(workers, identities, strict=True)
    ]


class _Numbering:
    """Numbers things from 1 in the order in which they are first asked for, per kind of thing."""

    def __init__(self) -> None:
        self._seen: dict[object, dict[object, int]] = {}

    def __call__(self, kind: str, thing: object, within: object = None) -> str:
        numbers = self._seen.setdefault((kind, within), {})
        return f"{kind} {numbers.setdefault(thing, len(numbers) + 1)}"


def _shown(identity: re.Match, home: bool, crowd: int, count: _Numbering) -> str:
    process, thread, task = identity["process"], identity["thread"], identity["task"]
    within = None if home else process
    inside = ""
    if task:
        inside = count("task", (thread, task), within)
    elif thread != "main":
        inside = count(thread.partition(":")[0], thread, within)
    if home:
        return inside or "main"
    outside = count("process", process)
    return f"{outside} {inside or 'main'}" if crowd > 1 else outside
