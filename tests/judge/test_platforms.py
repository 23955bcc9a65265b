"""The same verdicts where there is less to go by: no fork, no schedstat, one core."""

import os
import sys

import pytest
from test_in_flight import CHECK as IN_FLIGHT
from test_in_flight import RIGHT, THREADS, WRONG
from test_speedup import CHECK as SPEEDUP
from test_speedup import IMPORTS, pool

from parcours.judge import fairclock, in_flight, makers, proctree, rounds, speedup
from parcours.judge import processes as contestants

pytestmark = pytest.mark.slow


@pytest.fixture
def fresh_makers():
    """Makers of other tests would still be there."""
    makers.close_makers()
    yield
    makers.close_makers()


@pytest.fixture
def no_fork(monkeypatch, fresh_makers):
    """As on macOS and Windows: a new Python for every contestant."""
    monkeypatch.setattr(makers, "can_fork", lambda: False)
    monkeypatch.setattr(contestants, "can_fork", lambda: False)


@pytest.fixture
def no_schedstat(monkeypatch):
    """As on macOS and Windows: nothing tells waiting for a CPU from sleeping."""
    for module in (proctree, fairclock, rounds, speedup):
        monkeypatch.setattr(module, "EXACT", False)
    monkeypatch.setattr(in_flight, "QUIET", 1.0)


@pytest.fixture
def one_core(fresh_makers):
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system has no affinity")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


def test_without_fork(no_fork, no_schedstat, judge):
    cell = "def double(x):\n    print('on stdout')\n    return 2 * x"
    check = "checks.examples(double, checks.case(2, returns=4), checks.case('a', returns='aa'))"
    assert judge(check, cell).outcome == "pass"
    assert "exit code 3" in judge(check, "def double(x):\n    import os; os._exit(3)").sentence
    hang = judge(check.replace("))", "), seconds=1)"), "def double(x):\n    while True: pass")
    assert "it did not end" in hang.sentence


@pytest.mark.parametrize("name", ["slots", "pool"])
def test_in_flight_without_schedstat(no_schedstat, judge, name):
    assert judge(IN_FLIGHT, THREADS, RIGHT[name]).outcome == "pass"


@pytest.mark.parametrize("name", ["serial", "pool_of_three", "finishing_order", "no_join"])
def test_not_in_flight_without_schedstat(no_schedstat, judge, name):
    cell, told = WRONG[name]
    assert told in judge(IN_FLIGHT, THREADS, cell).sentence


RUNS = {
    "executor": ("pass", pool("cf.ProcessPoolExecutor(workers)")),
    "serial": ("fail", "def run(fn, items, workers): return [fn(i) for i in items]"),
    "one_chunk": ("fail", pool("cf.ProcessPoolExecutor(workers)", ", chunksize=len(items)")),
}


@pytest.mark.parametrize("name", RUNS)
def test_speedup_without_schedstat(no_schedstat, judge, name):
    outcome, cell = RUNS[name]
    assert judge(SPEEDUP, IMPORTS, cell).outcome == outcome


@pytest.mark.skipif(sys.platform != "linux", reason="the demand for cores is seen on Linux")
@pytest.mark.parametrize("name", RUNS)
def test_speedup_on_one_core(one_core, judge, name):
    outcome, cell = RUNS[name]
    verdict = judge(SPEEDUP, IMPORTS, cell)
    assert verdict.outcome == outcome, verdict
