"""From the evidence of the rounds to one sentence that the learner can act on."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from parcours.judge.concurrency import most_at_once
from parcours.judge.rounds import Round, Turn
from parcours.machine import gil_enabled


def flags(one: Round, workers: int) -> list[str]:
    """What a fair round never shows: too many workers, other priorities, work between the turns."""
    turn = one.learner
    found = []
    used = worker_count(turn, one.items)
    if used > workers:
        found.append(f"{used} workers were at work at once, {workers} were asked for.")
    if turn.niceness - one.reference.niceness:
        found.append("The priority of the process was changed.")
    if turn.leaked > 0.02:
        found.append(f"{turn.leaked:.2f} s of CPU were used between the calls.")
    if len(turn.records) < one.items:
        found.append(f"The work was done {len(turn.records)} times for {one.items} items.")
    return found


def worker_count(turn: Turn, items: int) -> int:
    """How many workers did the work at once; by CPU use where the records do not tell all."""
    gil = gil_enabled()
    recorded = most_at_once(turn.records, gil)
    if turn.demand is None or not gil or len(turn.records) >= items:
        return recorded
    return max(recorded, turn.demand.worker_processes())


def praise(rounds: Sequence[Round], workers: int) -> str:
    """The sentence of a pass."""
    return (
        f"Your {workers} workers were busy together: {_mean(rounds):.2f} at work at once on "
        f"average, the reference reaches {median(r.reference.concurrency for r in rounds):.2f}."
    )


def cause(rounds: Sequence[Round], workers: int, sleepy: bool) -> list[str]:
    """The likely cause of a fail: one sentence, then what to look at next."""
    flagged = [r.flags[0] for r in rounds if r.flags]
    turns = [r.learner for r in rounds]
    items = rounds[0].items
    calls = median(len(t.records) for t in turns)
    processes = median(len({record.pid for record in t.records}) for t in turns)
    threads = median(len({record.thread for record in t.records}) for t in turns)
    if flagged and len(flagged) >= len(rounds) / 2:
        return [Counter(flagged).most_common(1)[0][0]]
    if calls > 1.5 * items:
        return [f"The work was done {calls:.0f} times for {items} items: most of it is wasted."]
    if sleepy:
        return ["For a good part of the time nobody worked: is there a sleep or a needless wait?"]
    if threads == 1:
        return [
            f"One worker did all {items} items, one after the other.",
            "Does the pool have more than one worker, and more than one piece of work?",
        ]
    if processes == 1 and gil_enabled():
        return [
            f"{threads:.0f} threads of one process did the work, and threads share the GIL: only "
            "one of them runs Python code at a time.",
            "For computing, this Python needs processes.",
        ]
    share = median(_largest_share(t) for t in turns)
    together = _mean(rounds)
    kind = "processes" if processes > 1 else "threads"
    used = processes if processes > 1 else threads
    if together < 1.3 and share < 0.7:
        return [
            f"Your {used:.0f} {kind} took turns: hardly ever were two of them at work at once.",
            "Is each result waited for before the next piece of work is handed out?",
        ]
    if used < workers:
        return [f"Only {used:.0f} of {workers} workers did any work."]
    if share > 1.15 / workers:
        return [
            f"One worker did {share:.0%} of the work, the others waited for it.",
            "Are the pieces of equal size, and are there enough of them?",
        ]
    extra = median(r.learner.cpu / r.reference.cpu for r in rounds)
    if extra > 1.2:
        return [
            f"The work overlaps, but costs {extra:.1f} times the CPU time of the reference.",
            "Is a new pool made for every piece, or is each piece too small?",
        ]
    return [f"Only {together:.2f} workers were at work at once on average, of {workers}."]


def _mean(rounds: Sequence[Round]) -> float:
    return median(r.learner.concurrency for r in rounds)


def _largest_share(turn: Turn) -> float:
    by_worker: Counter[int] = Counter()
    gil = gil_enabled()
    for record in turn.records:
        by_worker[record.pid if gil else record.thread] += record.cpu
    total = sum(by_worker.values())
    return max(by_worker.values()) / total if total else 0.0
