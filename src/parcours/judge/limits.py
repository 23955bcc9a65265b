"""What a contestant may use at most: set in the contestant itself before a learner's code runs.

Hard limits of the kernel (POSIX): what is too much for one process fails there with an ordinary
Python exception. What is too much for the whole tree is seen by the judge (see `excess`).
"""

import contextlib

from parcours.judge.proctree import ProcessTree, memory_of

GIB = 1 << 30
PROCESS_MEMORY = 4 * GIB
TREE_MEMORY = 4 * GIB
FILE_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 300
PROCESSES = 100


def apply() -> None:
    """Limit this process and all that it starts. Does nothing where the system has no limits."""
    try:
        import resource
    except ImportError:
        return
    for name, amount in (
        ("RLIMIT_DATA", PROCESS_MEMORY),
        ("RLIMIT_FSIZE", FILE_BYTES),
        ("RLIMIT_CPU", CPU_SECONDS),
        ("RLIMIT_CORE", 0),
    ):
        limit = getattr(resource, name, None)
        if limit is None:
            continue
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(limit)[1]
            allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
            resource.setrlimit(limit, (allowed, allowed))


def excess(tree: ProcessTree) -> str:
    """What the whole tree uses too much of, in words; "" when nothing."""
    pids = tree.processes()
    if len(pids) > PROCESSES:
        return f"it started more than {PROCESSES} processes"
    if memory_of(pids) > TREE_MEMORY:
        return f"it used more than {TREE_MEMORY // GIB} GiB of memory"
    return ""
