"""The process in which labs run their experiments: `python -m parcours.labs.runner PARENT`.

It reads one plan a line from standard input, as JSON, and answers with lines of JSON on standard
output, while the run goes on:

    {"ready": {"python": "3.14.0", "gil": true, "cores": 2}}     once, when it is warm
    {"begun": 123.4}                                              the run's first moment
    {"spans": [["home:71/main", "cpu", 123.4, 123.5, "1"]]}       about 25 times a second
    {"points": [[0.001, 0.1, 0.05, 0.02]]}                        instead, from Break-even
    {"ended": 124.9}                                              the run's last moment
    {"error": "..."}                                              instead, when it went wrong

So the notebook's kernel stays free and Stop can end everything at once. The runner leads a process
group of its own, and takes all of it along when the pipe closes, when PARENT is gone, or when it
has had nothing to do for a while: nothing is left behind, however the kernel ends.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from parcours.labs import executors, overhead
from parcours.labs.overhead import BreakEvenPlan
from parcours.labs.plan import Plan
from parcours.labs.tasks import pieces_per_second
from parcours.machine import gil_enabled, usable_cores

EXPERIMENTS: dict[type, tuple[str, Callable]] = {
    Plan: ("spans", executors.run),
    BreakEvenPlan: ("points", overhead.run),
}
"""For each lab's plans: what its messages are called, and what runs them."""

IDLE_SECONDS = 120
_PUMP_SECONDS = 0.04
_WATCH_SECONDS = 0.5


def main() -> None:
    watch_parent(int(sys.argv[1]))
    plans: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(plans,), name="listen", daemon=True).start()
    pieces_per_second()
    executors.warm_up()
    _say(ready={"python": sys.version.split()[0], "gil": gil_enabled(), "cores": usable_cores()})
    while True:
        try:
            line = plans.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            leave()
        try:
            _run_and_tell(_plan(json.loads(line)).checked())
        except Exception as error:
            _say(error=f"{type(error).__name__}: {error}")


def _plan(message: dict[str, dict]) -> NamedTuple:
    """The plan in a message: its type's name and its fields."""
    kinds = {kind.__name__: kind for kind in EXPERIMENTS}
    ((name, fields),) = message.items()
    return kinds[name](**fields)


def _run_and_tell(plan: NamedTuple) -> None:
    what, run = EXPERIMENTS[type(plan)]
    done: list[tuple] = []
    ended = threading.Event()

    def pump() -> None:
        told = 0
        last = False
        while not last:
            last = ended.wait(_PUMP_SECONDS)
            # Appending is atomic and nothing is taken away: what is there can be read unlocked.
            fresh = done[told : len(done)]
            told += len(fresh)
            if fresh:
                _say(**{what: fresh})

    pumping = threading.Thread(target=pump, name="pump", daemon=True)
    pumping.start()
    _say(begun=time.perf_counter())
    try:
        run(plan, done.append)
        moment = time.perf_counter()
    finally:
        ended.set()
        pumping.join()
    _say(ended=moment)


def _say(**message: object) -> None:
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except OSError:
        leave()


def _listen(plans: queue.SimpleQueue) -> None:
    for line in sys.stdin:
        plans.put(line)
    leave()


def watch_parent(parent: int) -> None:
    """End this process and its children when `parent` has ended.

    The closing of the pipe tells it too, but not while a forked child of the parent holds it open.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        leave()

    if os.name == "posix":
        threading.Thread(target=watch, name="watch", daemon=True).start()


def leave() -> None:
    """End this process and all that it has started, at once."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        # Not SIGKILL: multiprocessing's tracker ignores this one, frees semaphores, and ends.
        os.killpg(os.getpid(), signal.SIGTERM)
    else:
        import psutil

        for child in psutil.Process().children(recursive=True):
            child.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
