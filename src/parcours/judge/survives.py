"""Decides `survives`: what becomes of the tasks when workers die, hang or raise.

The faults are in the judge's own tasks (see `faulty_gate`), so that it is known exactly which task
ran how often and in which process. A learner's time limits are seconds on the wall: a run in which
the machine kept the processes waiting is not held against them but repeated.
"""

from collections.abc import Callable, Sequence
from typing import Any

from parcours.judge.codec import Raised
from parcours.judge.entry import Entry
from parcours.judge.examples import Case, judge_answer, not_written, show, what_is_tried
from parcours.judge.faulty import Fault
from parcours.judge.faulty_gate import FaultyGate, Tasks
from parcours.judge.leaves_nothing import in_words
from parcours.judge.leftovers import Held, left_since, look
from parcours.judge.processes import Answer, Ended, Hung
from parcours.judge.verdict import Verdict

RUNS = 3
# Seconds without a CPU in one run from which on a learner's time limit may have run out by that.
STARVED = 0.25


def decide(
    entry: Entry,
    faults: Sequence[Fault],
    *,
    call: Callable[[Tasks], Case],
    tasks: int,
    workers: int,
    retries: int,
    seconds: float,
) -> Verdict:
    """Run the function over tasks with faults; again when the machine was too busy to tell."""
    for _ in range(RUNS):
        with entry.contestant() as contestant:
            folder = contestant.new_folder("gate")
            gate = FaultyGate(folder, tasks, faults, retries, workers)
            try:
                told, answer = _run(entry, contestant, gate, call, seconds)
            finally:
                gate.close()
        evidence = _evidence(gate)
        if not told:
            return Verdict.passed(_praise(entry.name, gate), evidence=evidence)
        if gate.starved < STARVED or not _may_be_late(gate, answer):
            return Verdict.fail(told[0], details=told[1:], evidence=evidence)
    return Verdict.inconclusive(
        f"Too busy to judge `{entry.name}`: its processes waited {gate.starved:.1f} s for a CPU, "
        "and its own time limits may have run out by that.",
        evidence=evidence,
    )


def _run(
    entry: Entry,
    contestant: Any,
    gate: FaultyGate,
    call: Callable[[Tasks], Case],
    seconds: float,
) -> tuple[list[str], Answer | None]:
    """What is wrong with one run (a sentence, and what to look at next), and its answer."""
    case = call(Tasks(gate.address, gate.results))
    before = look(contestant)
    try:
        answer = contestant.call(
            entry.key,
            case.args,
            case.kwargs,
            seconds=seconds,
            through=case.through,
            meanwhile=gate.watch,
        )
    except Ended as ended:
        return _no_answer(entry.name, contestant.pid, gate, ended), None
    told = _wrong_answer(entry.name, gate, case, answer)
    return told or _left(entry.name, gate, left_since(before, contestant)), answer


def _wrong_answer(name: str, gate: FaultyGate, case: Case, answer: Answer) -> list[str]:
    if answer.raised is not None and answer.raised.kind == "NotImplementedError":
        return [not_written(name)]
    if not gate.attempts:
        return ["No task was run at all."]
    if case.expects_anything:
        told = judge_answer(name, what_is_tried(name, case), answer, case)
        wrong = [told] if told else []
    else:
        wrong = _wrong_list(name, gate, answer)
    if (index := gate.too_often()) is not None:
        return [
            f"Task {index + 1} of {gate.count} was tried {gate.tries[index]} times, "
            f"{gate.retries + 1} are allowed."
        ]
    return wrong


def _left(name: str, gate: FaultyGate, left: Held) -> list[str]:
    """What is left running, [] when nothing is. What is left open is another check's claim."""
    running = Held(running=left.running, threads=left.threads, names=left.names)
    if not running:
        return []
    hanging = [f"Task {one.index + 1} still hangs in it." for one in gate.hanging()]
    return [f"`{name}` returned, but {in_words(running)[0]}.", *hanging, _END_THEM]


def _may_be_late(gate: FaultyGate, answer: Answer | None) -> bool:
    """Whether the learner's time limit may have ended a task that the judge had let go on."""
    if answer is None:
        return False
    items = answer.value if isinstance(answer.value, list) else [answer.raised]
    errors = [item for item in items if isinstance(item, Raised)]
    limits = any("Timeout" in kind for error in errors for kind in error.kinds)
    ended = any(one.fate == "gone" and not one.spared for one in gate.attempts)
    return bool(errors) and (limits or ended)


