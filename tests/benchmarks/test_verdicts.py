"""The benchmark of verdicts: its statistics, its replay on made-up rounds, its solutions."""

import json
import random
import subprocess
import sys
from itertools import repeat

import figures
import loads
import pytest
import recorded
import rules
import solutions
from click.testing import CliRunner
from rates import Rate, percent
from verdicts import main

MS = 1_000_000


def turn(concurrency, cpu=0.24):
    """A turn of 16 items of two workers that were at work at once so much, as a recorded line."""
    wall = cpu / concurrency
    item = int(wall / 8 * 1e9)
    records = [
        (pid, pid, k * item, (k + 1) * item, int(cpu / 16 * 1e9))
        for pid in (7, 8)
        for k in range(8)
    ]
    return {
        "wall": wall,
        "cpu": cpu,
        "overlap": concurrency,
        "blind": False,
        "leaked": 0.0,
        "niceness": [(0, 0)],
        "records": records,
        "demand": {
            "concurrency": concurrency,
            "by_interval": concurrency,
            "by_path": concurrency,
            "idle": 0.0,
            "cpu": cpu * 1e9,
            "cover": 1.0,
            "processes": 2,
        },
    }


def line(concurrency, cost=1.0, seconds=0.5):
    return {
        "reference": turn(1.9),
        "learner": turn(concurrency, 0.24 * cost),
        "items": 16,
        "serial": 0.24,
        "seconds": seconds,
        "start": 0.5,
    }


def taped(*args, **options):
    return recorded.Taped.of(json.loads(json.dumps(line(*args, **options))))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 100, 0, 0.0370), (5, 100, 0.0215, 0.1118), (100, 100, 0.9630, 1), (0, 0, 0, 1)],
)
def test_intervals_are_wilsons(count, of, low, high):
    assert Rate(count, of).interval() == pytest.approx((low, high), abs=1e-4)


def test_rates_add_up_and_are_told_in_percent():
    assert Rate(1, 10) + Rate(0, 30) == Rate(1, 40)
    assert [percent(share) for share in (0, 0.00012, 0.0123, 0.5)] == [
        "0",
        "0.012 %",
        "1.2 %",
        "50 %",
    ]
    assert Rate(0, 0).text() == "-"


@pytest.mark.parametrize(
    ("concurrency", "cost", "outcome"),
    [(1.9, 1, "pass"), (1.0, 1, "fail"), (1.36, 1, "fail"), (1.9, 1.9, "fail")],
)
def test_our_rule_decides_from_recorded_rounds(concurrency, cost, outcome):
    decided, rounds, seconds = rules.ours(repeat(taped(concurrency, cost)))
    assert decided == outcome
    assert rounds >= 3
    assert seconds == pytest.approx(0.5 + 0.5 * rounds)


def test_our_rule_gives_up_on_the_line_and_when_time_is_up():
    on_the_line = 1.9 * 0.794
    assert rules.ours(repeat(taped(on_the_line)))[:2] == ("inconclusive", 25)
    assert rules.ours(repeat(taped(on_the_line, seconds=20)))[:2] == ("inconclusive", 3)


def slept(seconds):
    tape = taped(1.9)
    tape.round.learner.demand.idle = seconds * 1e9
    return tape


def test_a_sleep_that_one_round_did_not_see_still_fails():
    for missed in range(4):
        rounds = [slept(0.3)] * 8
        rounds[missed] = slept(0)
        assert rules.ours(iter(rounds))[0] == "fail", missed


def test_a_round_that_seemed_to_sleep_does_not_fail_a_right_solution():
    for seeming in range(4):
        rounds = [slept(0)] * 8
        rounds[seeming] = slept(0.3)
        assert rules.ours(iter(rounds))[0] == "pass", seeming


def test_each_estimate_alone_sees_only_its_own():
    tape = taped(1.0)
    tape.round.learner.overlap = 1.9
    assert rules.overlap_alone(repeat(tape))[0] == "pass"
    assert rules.demand_alone(repeat(tape))[0] == "fail"
    assert rules.ours(repeat(tape))[0] == "fail"


