"""Whose turn it is: one thread runs, and each says what it is about to do before it does it.

    scheduler.switch(me, Step("acquire", lock))     # comes back when the lock can be taken

A thread whose next step cannot be done is not able to go on; when no thread is, that is a deadlock,
for certain. Timeouts pass only when nobody else can go on, so no time is ever waited for. What goes
on, where several could, is chosen by a strategy: `decisions` are the choices that it made.
"""

import _thread
import sys
import threading
from typing import Any

from parcours.judge.exploring.sharing import Sharing
from parcours.judge.exploring.steps import (
    Decision,
    Diverged,
    Ending,
    Step,
    Strand,
    Strategy,
    is_idle,
)

SECOND = 1_000_000_000
MOST_STEPS = 10_000  # decisions and accesses of one run: more is taken for a loop without end
MOST_TICKS = 400_000
PATIENCE = 300  # steps that one thread may do alone while others could go on
get_ident = _thread.get_ident


class Scheduler:
    """All runs of a process: `reset` begins one, `how` says how it ended."""

    def __init__(self) -> None:
        self.recorder: Any = None
        self.traced: Any = lambda code: False
        self.runs = 0
        self._by_ident: dict[int, Strand] = {}
        self.reset(None, frozenset(), None)

    def reset(self, strategy: Strategy | None, racy: frozenset, recorder: Any) -> None:
        """Begin a run: `racy` are the sites at which it may be chosen who goes on."""
        self.runs += 1
        self.strategy, self.racy, self.recorder = strategy, racy, recorder
        self.strands: list[Strand] = []
        self.decisions: list[Decision] = []
        self._sharing = Sharing()
        self.how, self.culprit, self.error = "", None, None
        self.blocked: list[Strand] = []
        self.ending = self.quiet = False
        self.now = self.steps = self.ticks = self._streak = 0
        self.over = _thread.allocate_lock()
        self.over.acquire()
        self.idle_notifies: list[Any] = []
        self._by_ident.clear()

    @property
    def found_racy(self) -> frozenset:
        """The sites at which this run touched what threads share without a common lock."""
        return frozenset(self._sharing.sites)

    # ---- threads --------------------------------------------------------------------------------

    def current(self) -> Strand | None:
        """The strand of the calling thread, when it is to be controlled now."""
        strand = self._by_ident.get(get_ident())
        return None if strand is None or strand.unseen else strand

    def new_strand(self, name: str, thread: threading.Thread, daemon: bool) -> Strand:
        strand = Strand(self, len(self.strands), name, daemon)
        strand.thread = thread
        self.strands.append(strand)
        return strand

    def begin(self, strand: Strand) -> None:
        """The first act of a strand's thread: wait for its first turn."""
        strand.ident = get_ident()
        self._by_ident[strand.ident] = strand
        strand.baton.acquire()
        if self.ending:
            raise Ending

    def end(self, strand: Strand, error: BaseException | None) -> None:
        """The last act of a strand's thread."""
        if self.recorder is not None and not self.ending:
            self.recorder.settle(strand)
        strand.done = True
        self._by_ident.pop(strand.ident, None)
        if self.ending:
            return
        if error is not None and not isinstance(error, SystemExit):
            self.error = error
            self.finish("exception", strand)
            return
        if all(s.done or s.daemon or is_idle(s) for s in self.strands):
            self.finish("done", None)
            return
        following = self._choose(None)
        if following is not None:
            following.baton.release()

    # ---- where control may change hands ---------------------------------------------------------

    def switch(self, me: Strand, step: Step) -> None:
        """Announce a step and come back when it is this thread's turn to do it."""
        self.check(me)
        me.pending = step
        step.frame = self.learners_frame() if step.frame is None else step.frame
        if self.recorder is not None:
            self.recorder.settle(me)
        following = self._choose(me)
        if following is not me:
            if following is not None:
                following.baton.release()
            me.baton.acquire()
            self.check(me)
        me.last = step
        if step.kind == "join":
            step.object.joined = step.object.done
        for strand in self.strands:
            strand.yields_to.discard(me)
        if step.kind == "sleep":
            me.yields_to = {s for s in self.strands if s is not me and self._is_able(s)}
            if step.deadline is not None:
                self.now = max(self.now, step.deadline)
        if self.recorder is not None:
            self.recorder.note(me, step)

    def check(self, me: Strand) -> None:
        """Unwind when the run is over."""
        if self.ending:
            me.endings += 1
            if me.endings > 50:  # it catches everything: it stays where it is
                lock = _thread.allocate_lock()
                lock.acquire()
                lock.acquire()
            raise Ending

    def touch(self, me: Strand, step: Step) -> None:
        """A step of the learner's code that touches variables: a switch where that matters."""
        self.check(me)
        # Before the others start and after they are joined, nobody else can see it.
        others = (s for s in self.strands if s is not me and not s.joined)
        if not self.quiet and any(s.done or s.pending.kind != "join" for s in others):
            self._sharing.learn(me, step)
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.finish("endless", me)
            self.check(me)
        me.alone += 1
        if step.site.key in self.racy or self.recorder is not None:
            self.switch(me, step)
        elif me.alone > PATIENCE:
            me.alone = 0
            self.switch(me, Step("sleep"))

    def tick(self, me: Strand) -> None:
        """A loop went round."""
        self.check(me)
        self.ticks += 1
        if self.ticks > MOST_TICKS:
            self.finish("endless", me)
            self.check(me)

    # ---- what `virtual_now` asks of a scheduler -------------------------------------------------

    def look(self) -> int:
        """What time it is; who asks gets a later answer each time."""
        self.now += 1000
        return self.now

    def pause(self) -> None:
        """`time.sleep(0)`."""
        self.wait(self.now)

    def wait(self, deadline: int) -> None:
        """`time.sleep`: lets the others go on, but puts nobody in order."""
        step = Step("sleep")
        step.deadline = deadline
        self.switch(self._by_ident[get_ident()], step)

    # ---- whose turn it is -----------------------------------------------------------------------

    def _is_able(self, strand: Strand) -> bool:
        if strand.done:
            return False
        step = strand.pending
        if step.kind in ("acquire", "wait"):
            return step.object.is_free_for(strand)
        if step.kind == "join":
            return step.object.done
        return True

    def _able(self) -> list[Strand]:
        able = [strand for strand in self.strands if self._is_able(strand)]
        if len(able) > 1:
            for strand in able:
                strand.yields_to &= set(able)
            return [strand for strand in able if not strand.yields_to] or able
        return able

    def _choose(self, me: Strand | None) -> Strand | None:
        """Who goes on; None: the run is over."""
        able = self._able()
        while not able:
            if not self._time_out():
                left = [s for s in self.strands if not (s.done or s.daemon or is_idle(s))]
                if left:
                    self.blocked = left
                    self.finish("deadlock", None)
                else:
                    self.finish("done", None)
                return None
            able = self._able()
        self.steps += 1
        if self.steps > MOST_STEPS:
            self.finish("endless", me)
            return None
        current = me if me in able else None
        sleeps = current is not None and current.pending.kind == "sleep"
        if current is not None and not sleeps:
            self._streak += 1
            if self._streak > PATIENCE and len(able) > 1:
                current.yields_to = set(able) - {current}
                able, current, self._streak = [s for s in able if s is not me], None, 0
        if len(able) == 1:
            chosen = able[0]
        elif current is not None and not self._matters(current.pending):
            return current
        else:
            try:
                chosen = self.strategy.pick(able, current)
            except Diverged:
                self.finish("diverged", me)
                return None
            number = None if current is None else current.number
            numbers = tuple(s.number for s in able)
            self.decisions.append(Decision(numbers, number, chosen.number, sleeps))
        if chosen is not me:
            self._streak = 0
            if me is not None:
                me.alone = 0
        return chosen

    def _matters(self, step: Step) -> bool:
        """Whether another order of this step and the others' can make a difference."""
        if step.site is not None:
            return step.site.key in self.racy
        return step.kind in ("acquire", "begin", "sleep", "try")

    def _time_out(self) -> bool:
        """Nobody can go on: the earliest timeout passes."""
        timed = [s for s in self.strands if not s.done and s.pending.deadline is not None]
        if not timed:
            return False
        strand = min(timed, key=lambda s: (s.pending.deadline, s.number))
        self.now = max(self.now, strand.pending.deadline)
        strand.timed_out = True
        late = Step("timeout", strand.pending.object)
        late.frame = strand.pending.frame
        strand.pending = late
        return True

    # ---- the end --------------------------------------------------------------------------------

    def finish(self, how: str, culprit: Strand | None) -> None:
        """The run is over: everybody else unwinds, one at a time (see `runs`)."""
        if not self.how:
            self.how, self.culprit = how, culprit
            self.ending = True
            self.over.release()

    def learners_frame(self) -> Any:
        """The innermost frame of the learner's code in the calling thread."""
        frame = sys._getframe(2)
        while frame is not None and not self.traced(frame.f_code):
            frame = frame.f_back
        return frame