_END_THEM = "A worker that hangs has to be ended (terminate or kill, then join)."


def _no_answer(name: str, pid: int, gate: FaultyGate, ended: Ended) -> list[str]:
    if (own := gate.in_process(pid)) is not None:
        return [
            f"Task {own.index + 1} of {gate.count} ended its process, and `{name}` with it: both "
            "ran in the same process.",
            "A task that may crash has to run in a process of its own.",
        ]
    if (index := gate.too_often()) is not None:
        return [
            f"Task {index + 1} of {gate.count} was tried again and again, "
            f"{gate.retries + 1} attempts are allowed."
        ]
    hanging = gate.hanging()
    if isinstance(ended, Hung) and hanging:
        return [
            f"`{name}` never returned: task {hanging[0].index + 1} of {gate.count} hung, and "
            "nobody ended it.",
            "Wait for a worker with a time limit, then end it (terminate or kill, then join).",
        ]
    died = [one for one in gate.attempts if one.fate in ("kill", "exit")]
    if isinstance(ended, Hung) and died:
        return [
            f"`{name}` never returned after the worker of task {died[-1].index + 1} had died.",
            "A result that never comes cannot be waited for without also watching the worker.",
        ]
    return [f"`{name}` gave no answer: {ended}."]


def _wrong_list(name: str, gate: FaultyGate, answer: Answer) -> list[str]:
    """What is wrong with a list of results and errors, [] when nothing is."""
    if answer.raised is not None:
        raised = str(answer.raised).rstrip(".")
        return [
            f"`{name}` raised {raised}; the results of the other tasks are lost.",
            "An error of one task belongs in its place in the list.",
        ]
    value = answer.value
    if not isinstance(value, list):
        return [f"`{name}` did not return a list but {show(value)}."]
    if len(value) != gate.count:
        return [f"`{name}` returned {len(value)} results for {gate.count} tasks."]
    for index, (got, result) in enumerate(zip(value, gate.results, strict=True)):
        if told := _wrong_item(gate, index, got, result):
            return told
    return []


def _wrong_item(gate: FaultyGate, index: int, got: Any, result: str) -> list[str]:
    fault = gate.faults.get(index)
    which = f"task {index + 1} of {gate.count}" if fault is None else fault.in_words(gate.count)
    passes = fault is None or (fault.attempts is not None and fault.attempts <= gate.retries)
    is_error = isinstance(got, Raised)
    if isinstance(got, str) and got == result:
        return []  # the judge hands a result out only to an attempt that went well
    if isinstance(got, str) and got in gate.results:
        return ["The results are not in the order of the tasks."]
    if not is_error:
        wanted = "its result" if passes else "its error"
        return [f"In the place of {which} is {show(got)}, not {wanted}."]
    if fault is not None and fault.kind == "raise":
        if got.text == gate.errors[index] and got.kind == "ValueError":
            return []
        return [f"In the place of {which} is another error than the one that it raised: {got!r}."]
    if not passes:
        return []
    if fault is None:
        return [
            f"T{which[1:]} has no result but {got!r}, although nothing was wrong with it.",
            "Did the crash or the end of another task's worker take it along?",
        ]
    return [
        f"T{which[1:]} has no result but {got!r}, although {_retries(gate.retries)} allowed and "
        f"it was tried {_times(gate.tries[index])}."
    ]


def _retries(count: int) -> str:
    return "1 retry was" if count == 1 else f"{count} retries were"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _evidence(gate: FaultyGate) -> dict[str, Any]:
    struck = [one for one in gate.attempts if one.fate in ("kill", "exit", "raise")]
    return {
        "attempts": sum(gate.tries.values()),
        "processes": len({attempt.pid for attempt in gate.attempts}),
        "faults": len(struck) + len([n for n in gate.faults.values() if n.kind == "hang"]),
    }


def _praise(name: str, gate: FaultyGate) -> str:
    if gate.count == 1:
        return f"`{name}` did what was expected, and left nothing running."
    return (
        f"`{name}` answered for each of {gate.count} tasks, tried none more than "
        f"{_times(gate.retries + 1)}, and left nothing running."
    )