def test_rules_of_others_are_what_they_say():
    slow, fast = taped(1.2), taped(1.9)
    for name, decide in rules.RULES.items():
        assert decide(repeat(fast))[0] == "pass", name
        # In these rounds the busiest worker has just half of the CPU time: its rule sees no fault.
        if "busiest" not in name:
            assert decide(repeat(slow))[0] == "fail", name


def test_drawing_gives_every_round_its_share():
    tapes = [taped(1.0), taped(1.9)]
    drawn = rules.resample(tapes, random.Random(3))
    first = sum(next(drawn) is tapes[0] for _ in range(1000))
    assert 400 < first < 600


def findings(kind, outcomes, rule=rules.OURS):
    decided = [(outcome, 3, 2.0) for outcome in outcomes]
    return figures.Findings.of(
        [], [figures.Replayed(rule, "one", kind, "idle", [taped(1.9)], decided)]
    )


def test_figures_that_do_not_hold_are_told():
    assert findings("right", ["pass"] * 1000).missed() == []
    assert findings("borderline", ["fail", "pass", "inconclusive"]).missed() == []
    assert "wrong" in findings("right", ["pass"] * 998 + ["fail"] * 2).missed()[0]
    assert "wrong" in findings("wrong", ["fail"] * 998 + ["pass"] * 2).missed()[0]
    unclear = findings("wrong", ["fail"] * 97 + ["inconclusive"] * 3).missed()
    assert len(unclear) == 1
    assert "inconclusive" in unclear[0]


@pytest.mark.parametrize(
    ("outcome", "seconds", "told"),
    [
        ("pass", 2.0, ""),
        ("fail", 2.0, "live verdicts were wrong"),
        ("pass", 5.0, "took 5.0 s on an idle machine"),
    ],
)
def test_figures_of_live_verdicts(tmp_path, outcome, seconds, told):
    file = tmp_path / "rounds.jsonl"
    about = {"check": "speedup", "name": "executor", "kind": "right", "load": "idle"}
    live = {**about, "outcome": outcome, "seconds": seconds, "rounds": 3, "sentence": ""}
    taped_lines = [{**about, "round": line(1.9)}] * 3
    file.write_text("".join(json.dumps(one) + "\n" for one in [{"check": ""}, live, *taped_lines]))
    result = CliRunner().invoke(main, ["--replay", str(file), "--samples", "20"])
    assert result.exit_code == (1 if told else 0), result.output
    assert told in result.output
    assert "replayed, 20" in result.output
    as_json = CliRunner().invoke(main, ["--replay", str(file), "--samples", "20", "--json"])
    plain = json.loads(as_json.stdout)
    assert plain["replayed"][rules.OURS]["idle"]["wrong"]["of"] == 20
    assert plain["scatter"][0]["rounds"] == 3


def test_unknown_names_are_refused():
    result = CliRunner().invoke(main, ["--loads", "idle,noise"])
    assert result.exit_code == 2
    assert "unknown: noise" in result.output


def test_there_are_enough_solutions_of_each_kind_and_they_compile():
    kinds = [one.kind for one in solutions.SPEEDUP.values()]
    assert kinds.count("right") >= 6
    assert kinds.count("borderline") >= 3
    assert kinds.count("wrong") >= 12
    for one in [*solutions.SPEEDUP.values(), *solutions.IN_FLIGHT.values()]:
        compile("\n".join(one.cells), one.name, "exec")


@pytest.mark.parametrize("load", loads.LOADS)
def test_hogs_end_with_the_load(load, monkeypatch):
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(loads.subprocess, "Popen", Noted)
    with pytest.raises(KeyboardInterrupt), loads.running(load):
        assert all(hog.poll() is None for hog in started)
        raise KeyboardInterrupt
    assert len(started) == len(loads.LOADS[load])
    assert all(hog.poll() is not None for hog in started)


def test_a_hog_ends_when_the_benchmark_is_killed():
    hog = subprocess.Popen(
        [sys.executable, loads.__file__, "cpu"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    hog.stdin.close()
    assert hog.wait(60) == 0
