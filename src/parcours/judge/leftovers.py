"""What a call left behind: processes, threads, open files, shared memory, temporary files.

    before = look(contestant)
    contestant.call(...)
    left = left_since(before, contestant)      # a `Held` that is false when nothing was left

Looked at from outside, in `/proc` on Linux and by psutil elsewhere. What is still ending is waited
for: until the whole tree is quiet, or has had seconds of its own time. multiprocessing's own
helpers (resource tracker, forkserver) and what connects to them stay as long as they like.
"""

import contextlib
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from parcours.judge import ledger
from parcours.judge.fairclock import FairClock
from parcours.judge.processes import TICK, Contestant
from parcours.judge.proctree import EXACT

# Quiet for so long, nothing will end by itself any more.
QUIET = 0.3 if EXACT else 1.0
# With something still running, so many seconds of its own time suffice.
PATIENCE = 2.0

_HELPER = re.compile(r"from multiprocessing\.(resource_tracker|semaphore_tracker|forkserver) ")
_OWN_FILES = {"stack.txt", "output.txt", "ledger.txt"}


@dataclass
class Held:
    """What a contestant holds at one moment. Ids are those of this side of a box."""

    running: set[int] = field(default_factory=set)  # processes, without the helpers
    ended: set[int] = field(default_factory=set)  # ended, but nobody waited for them
    unjoined: set[int] = field(default_factory=set)  # the same of a forkserver, by its own ids
    threads: set[int] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)  # descriptor -> what it leads to
    temporary: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)  # of shared memory, by name
    names: list[str] = field(default_factory=list)  # of the threads, as far as they have one

    def since(self, before: "Held") -> "Held":
        return Held(
            self.running - before.running,
            self.ended - before.ended,
            self.unjoined - before.unjoined,
            self.threads - before.threads,
            {fd: to for fd, to in self.files.items() if before.files.get(fd) != to},
            self.temporary - before.temporary,
            self.blocks - before.blocks,
        )

    def __bool__(self) -> bool:
        one = (self.running, self.ended, self.unjoined, self.threads, self.files, self.temporary)
        return any(one) or bool(self.blocks)


def keep_ledger(contestant: Contestant) -> None:
    """Let the contestant and all that it starts note down what they make and send."""
    contestant.request({"do": "keep_ledger", "log": str(ledger_of(contestant))})


def ledger_of(contestant: Contestant) -> Path:
    return contestant.desk / "ledger.txt"


def look(contestant: Contestant) -> Held:
    """What the contestant holds now, with all that it started."""
    tidy = contestant.request({"do": "tidy"})
    held = _look(contestant)
    held.unjoined = _unjoined(tidy)
    return held


def _look(contestant: Contestant) -> Held:
    root = contestant.pid
    commands = {pid: _command(pid) for pid in contestant.tree.processes() | _strays(root)}
    commands.pop(root, None)
    helpers = {
        pid
        for pid, command in commands.items()
        # The workers of a forkserver are copies of it: the first of them is the helper.
        if _HELPER.search(command) and not _HELPER.search(commands.get(_parent(pid), ""))
    }
    held = Held(threads=_threads(root), files=_files(root, helpers))
    for pid in commands.keys() - helpers:
        if not _is_over(pid):
            held.running.add(pid)
        elif _parent(pid) == root:
            held.ended.add(pid)
    with contextlib.suppress(OSError):
        held.temporary = {
            name
            for name in os.listdir(contestant.desk)
            if name not in _OWN_FILES and not name.startswith("pymp-")
        }
    held.blocks = {name for name in _blocks_made(contestant) if _block_exists(root, name)}
    return held


def left_since(before: Held, contestant: Contestant) -> Held:
    """What is there now that was not there before, once what was ending has ended."""
    contestant.request({"do": "tidy"})
    clock = FairClock(contestant.tree)
    while True:
        left = _look(contestant).since(before)
        if not left or clock.quiet >= QUIET or clock.fair >= PATIENCE:
            break
        time.sleep(TICK)
        clock.tick()
    if not left:
        return left
    tidy = contestant.request({"do": "tidy"})
    left.unjoined = _unjoined(tidy) - before.unjoined
    if left.threads:
        left.threads = _of_python(left.threads, contestant, tidy)
        left.names = _names(left.threads, contestant, tidy)
    return left


