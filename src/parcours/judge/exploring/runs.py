"""One run: make the object, start the threads, wait for them, ask the invariant.

    runs = Runs(make, [SafeCounter], threads, invariant, result, is_traced)
    run = runs.one(Ordered())           # Run(how="done", ...)

All of it happens in threads of the scenario, also making and asking, so that a lock that was never
given back shows there too. Everything that is unwound afterwards is unwound one at a time.
"""

import contextlib
import gc
import io
import random
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from parcours.judge.exploring import tracing
from parcours.judge.exploring.locks import scheduler
from parcours.judge.exploring.memento import Memento
from parcours.judge.exploring.record import Recorder, library_call, looks
from parcours.judge.exploring.steps import Decision, Step, Strategy
from parcours.judge.exploring.threads import adopt, install, real_join, real_start, run_strand


class Run(NamedTuple):
    """How one run went.

    how: "done", "invariant", "differs", "exception", "deadlock", "endless" or "diverged"; why: what
    the invariant said; blocked: for a deadlock, who waits for what; rows: only of a recorded run.
    """

    how: str
    decisions: tuple[Decision, ...]
    racy: frozenset
    why: str = ""
    result: str = ""
    error: BaseException | None = None
    culprit: int | None = None
    blocked: tuple[dict[str, Any], ...] = ()
    lost: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[int, ...]:
        return tuple(decision.chosen for decision in self.decisions)


class Everyone:
    """All threads of a scenario, to be joined as one."""

    name = "all threads"
    number = None

    def __init__(self, threads: Sequence[threading.Thread]):
        self._strands = [thread._strand for thread in threads]

    @property
    def done(self) -> bool:
        return all(strand.done for strand in self._strands)

    @property
    def joined(self) -> bool:
        return self.done

    @joined.setter
    def joined(self, value: bool) -> None:
        for strand in self._strands:
            strand.joined = value


class Runs:
    """All runs of one scenario in this process; made once."""

    def __init__(
        self,
        make: Callable[[], Any],
        roots: Sequence[Any],
        threads: Sequence[Callable[[Any], Any]],
        invariant: Callable[[Any], Any] | None,
        result: Callable[[Any], Any] | None,
        is_traced: Callable[[Any], bool],
        names: dict[str, Any] | None = None,
        thread_names: Sequence[str] = (),
    ):
        self._make, self._threads, self._invariant, self._result = make, threads, invariant, result
        self._names = list(thread_names) or [f"thread {n}" for n in range(1, len(threads) + 1)]
        roots = [*roots, *threads, invariant, result]
        adopt([*roots, names or {}], install())
        tracing.use(is_traced)
        self._memento = Memento([root for root in roots if root is not None])
        self.first_result: str | None = None
        gc.disable()

    def one(self, strategy: Strategy, racy: frozenset = frozenset(), record: bool = False) -> Run:
        """Do one run."""
        control = scheduler()
        self._memento.restore()
        random.seed(20_000)
        recorder = Recorder(control) if record else None
        control.reset(strategy, racy, recorder)
        self._said: dict[str, Any] = {}
        main = threading.Thread(target=lambda: run_strand(strand, self._play), name="main")
        strand = control.new_strand("main", main, daemon=False)
        main._strand = strand
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            real_start(main)
            strand.baton.release()
            control.over.acquire()
            run = self._result_of(control, recorder)
            self._unwind(control)
        return run

    def _play(self) -> None:
        control = scheduler()
        state = self._make()
        threads = [
            threading.Thread(target=function, args=(state,), name=name)
            for function, name in zip(self._threads, self._names, strict=True)
        ]
        for thread in threads:
            thread.start()
        if threads:
            # In one step: that a part of them has ended is no moment at which anything happens.
            control.switch(control.current(), Step("join", Everyone(threads)))
        control.quiet = True
        if self._invariant is not None:
            try:
                answer = self._invariant(state)
            except AssertionError as error:
                answer = str(error) or False
            if answer is False or isinstance(answer, str):
                self._said["invariant"] = answer or ""
        if self._result is not None:
            self._said["result"] = looks(self._result(state), depth=6)
        elif self._invariant is not None or not threads:
            self._said["value"] = looks(state, depth=6) if not threads else ""

    def _result_of(self, control: Any, recorder: Recorder | None) -> Run:
        how, why = control.how, ""
        result = self._said.get("result", "")
        if how == "done" and "invariant" in self._said:
            how, why = "invariant", self._said["invariant"]
        elif how == "done" and "result" in self._said:
            if self.first_result is None:
                self.first_result = result
            elif result != self.first_result:
                how = "differs"
        blocked, lost = (), False
        if how == "deadlock":
            blocked, lost = _blocked(control, recorder)
        return Run(
            how,
            tuple(control.decisions),
            frozenset(control.found_racy),
            why,
            result,
            control.error,
            None if control.culprit is None else control.culprit.number,
            blocked,
            lost,
            tuple(recorder.rows) if recorder is not None else (),
            tuple(strand.name for strand in control.strands),
        )

    def _unwind(self, control: Any) -> None:
        control.recorder = None
        control.ending = True
        for strand in list(control.strands):
            if strand.thread.ident is not None:
                with contextlib.suppress(RuntimeError):
                    strand.baton.release()
                # Also one that has ended: a thread that nobody joined keeps its stack.
                real_join(strand.thread, 1.0)


def _blocked(control: Any, recorder: Recorder | None) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Who waits where, for what, and for whom; and whether a notify came when nobody waited."""
    found, lost = [], False
    frames = sys._current_frames()
    for strand in control.blocked:
        step = strand.pending
        entry: dict[str, Any] = {"who": strand.number, "for": "", "holder": None, "what": ""}
        if step.frame is not None:
            entry["file"], entry["line"] = step.frame.f_code.co_filename, step.frame.f_lineno
            entry["function"] = step.frame.f_code.co_name
        entry["what"] = library_call(frames.get(strand.ident), control.traced)
        if step.kind == "join":
            entry["for"], entry["holder"] = step.object.name, step.object.number
            entry["what"] = "join"
        elif step.kind == "wait":
            # In a queue or pool that is its own matter: what came is kept there.
            unheard = step.object.condition in control.idle_notifies
            lost = lost or (unheard and not entry["what"])
            entry["what"] = entry["what"] or "Condition.wait"
            if recorder is not None:
                entry["for"] = recorder.locks.name(step.object.condition, step.frame)
        else:
            holder = step.object.holder()
            entry["holder"] = getattr(holder, "number", None)
            if recorder is not None:
                entry["for"] = recorder.locks.name(step.object, step.frame)
        entry["kind"] = step.kind
        found.append(entry)
    return tuple(found), lost
