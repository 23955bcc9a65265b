"""From verdicts, live and replayed, to rates; and whether the figures of the design hold.

found = Findings.of(lines, replayed)
found.tally("live", rule=OURS, load="idle").wrong.text()
found.missed()            # sentences; none when all figures hold
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median, stdev
from typing import Any

from rates import Rate, percent
from recorded import WORKERS, Taped
from rules import OURS, Decided

from parcours.judge.speedup import void_reason

WRONG_REPLAYED, INCONCLUSIVE, SECONDS_IDLE, IN_FLIGHT_IDLE = 1e-3, 0.02, 4.0, 1.0
NEVER = Rate(0, 0)


@dataclass
class Replayed:
    """What a rule decided when it was given the rounds of one solution under one load again."""

    rule: str
    name: str
    kind: str
    load: str
    tapes: list[Taped]
    decided: list[Decided]


@dataclass
class Tally:
    """Verdicts counted: failed right ones, passed wrong ones, inconclusive ones of these two."""

    right_failed: Rate = NEVER
    wrong_passed: Rate = NEVER
    inconclusive: Rate = NEVER
    passed: Rate = NEVER
    rounds: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def wrong(self) -> Rate:
        return self.right_failed + self.wrong_passed

    def add(self, kind: str, decided: Iterable[Decided]) -> None:
        for outcome, rounds, seconds in decided:
            self.rounds.append(rounds)
            self.seconds.append(seconds)
            self.passed += Rate(outcome == "pass", 1)
            if kind == "right":
                self.right_failed += Rate(outcome == "fail", 1)
            elif kind == "wrong":
                self.wrong_passed += Rate(outcome == "pass", 1)
            if kind != "borderline":
                self.inconclusive += Rate(outcome == "inconclusive", 1)

    def plain(self) -> dict[str, Any]:
        rates = {
            name: {"count": rate.count, "of": rate.of, "interval": rate.interval()}
            for name in ("right_failed", "wrong_passed", "wrong", "inconclusive")
            for rate in (getattr(self, name),)
        }
        if not self.rounds:
            return rates
        return {
            **rates,
            "rounds": {"median": median(self.rounds), "max": max(self.rounds)},
            "seconds": {"median": median(self.seconds), "max": max(self.seconds)},
        }


@dataclass
class Scatter:
    """Ratios to the reference, round by round, of one solution under one load.

    share, cost: median of concurrency and of 1 / CPU; spreads: deviations of their logarithms.
    """

    name: str
    kind: str
    load: str
    rounds: int
    void: int
    share: float
    share_spread: float
    cost: float
    cost_spread: float


@dataclass
class Findings:
    """All that was measured: `live` lines of both checks, and what was replayed."""

    live: list[dict[str, Any]]
    replayed: list[Replayed]
    cut_short: list[dict[str, Any]]

    @classmethod
    def of(cls, lines: list[dict[str, Any]], replayed: list[Replayed]) -> "Findings":
        return cls(
            [line for line in lines if "outcome" in line],
            replayed,
            [line for line in lines if "cut short" in line],
        )

    @property
    def loads(self) -> list[str]:
        lines = [line["load"] for line in self.live] + [one.load for one in self.replayed]
        return list(dict.fromkeys(lines))

    @property
    def rules(self) -> list[str]:
        return list(dict.fromkeys(one.rule for one in self.replayed))

    def tally_live(
        self, check: str, load: str | None = None, name: str | None = None, off_line: bool = True
    ) -> Tally:
        """Live verdicts of a check; those on borderline solutions only with `off_line` False."""
        tally = Tally()
        for line in self.live:
            left_out = off_line and line["kind"] == "borderline"
            meant = _meant(line["load"], load) and _meant(line["name"], name)
            if line["check"] == check and meant and not left_out:
                tally.add(line["kind"], [(line["outcome"], line["rounds"], line["seconds"])])
        return tally

    def tally_replayed(
        self, rule: str, load: str | None = None, name: str | None = None, off_line: bool = True
    ) -> Tally:
        """Replayed verdicts of a rule; borderline solutions as in `tally_live`."""
        tally = Tally()
        for one in self.replayed:
            left_out = off_line and one.kind == "borderline"
            meant = _meant(one.load, load) and _meant(one.name, name)
            if one.rule == rule and meant and not left_out:
                tally.add(one.kind, one.decided)
        return tally

    def solutions(self) -> dict[str, str]:
        """Name -> kind of the solutions to `speedup`."""
        return {one.name: one.kind for one in self.replayed} | {
            line["name"]: line["kind"] for line in self.live if line["check"] == "speedup"
        }

    def scatter(self) -> list[Scatter]:
        return [_scatter(one) for one in self.replayed if one.rule == OURS]

    def missed(self) -> list[str]:
        """The figures that do not hold, a sentence each."""
        live, replayed = self.tally_live("speedup"), self.tally_replayed(OURS)
        flying = self.tally_live("in_flight")
        found = []
        if live.wrong.count:
            found.append(f"{live.wrong.count} of {live.wrong.of} live verdicts were wrong.")
        if replayed.wrong.value >= WRONG_REPLAYED:
            found.append(f"{percent(replayed.wrong.value)} of the replayed verdicts were wrong.")
        # One of few live verdicts proves nothing about 2 %: only what cannot be chance counts.
        if live.inconclusive.interval()[0] > INCONCLUSIVE and live.inconclusive.of:
            found.append(f"{live.inconclusive.text()} of the live verdicts were inconclusive.")
        if replayed.inconclusive.value >= INCONCLUSIVE:
            rate = percent(replayed.inconclusive.value)
            found.append(f"{rate} of the replayed verdicts were inconclusive.")
        idle = self.tally_live("speedup", load="idle").seconds
        if idle and median(idle) >= SECONDS_IDLE:
            found.append(f"the median verdict took {median(idle):.1f} s on an idle machine.")
        if flying.wrong.count or flying.inconclusive.count:
            unlike = flying.wrong.count + flying.inconclusive.count
            found.append(f"{unlike} of {flying.wrong.of} in_flight verdicts were not right.")
        idle = self.tally_live("in_flight", load="idle").seconds
        if idle and median(idle) >= IN_FLIGHT_IDLE:
            found.append(f"the median in_flight verdict took {median(idle):.1f} s when idle.")
        return found

    def plain(self) -> dict[str, Any]:
        """All of it for JSON."""
        both = [None, *self.loads]
        return {
            "live": {
                check: {load or "all": self.tally_live(check, load).plain() for load in both}
                for check in ("speedup", "in_flight")
            },
            "replayed": {
                rule: {load or "all": self.tally_replayed(rule, load).plain() for load in both}
                for rule in self.rules
            },
            "scatter": [vars(one) for one in self.scatter()],
            "missed": self.missed(),
        }


def _meant(value: str, wanted: str | None) -> bool:
    return wanted in (None, value)


def _scatter(one: Replayed) -> Scatter:
    counting = [t.round for t in one.tapes if not void_reason(t.round, WORKERS)]
    shares = [
        math.log(max(0.01, r.learner.concurrency / r.reference.concurrency)) for r in counting
    ]
    costs = [math.log(r.reference.cpu / max(1e-9, r.learner.cpu)) for r in counting]
    many = len(counting) > 1
    return Scatter(
        one.name,
        one.kind,
        one.load,
        len(one.tapes),
        len(one.tapes) - len(counting),
        math.exp(median(shares)) if shares else math.nan,
        stdev(shares) if many else math.nan,
        math.exp(median(costs)) if costs else math.nan,
        stdev(costs) if many else math.nan,
    )


def pooled(spreads: Iterable[float]) -> float:
    """Standard deviations of groups of one size as one: the root of their mean square."""
    known = [spread for spread in spreads if not math.isnan(spread)]
    return math.sqrt(sum(s * s for s in known) / len(known)) if known else math.nan


def by_load(scatters: Iterable[Scatter]) -> dict[str, list[Scatter]]:
    groups: dict[str, list[Scatter]] = defaultdict(list)
    for one in scatters:
        groups[one.load].append(one)
    return groups