def remove_blocks(contestant: Contestant) -> None:
    """Unlink what shared memory the contestant made and left: it would stay for ever."""
    for name in _blocks_made(contestant):
        if _block_exists(contestant.pid, name):
            with contextlib.suppress(OSError, ImportError):
                _unlink_block(contestant.pid, name)


def _blocks_made(contestant: Contestant) -> set[str]:
    made = {what for kind, what in ledger.read(ledger_of(contestant)) if kind == "block"}
    # A ledger can be forged: names only, no paths.
    return {name for name in made if re.fullmatch(r"[\w-][\w.-]*", name)}


# ---- threads ------------------------------------------------------------------------------------


def _threads(pid: int) -> set[int]:
    if EXACT:
        with contextlib.suppress(OSError):
            return {int(name) for name in os.listdir(f"/proc/{pid}/task")}
        return set()
    with contextlib.suppress(psutil.Error):
        return {thread.id for thread in psutil.Process(pid).threads()}
    return set()


def _of_python(threads: set[int], contestant: Contestant, tidy: dict) -> set[int]:
    """Leave out threads that a library started below Python (they stay for the process's life)."""
    named = tidy.get("threads", {})
    known = {tid for tid in threads if str(_inner(contestant, tid)) in named}
    # Threads that Python runs without a name (by `_thread`) are among the others.
    unnamed = int(tidy.get("of_python", 0)) - len(named)
    return threads if unnamed > 0 else known


def _names(threads: set[int], contestant: Contestant, tidy: dict) -> list[str]:
    named = tidy.get("threads", {})
    inner = [str(_inner(contestant, tid)) for tid in sorted(threads)]
    return [str(named[tid]) for tid in inner if tid in named]


def _inner(contestant: Contestant, tid: int) -> int:
    return contestant.tree.inner.get(tid, tid)


# ---- processes and files ------------------------------------------------------------------------


def _unjoined(tidy: dict) -> set[int]:
    return {pid for pid in tidy.get("unjoined") or () if isinstance(pid, int)}


def _command(pid: int) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(psutil.Process(pid).cmdline())
    return ""


def _parent(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).ppid()
    return 0


def _is_over(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return True


def _strays(root: int) -> set[int]:
    """Processes that lost their parent: the zygote above the contestant has taken them over."""
    strays: set[int] = set()
    with contextlib.suppress(psutil.Error):
        for above in psutil.Process(root).parents():
            if above.pid == os.getpid():
                break
            strays |= {child.pid for child in above.children()}
        else:
            return set()
    return strays - {root}


def _files(pid: int, helpers: set[int]) -> dict[str, str]:
    if sys.platform == "linux":
        own = set()
        for helper in helpers:
            own |= {to for to in _links(helper).values() if to.startswith(("pipe:", "socket:"))}
        return {fd: to for fd, to in _links(pid).items() if to not in own}
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        found = {str(file.fd): file.path for file in process.open_files()}
        return found | {str(one.fd): f"socket:{one.fd}" for one in process.net_connections("all")}
    return {}


def _links(pid: int) -> dict[str, str]:
    links = {}
    with contextlib.suppress(OSError):
        for fd in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                links[fd] = str(Path(f"/proc/{pid}/fd/{fd}").readlink())
    return links


def _block_exists(root: int, name: str) -> bool:
    """Whether a shared memory block is still there, as the contestant sees the system."""
    if sys.platform == "linux":
        return os.path.lexists(f"/proc/{root}/root/dev/shm/{name}")
    try:
        import _posixshmem

        os.close(_posixshmem.shm_open(f"/{name}", os.O_RDONLY, mode=0o600))
    except (ImportError, OSError):
        return False
    return True


def _unlink_block(root: int, name: str) -> None:
    if sys.platform == "linux":
        Path(f"/proc/{root}/root/dev/shm/{name}").unlink()
        return
    import _posixshmem

    _posixshmem.shm_unlink(f"/{name}")
