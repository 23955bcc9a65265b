"""Decides `speedup`: whether a learner's function uses its workers as the reference does.

Round by round (see `rounds`) two ratios to the reference are looked at: workers at work at once,
as the smaller of two estimates (see `concurrency`), and CPU spent. Both are insensitive to other
programs' load. A sequential test with three answers (see `sequential`) says when it is clear;
rounds in which even the reference cannot show its concurrency, or which the judge could not see
well, are void. When nothing becomes clear the verdict is inconclusive.
"""

import math
import time
from collections.abc import Callable
from statistics import median

from parcours.judge import causes, evidence
from parcours.judge.entry import Entry
from parcours.judge.examples import not_written, show
from parcours.judge.processes import Ended
from parcours.judge.proctree import EXACT
from parcours.judge.rounds import Load, Pair, Round, same_answer
from parcours.judge.sequential import SequentialTest
from parcours.judge.verdict import Verdict

MAX_ROUNDS = 25
MAX_VOID = 25
MAX_SECONDS = 60.0
# Rounds on which a share of the points is based at least.
GRADED_ROUNDS = 7
# A ratio within a fifth of what is asked for lies on the line: exercises keep away from it.
BELOW, ABOVE = 0.82, 1.20
# Standard deviations of the log ratios of one round: no solution of `benchmarks/verdicts.py` had
# more under any load (concurrency 0.04 on average and 0.10 at most, CPU 0.04 and 0.12). The first
# is taken larger still, so that an unequal split near the line is looked at more often.
CONCURRENCY_SCATTER, COST_SCATTER = 0.125, 0.12


class Rule:
    """The evidence of the rounds so far, and what follows from it."""

    def __init__(self, workers: int, at_least: float):
        self.workers = workers
        self.at_least = at_least
        low, high = at_least * BELOW, min(1.0, at_least * ABOVE)
        self.concurrency = SequentialTest(low, high, CONCURRENCY_SCATTER)
        self.cost = SequentialTest(low, high, COST_SCATTER)
        self.rounds: list[Round] = []
        self.void: list[str] = []

    def add(self, one: Round) -> str:
        """Take in a round. Answers "pass", "fail" or "" (not clear yet)."""
        why_void = void_reason(one, self.workers)
        if why_void:
            self.void.append(why_void)
            return ""
        self.rounds.append(one)
        one.flags = causes.flags(one, self.workers)
        together = self.concurrency.add(one.learner.concurrency / one.reference.concurrency)
        cheap = self.cost.add(one.reference.cpu / max(1e-9, one.learner.cpu))
        flagged = sum(1 for r in self.rounds if r.flags)
        if self.sleepy() or (flagged >= 2 and flagged >= len(self.rounds) / 2):
            return "fail"
        if together < 0 or cheap < 0:
            return "fail"
        doubtful = max(flagged, self._idle_rounds())
        if together > 0 and cheap > 0 and (not doubtful or len(self.rounds) > 2 * doubtful + 2):
            return "pass"
        return ""

    def exhausted(self) -> bool:
        """Whether there were so many rounds that more of them would not help."""
        return len(self.rounds) >= MAX_ROUNDS or len(self.void) >= MAX_VOID

    def sleepy(self) -> bool:
        """Whether for a good part of most rounds nobody worked, where the reference did."""
        slow = self._idle_rounds()
        # Under load a sleep may go unseen in one round, and seem to be there in another.
        return slow >= 4 and 3 * slow >= 2 * len(self.rounds)

    def _idle_rounds(self) -> int:
        rounds = [r for r in self.rounds if r.learner.demand and r.reference.demand]
        if not rounds:
            return 0
        usual = median(
            r.reference.demand.cpu / max(1e-9, r.reference.demand.by_interval)
            + r.reference.demand.idle
            for r in rounds
        )
        return sum(r.learner.demand.idle - r.reference.demand.idle > 0.3 * usual for r in rounds)


def void_reason(one: Round, workers: int) -> str:
    """Why a round says nothing, "" when it counts."""
    reference, learner = one.reference, one.learner
    if reference.blind or learner.blind:
        return "the judge itself got too little CPU to watch"
    for turn in (reference, learner):
        if turn.demand is not None and turn.demand.cover < 0.7:
            return "the judge could look too rarely"
    shown = reference.demand.concurrency if reference.demand else reference.overlap
    if shown < 0.75 * workers:
        return f"even the reference showed {shown:.2f} of {workers} workers at once"
    return ""


