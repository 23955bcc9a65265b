"""The runner process: what it tells, and that nothing of it is ever left behind."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from parcours.labs.link import Link, RunnerGone
from parcours.labs.plan import Plan

pytestmark = pytest.mark.usefixtures("no_child_left")
LONG = Plan("processes", workers=3, work="cpu", tasks=40, seconds=5.0)


def messages(link, until):
    """What the runner tells, up to a message of this kind."""
    told = []
    while not told or until not in told[-1]:
        message = link.next_message(timeout=60)
        assert message is not None, told
        assert until == "error" or "error" not in message, message
        told.append(message)
    return told


def test_a_run_is_told_from_its_begin_to_its_end():
    with Link() as link:
        link.send(Plan("threads", workers=2, work="waiting", tasks=4, seconds=0.01))
        told = messages(link, "ended")
    assert [next(iter(message)) for message in told][:2] == ["ready", "begun"]
    assert set(told[0]["ready"]) == {"python", "gil", "cores"} == set(link.facts)
    spans = [span for message in told for span in message.get("spans", [])]
    assert {label for *_, label in spans} == {"1", "2", "3", "4"}
    begun, ended = told[1]["begun"], told[-1]["ended"]
    assert all(begun <= start < end <= ended for _, _, start, end, _ in spans)


def test_one_runner_does_several_runs_and_survives_a_bad_plan():
    with Link() as link:
        link.send(Plan("fibres"))
        assert "no executor 'fibres'" in messages(link, "error")[-1]["error"]
        for executor in ("serial", "processes"):
            link.send(Plan(executor, workers=2, work="waiting", tasks=2, seconds=0.001))
            messages(link, "ended")


def test_stop_ends_the_whole_tree(gone):
    with Link() as link:
        link.send(LONG)
        messages(link, "spans")
        family = [psutil.Process(link.pid), *psutil.Process(link.pid).children(recursive=True)]
        assert len(family) > 1
        link.kill()
        assert gone(family)
        with pytest.raises(RunnerGone):
            while True:
                link.next_message(timeout=20)


def test_a_runner_that_died_is_told():
    with Link() as link:
        messages(link, "ready")
        psutil.Process(link.pid).kill()
        with pytest.raises(RunnerGone):
            link.next_message(timeout=20)


HOLDER = """
import json, os, sys, time
from parcours.labs.link import Link
from parcours.labs.plan import Plan
link = Link()
link.send(Plan(*json.loads(sys.argv[1])))
while "spans" not in (link.next_message(60) or {}):
    pass
if "fork" in sys.argv and os.fork() == 0:
    # A child that holds the pipes to the runner open, as a pool's workers would.
    time.sleep(600)
print(link.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    "fork",
    ["alone", pytest.param("fork", marks=pytest.mark.skipif(os.name != "posix", reason="no fork"))],
)
def test_the_runner_ends_when_its_kernel_is_killed(gone, fork):
    kernel = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLDER, json.dumps(LONG), fork],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=os.name == "posix",
    )
    try:
        runner = psutil.Process(int(kernel.stdout.readline()))
        family = [runner, *runner.children(recursive=True)]
        assert len(family) > 1
        kernel.kill()
        kernel.wait()
        assert gone(family)
    finally:
        kernel.kill()
        kernel.stdout.close()
        kernel.wait()
        if os.name == "posix":
            os.killpg(kernel.pid, signal.SIGKILL) if fork == "fork" else None


def test_a_file_of_the_learner_cannot_stand_in_for_a_library(tmp_path, monkeypatch):
    (tmp_path / "queue.py").write_text("raise SystemExit('the wrong queue')\n")
    monkeypatch.chdir(tmp_path)
    with Link() as link:
        assert "ready" in messages(link, "ready")[-1]
