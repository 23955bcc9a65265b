"""A process that has imported what contestants need and forks one on request (Linux).

Starting Python and importing IPython costs most of a second of CPU; a fork costs milliseconds.
The zygote never runs a learner's code. It is the reaper of all that its contestants leave behind
(`PR_SET_CHILD_SUBREAPER`): an orphan becomes the zygote's child, and `sweep` kills it.

Started by `makers` as `python -c "...main(fd)"` with one end of a socket.
"""

import contextlib
import gc
import os
import pickle
import shutil
import signal
import sys
from pathlib import Path

from parcours.judge import codec, contestant, wire
from parcours.judge.forking import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    become_child,
    prctl,
    receive_fd,
)


def main(fd: int, notebook: bool) -> None:
    """Serve requests on the socket `fd`; with `notebook`, import IPython beforehand."""
    os.set_inheritable(fd, False)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)
    if notebook:
        import parcours.judge.shell  # noqa: F401
    import concurrent.futures.process
    import concurrent.futures.thread  # noqa: F401
    import multiprocessing.connection  # noqa: F401

    gc.freeze()
    contestants: set[int] = set()
    while True:
        try:
            request = pickle.loads(wire.receive(fd))
        except wire.Closed:
            break
        if request["do"] == "fork":
            answer = _fork(fd, request["desk"], contestants)
        elif request["do"] == "sweep":
            answer = _sweep(contestants, request["ended"])
        else:
            answer = _renew(contestants, request["boxed"])
        try:
            wire.send(fd, codec.encode(answer))
        except wire.Closed:
            break
    # The judge has gone: so does everything that it started.
    for pid in _children():
        _kill(pid)
    os._exit(0)


def _fork(fd: int, desk: str, contestants: set[int]) -> dict:
    channel = receive_fd(fd)
    pid = os.fork()
    if pid == 0:
        become_child(channel, fd)
        contestant.serve(channel, channel, desk)
    os.close(channel)
    contestants.add(pid)
    return {"pid": pid}


def _sweep(contestants: set[int], ended: list[int]) -> dict:
    """Collect the contestants in `ended`, then kill and collect everything without a contestant.

    Answers {"statuses": {pid: exit status}, "strays": number of processes that had to be killed}.
    """
    statuses = {}
    for pid in ended:
        if pid in contestants:
            contestants.discard(pid)
            with contextlib.suppress(ChildProcessError):
                statuses[pid] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    strays = 0
    # A killed stray hands its own children on to us, so look until there is none.
    for _ in range(50):
        orphans = [pid for pid in _children() if pid not in contestants]
        if not orphans:
            break
        for pid in orphans:
            strays += _kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return {"statuses": statuses, "strays": strays}


def _renew(contestants: set[int], boxed: bool) -> dict:
    """Make the zygote as new for the next submission."""
    if boxed:
        # In a box nothing else is ours: all go, also those that no list knows.
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    contestants.clear()
    answer = _sweep(contestants, [])
    if boxed:
        for place in ("/tmp", "/dev/shm"):
            for entry in Path(place).iterdir():
                with contextlib.suppress(OSError):
                    if entry.is_dir() and not entry.is_symlink():
                        # The folder that is shared with the judge is cleared out there.
                        shutil.rmtree(entry, ignore_errors=True)
                    else:
                        entry.unlink()
    return answer


def _kill(pid: int) -> bool:
    """Kill a process unless it is one already (a zombie that only waits to be collected)."""
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        zombie = stat[stat.rindex(b")") + 2 :][:1] == b"Z"
        os.kill(pid, signal.SIGKILL)
        return not zombie
    return False


def _children() -> list[int]:
    """Process ids of our own children."""
    me = os.getpid()
    found = []
    for name in os.listdir("/proc"):
        if name[0] in "0123456789":
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = Path(f"/proc/{name}/stat").read_bytes()
                if int(stat[stat.rindex(b")") + 2 :].split()[1]) == me:
                    found.append(int(name))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "notebook")