def decide(
    entry: Entry,
    reference: Entry,
    *,
    call: Callable[[Load], tuple],
    workers: int,
    at_least: float,
    graded_from: float | None,
    seconds: float,
) -> Verdict:
    """Run rounds until it is clear whether the function reaches `at_least` of the reference."""
    begun = time.perf_counter()
    rule = Rule(workers, at_least)
    outcome = ""
    with Pair(reference, entry, call, workers, seconds) as pair:
        wrong = _warm_up(pair, entry.name)
        if wrong is not None:
            return wrong
        while not outcome and not rule.exhausted() and time.perf_counter() - begun < MAX_SECONDS:
            one = pair.round()
            if one.reference.answer.raised is not None:
                return Verdict.inconclusive(
                    f"The reference itself failed ({one.reference.answer.raised}): a person has to "
                    "look."
                )
            if not same_answer(one.reference.answer, one.learner.answer):
                return Verdict.fail(_wrong_result(entry.name, one))
            outcome = rule.add(one)
        while outcome == "fail" and graded_from and len(rule.rounds) < GRADED_ROUNDS:
            # A share of the points needs a number, not only a side of the line.
            if rule.add(pair.round()) == "pass":
                break
    return _verdict(rule, outcome, graded_from)


def _warm_up(pair: Pair, name: str) -> Verdict | None:
    """One small turn; answers a verdict when nothing is left to measure."""
    try:
        reference, learner = pair.warm_up()
    except Ended as ended:
        return Verdict.fail(f"`{name}` gave no answer: {ended}.")
    if learner.raised is not None:
        if learner.raised.kind == "NotImplementedError":
            return Verdict.fail(not_written(name))
        return Verdict.fail(f"`{name}` raised {learner.raised}.")
    if reference.raised is None and not same_answer(reference, learner):
        return Verdict.fail(
            f"`{name}` did not return the right results ({show(learner.value)}): its speed is not "
            "looked at."
        )
    return None


def _wrong_result(name: str, one: Round) -> str:
    answer = one.learner.answer
    if answer.raised is not None:
        return f"`{name}` raised {answer.raised}."
    return f"`{name}` did not return the right results in every round."


def graded_share(rule: Rule, graded_from: float | None) -> float:
    """The share of the points of a fail: 0 at `graded_from`, to 1 at `at_least`, in tenths.

    The lower end of the interval counts, rounded down, so that luck gives nothing.
    """
    if graded_from is None or any(r.flags for r in rule.rounds) or rule.sleepy():
        return 0.0
    reached = evidence.reached(rule.rounds)[0]
    share = (reached - graded_from) / (rule.at_least - graded_from)
    return max(0.0, min(0.9, math.floor(share * 10) / 10))


def _verdict(rule: Rule, outcome: str, graded_from: float | None) -> Verdict:
    if not rule.rounds:
        why = rule.void[-1] if rule.void else "there was no time for a round"
        return Verdict.inconclusive(
            f"This machine is too busy to measure speed: {why}. Try again when it is quieter.",
            evidence={"void rounds": len(rule.void)},
        )
    seen = evidence.summary(rule.rounds, len(rule.void))
    picture = evidence.picture(rule.rounds, rule.workers)
    if outcome == "pass":
        return Verdict.passed(
            causes.praise(rule.rounds, rule.workers), evidence=seen, picture=picture
        )
    if outcome == "fail":
        sentence, *details = causes.cause(rule.rounds, rule.workers, rule.sleepy())
        share = graded_share(rule, graded_from)
        return Verdict.fail(
            sentence, share=share, details=tuple(details), evidence=seen, picture=picture
        )
    return Verdict.inconclusive(
        f"After {len(rule.rounds)} rounds it is not clear whether this reaches "
        f"{rule.at_least:.0%} of the reference.",
        details=() if EXACT else ("This system does not tell waiting for a CPU from sleeping.",),
        evidence=seen,
        picture=picture,
    )
