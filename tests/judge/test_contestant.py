"""Contestants: cells as in a kernel, hangs and crashes told, nothing left behind."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from parcours.judge import Submission
from parcours.judge.makers import new_contestant
from parcours.judge.processes import Ended, Hung
from parcours.judge.shipping import CannotShip, pack


def outputs(*cells, **options):
    with Submission(list(cells), seconds=4, **options) as submission:
        return submission.run()


def text(run):
    return "".join(o.get("text", "") for o in run.outputs)


def test_cells_run_in_order_with_magics_and_top_level_await():
    runs = outputs(
        "import asyncio",
        "%time total = 1 + 1",
        "await asyncio.sleep(0, result='slept')",
        "print('total', total)\ntotal",
    )
    assert "Wall time" in text(runs[1])
    assert runs[2].outputs[0]["data"]["text/plain"] == "'slept'"
    assert [o["output_type"] for o in runs[3].outputs] == ["stream", "execute_result"]
    assert [run.execution_count for run in runs] == [1, 2, 3, 4]


def test_a_loop_runs_in_every_cell_as_in_a_kernel():
    (run,) = outputs("import asyncio\nasyncio.get_running_loop().is_running()")
    assert run.outputs[0]["data"]["text/plain"] == "True"


def test_errors_are_outputs_and_the_next_cells_run():
    runs = outputs("1 / 0", "def broken(:", "'still here'")
    assert runs[0].outputs[0]["ename"] == "ZeroDivisionError"
    assert runs[1].outputs[0]["ename"] == "SyntaxError"
    assert runs[2].outputs[0]["data"]["text/plain"] == "'still here'"


def test_stderr_and_what_children_write_is_kept():
    runs = outputs(
        "import sys; print('warned', file=sys.stderr)",
        "import subprocess; subprocess.run([__import__('sys').executable, '-c', 'print(42)']);",
    )
    assert runs[0].outputs == [{"output_type": "stream", "name": "stderr", "text": "warned\n"}]
    assert "42" in text(runs[1])


def test_a_flood_of_output_is_cut():
    (run,) = outputs("print('x' * 5_000_000)\nprint('y')")
    assert len(text(run)) < 1_100_000
    assert "is left out" in text(run)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import os; os._exit(7)", "exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "segmentation fault"),
        (
            "def wait():\n    import threading\n    threading.Event().wait()\nwait()",
            "line 3 of wait",
        ),
        ("while True:\n    pass", "still running"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="these are POSIX's ways to end")
def test_a_cell_that_stops_its_process_is_left_out_and_the_others_count(cell, told):
    with Submission(["x = 1", cell, "x + 1"], seconds=1) as submission:
        runs = submission.run()
        assert told in runs[1].ended
        assert runs[2].outputs[0]["data"]["text/plain"] == "2"
        verdict = submission.judge(
            "from parcours import checks\nchecks.examples(x, checks.case(returns=1))"
        )
    assert "not a function" in verdict.sentence


def test_exit_in_a_cell_ends_nothing():
    runs = outputs("exit()", "raise SystemExit(3)", "'here'")
    assert runs[2].outputs[0]["data"]["text/plain"] == "'here'"


def test_every_check_gets_a_fresh_state():
    cells = ["calls = []", "def count():\n    calls.append(1)\n    return len(calls)"]
    with Submission(cells) as submission:
        for _ in range(3):
            verdict = submission.judge(
                "from parcours import checks\nchecks.examples(count, checks.case(returns=1))"
            )
            assert verdict.outcome == "pass", verdict


def test_a_notebook_with_a_running_thread_is_judged_from_fresh_cells():
    cells = [
        "import threading\nstop = threading.Event()",
        "ticker = threading.Thread(target=stop.wait, daemon=True)\nticker.start()",
        "def alive():\n    return ticker.is_alive()",
    ]
    with Submission(cells) as submission:
        verdict = submission.judge(
            "from parcours import checks\nchecks.examples(alive, checks.case(returns=True))"
        )
    assert verdict.outcome == "pass", verdict


def test_a_contestant_takes_all_its_processes_along():
    with new_contestant() as contestant:
        contestant.define("f", pack(start_a_sleeper))
        child = contestant.call("f", (), {}).value
        assert psutil.pid_exists(child)
    psutil.wait_procs([psutil.Process(child)] if psutil.pid_exists(child) else [], timeout=5)
    assert not psutil.pid_exists(child)


def start_a_sleeper():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are collected on Linux")
def test_an_orphan_in_a_session_of_its_own_is_collected_too():
    with new_contestant() as contestant:
        contestant.define("f", pack(leave_an_orphan))
        orphan = contestant.call("f", (), {}).value
        assert psutil.pid_exists(orphan)
    assert not psutil.pid_exists(orphan)


def leave_an_orphan():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writer, str(os.getpid()).encode())
            time.sleep(600)
        os._exit(0)
    os.wait()
    return int(os.read(reader, 20))


def test_a_call_that_never_ends_is_hung_and_says_where():
    with new_contestant() as contestant:
        contestant.define("f", pack(lambda: [None for _ in iter(int, 1)]))
        with pytest.raises(Hung, match="still running after"):
            contestant.call("f", (), {}, seconds=0.5)


def test_an_answer_that_is_none_of_ours_ends_the_contestant():
    with new_contestant() as contestant:
        contestant.define("f", pack(forge))
        with pytest.raises(Ended, match="not an answer"):
            contestant.call("f", (), {}, seconds=2)


def forge():
    import gc
    import struct

    from parcours.judge.contestant import Contestant

    (own,) = (o for o in gc.get_objects() if isinstance(o, Contestant))
    data = b"\x80\x04N."
    os.write(own.fd_out, struct.pack("<Q", len(data)) + data)


def test_functions_are_shipped_with_fresh_locks_of_their_notebook():
    import threading

    lock = threading.Lock()

    def locked():
        with lock:
            return "held"

    with lock, new_contestant() as contestant:
        contestant.define("f", pack(locked))
        assert contestant.call("f", (), {}).value == "held"


def test_a_function_that_cannot_be_shipped_is_refused_with_a_sentence():
    stream = (number for number in range(3))
    with pytest.raises(CannotShip, match="make it inside the function"):
        pack(lambda: next(stream))
