"""How contestants end: killing a whole tree, and saying in words what ended a process."""

import contextlib
import os
import signal

from parcours.judge.proctree import ProcessTree


def kill_tree(tree: ProcessTree) -> None:
    """Kill every process of the tree: stop all first, so that none can start another meanwhile."""
    for number in (getattr(signal, "SIGSTOP", None), getattr(signal, "SIGKILL", signal.SIGTERM)):
        if number is None:
            continue
        seen: set[int] = set()
        # Children may be born between the look and the signal: look again until nothing is new.
        for _ in range(50):
            new = tree.processes() - seen
            if not new:
                break
            for pid in new:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
            seen |= new


def in_words(status: int | None) -> str:
    """What an exit status says (negative: a signal), as the end of a sentence."""
    if status is None:
        return "the process ended before it answered"
    if status >= 0:
        return f"the process ended itself with exit code {status} before it answered"
    if -status == getattr(signal, "SIGSEGV", None):
        return "the process crashed (segmentation fault)"
    if -status == getattr(signal, "SIGXCPU", None):
        return "the process used up its CPU time"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"the process was ended by {name}"
