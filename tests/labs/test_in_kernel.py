"""Live cells in a real kernel without a browser, as a grader, nbconvert or CI runs them."""

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

CELLS = [
    """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from parcours import labs
with ThreadPoolExecutor(2) as pool:
    runs = list(pool.map(labs.wait, range(2), [0.001] * 2))
labs.timeline(runs, title="Two waiting tasks, two threads")""",
    """\
pools = []
for method in get_all_start_methods():
    with ProcessPoolExecutor(1, mp_context=get_context(method)) as pool:
        pools.append((method, list(pool.map(labs.compute, range(2), [0.001] * 2))))
labs.side_by_side(pools)""",
    """\
import asyncio
labs.timeline(await asyncio.gather(*(labs.wait_async(i, seconds=0.001) for i in range(3))))""",
    "bench = labs.Bench()\nbench",
    'bench.run(executor="processes", workers=1, work="waiting", tasks=2, wait=True)',
]


@pytest.fixture
def executed(no_child_left):
    """The outputs of the cells; the kernel has ended, and nothing of it may be left."""

    def executed(**env):
        cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
        client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=120)
        client.execute(env={**psutil.Process().environ(), **env})
        return [cell.outputs for cell in client.nb.cells]

    return executed


def only(outputs):
    """The one thing that a cell shows; anything else, such as stderr, fails."""
    (output,) = outputs
    assert output.output_type == "execute_result"
    return output.data


def test_every_cell_shows_a_picture_and_words_and_the_bench_a_widget_too(executed):
    threads, pools, coroutines, bench, run = map(only, executed())
    assert "thread 1: waiting for I/O" in threads["text/plain"]
    assert "process 1" in pools["text/html"]
    assert "task 3: waiting for I/O" in coroutines["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bench
    assert bench["text/html"].count('class="io"') > 1
    assert "process 1: waiting for I/O" in run["text/plain"]


def test_while_grading_the_bench_is_a_sentence(executed):
    *_, bench, run = map(only, executed(NBGRADER_EXECUTION="autograde"))
    assert bench["text/plain"].startswith("The Bench needs a page with controls")
    assert set(bench) == {"text/html", "text/plain"}
    assert "process 1" in run["text/plain"]
