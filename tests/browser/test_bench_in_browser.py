"""The Bench in JupyterLab in a real browser: what a learner presses, and what they then see."""

import time

import psutil
import pytest
from bench_page import BenchPage
from in_browser import JupyterLab, lacking, notebook

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(lacking()), reason=lacking())]

BENCH = """\
from parcours import labs
labs.Bench()"""

POOLS = """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from parcours import labs
with ThreadPoolExecutor(4) as pool:
    threads = labs.timeline(pool.map(labs.compute, range(4)), title="Four threads")
several = [("threads", threads)]
for method in multiprocessing.get_all_start_methods():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        several.append((method, labs.timeline(pool.map(labs.compute, range(4)))))
labs.side_by_side(several, title="Four computing tasks")"""

COROUTINES = """\
import asyncio
labs.timeline(await asyncio.gather(*(labs.wait_async(i) for i in range(4))), title="Coroutines")"""


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture
def lab(tmp_path, theme):
    notebooks = {"bench.ipynb": notebook(BENCH), "pools.ipynb": notebook(POOLS, COROUTINES)}
    with JupyterLab(notebooks, tmp_path, theme=theme) as lab:
        yield lab


def end(processes, seconds=20):
    """Whether all of these end; dead ones whose parent has not asked for them count as ended."""
    deadline = time.monotonic() + seconds
    while processes and time.monotonic() < deadline:
        processes = [process for process in processes if runs(process)]
        time.sleep(0.01)
    return not processes


def runs(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_workers_run_stop_and_nothing_left(lab, theme):
    bench = BenchPage(lab)
    assert bench.lanes() == [f"thread {number}" for number in (1, 2, 3, 4)]
    bench.opened.screenshot(f"bench_{theme}_ready")
    bench.move("Workers", "ArrowRight", times=2)
    bench.wait_for_lanes(6)
    bench.press("run")
    bench.wait_for_status("12 mixed tasks, 6 threads: done.")
    assert bench.lanes() == [f"thread {number}" for number in (1, 2, 3, 4, 5, 6)]
    bars = ".parcours-bench .parcours-timeline .io"
    assert bench.page.locator(bars).count() > 1, "no bars beside the one of the legend"
    assert float(bench.page.locator(".pb-card b").first.text_content()) > 0
    bench.opened.screenshot(f"bench_{theme}_done")

    bench.choose("Processes")
    bench.choose("Waiting")
    bench.move("Tasks", "End")
    bench.press("run")
    bench.wait_for_bars()
    bench.opened.screenshot(f"bench_{theme}_running")
    family = lab.processes("parcours.labs")
    assert family
    bench.press("stop")
    bench.wait_for_status("Stopped: ")
    assert end(family)
    assert lab.console == []


@pytest.mark.parametrize("theme", ["light"])
def test_running_the_cell_again_or_the_kernel_ends_the_old_run(lab):
    bench = BenchPage(lab)
    for again in ("notebook:run-all-cells", None):
        bench.choose("Waiting")
        bench.move("Tasks", "End")
        bench.move("Workers", "Home")
        bench.press("run")
        bench.wait_for_bars()
        family = lab.processes("parcours.labs.runner")
        assert family
        if again:
            bench.opened.execute(again)
            bench.wait_for_lanes(4)
        else:
            bench.page.evaluate(
                "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
            )
        assert end(family)


@pytest.mark.parametrize("theme", ["light"])
def test_live_cells_draw_threads_processes_and_coroutines(lab):
    opened = lab.open("pools.ipynb")
    opened.run_all()
    pictures = opened.page.locator(".jp-OutputArea-output svg.parcours-timeline")
    assert pictures.count() == 2
    assert pictures.nth(1).locator(".w").all_text_contents() == [f"task {n}" for n in (1, 2, 3, 4)]
    assert opened.page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
    opened.screenshot("pools")
    assert lab.console == []
