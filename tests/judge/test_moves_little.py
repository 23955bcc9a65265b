"""The check `moves_little`: bytes between processes, whatever carries them."""

import sys

import numpy
import pytest

from parcours import checks

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="these answers fork")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count is Linux's")
pytestmark = POSIX

IMPORTS = """
import concurrent.futures as cf, multiprocessing as mp, os, pickle, socket, subprocess, sys
import tempfile, threading
from multiprocessing import shared_memory
import numpy as np
fork = mp.get_context("fork")
"""
# 200 kB of numbers; an answer is 8 bytes for each of 100 rows.
CHECK = """
    import numpy as np
    image = np.arange(25_000, dtype=np.float64).reshape(100, 250)
    checks.moves_little(rows, checks.case(image, 2, returns=image.sum(axis=1), note="an image"),
                        at_most=40_000)"""

RIGHT = {
    "alone": "def rows(image, workers): return image.sum(axis=1)",
    "threads": """
        def rows(image, workers):
            with cf.ThreadPoolExecutor(workers) as pool:
                return np.array(list(pool.map(np.sum, image)))""",
    "shared_memory": """
        def work(name, shape, rows):
            block = shared_memory.SharedMemory(name)
            sums = np.ndarray(shape, np.float64, block.buf)[rows].sum(axis=1)
            block.close()
            return sums
        def rows(image, workers):
            block = shared_memory.SharedMemory(create=True, size=image.nbytes)
            try:
                np.ndarray(image.shape, image.dtype, block.buf)[:] = image
                parts = [range(k, k + 25) for k in range(0, 100, 25)]
                with fork.Pool(workers) as pool:
                    jobs = [(block.name, image.shape, part) for part in parts]
                    return np.concatenate(pool.starmap(work, jobs))
            finally:
                block.close()
                block.unlink()""",
    "inherited_by_fork": """
        def rows(image, workers):
            out = fork.Queue()
            def work(k): out.put((k, image[k::workers].sum(axis=1)))
            ps = [fork.Process(target=work, args=(k,)) for k in range(workers)]
            for p in ps: p.start()
            sums = np.empty(100)
            for _ in ps:
                k, part = out.get()
                sums[k::workers] = part
            for p in ps: p.join()
            return sums""",
    "an_array_of_multiprocessing": """
        def work(k, shared, shape, step, sums):
            image = np.frombuffer(shared).reshape(shape)
            np.frombuffer(sums)[k::step] = image[k::step].sum(axis=1)
        def rows(image, workers):
            shared, sums = mp.RawArray("d", image.size), mp.RawArray("d", 100)
            np.frombuffer(shared)[:] = image.ravel()
            ps = [fork.Process(target=work, args=(k, shared, image.shape, workers, sums))
                  for k in range(workers)]
            for p in ps: p.start()
            for p in ps: p.join()
            return np.frombuffer(sums).copy()""",
    "prints_a_lot": """
        def rows(image, workers):
            p = fork.Process(target=print, args=("x" * 300_000,))
            p.start()
            p.join()
            print("y" * 300_000)
            return image.sum(axis=1)""",
}
TOO_MUCH = "The processes of `rows` sent each other "
WRONG = {
    "sends_the_rows": """
        def rows(image, workers):
            with fork.Pool(workers) as pool:
                return np.array(pool.map(np.sum, image))""",
    "sends_the_image_to_each": """
        def rows(image, workers):
            with cf.ProcessPoolExecutor(workers, fork) as pool:
                futures = [pool.submit(np.sum, image, axis=1) for _ in range(workers)]
                return futures[0].result()""",
    "gets_the_image_back": """
        def work(image): return image, image.sum(axis=1)
        def rows(image, workers):
            ours, theirs = fork.Pipe()
            p = fork.Process(target=lambda: theirs.send(work(image)))
            p.start()
            _, sums = ours.recv()
            p.join()
            return sums""",
    "many_small_messages": """
        def rows(image, workers):
            out = fork.Queue()
            def work():
                for number in image.flat: out.put(float(number))
            p = fork.Process(target=work)
            p.start()
            numbers = [out.get() for _ in range(image.size)]
            p.join()
            return np.array(numbers).reshape(image.shape).sum(axis=1)""",
    "through_a_manager": """
        def rows(image, workers):
            with fork.Manager() as manager:
                shared = manager.list([image])
                return shared[0].sum(axis=1)""",
    "spawned_with_the_image": """
        def rows(image, workers):
            p = mp.get_context("spawn").Process(target=np.sum, args=(image,))
            p.start()
            p.join()
            return image.sum(axis=1)""",
    "between_spawned_processes": """
        def rows(image, workers):
            with mp.get_context("spawn").Pool(1) as pool:
                return pool.apply(np.sum, (image, 1))""",
    "between_forkserver_processes": """
        def rows(image, workers):
            with cf.ProcessPoolExecutor(1, mp.get_context("forkserver")) as pool:
                return pool.submit(np.sum, image, 1).result()""",
}
UNNOTED = {
    "by_a_bare_pipe": """
        def rows(image, workers):
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                with open(writer, "wb") as file: pickle.dump(image, file)
                os._exit(0)
            os.close(writer)
            with open(reader, "rb") as file: result = pickle.load(file)
            os.waitpid(pid, 0)
            return result.sum(axis=1)""",
    "by_a_file": """
        def rows(image, workers):
            with tempfile.TemporaryDirectory() as folder:
                np.save(folder + "/image.npy", image)
                with fork.Pool(1) as pool:
                    return pool.apply(np.load, (folder + "/image.npy",)).sum(axis=1)""",
    "to_a_program": """
        def rows(image, workers):
            subprocess.run(["cat"], input=image.tobytes(), stdout=subprocess.DEVNULL)
            return image.sum(axis=1)""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_shared_is_not_sent(judge, name):
    verdict = judge(CHECK, IMPORTS, RIGHT[name])
    assert verdict.outcome == "pass", verdict
    assert verdict.evidence["bytes sent"] <= 40_000


@pytest.mark.parametrize("name", WRONG)
def test_what_is_sent_is_counted(judge, name):
    verdict = judge(CHECK, IMPORTS, WRONG[name])
    assert verdict.outcome == "fail"
    assert verdict.sentence.startswith(TOO_MUCH), verdict
    assert verdict.evidence["bytes sent"] > 200_000
    assert verdict.evidence["messages"] > 0


@LINUX
@pytest.mark.parametrize("name", UNNOTED)
def test_what_goes_around_multiprocessing_is_counted_too(judge, name):
    verdict = judge(CHECK, IMPORTS, UNNOTED[name])
    assert verdict.outcome == "fail"
    assert verdict.sentence.startswith(TOO_MUCH), verdict
    assert verdict.evidence["bytes sent"] >= 200_000


@LINUX
@pytest.mark.parametrize(
    ("size", "carrier"), [(100_000, "fork.SimpleQueue()"), (3_000_000, "fork.Queue()")]
)
def test_the_two_counts_agree(judge, size, carrier):
    cell = f"""
        def send(count):
            box = {carrier}
            p = fork.Process(target=lambda: box.put(b"x" * count))
            p.start()
            result = len(box.get())
            p.join()
            return result"""
    check = f"checks.moves_little(send, checks.case({size}, returns={size}), at_most=10**9)"
    verdict = judge(check, IMPORTS, cell)
    assert verdict.outcome == "pass", verdict
    assert size <= verdict.evidence["bytes sent"] <= 1.01 * size


def test_the_answer_and_the_arguments_do_not_count(judge):
    check = "checks.moves_little(f, checks.case(b'x' * 5_000_000, where=bool), at_most=0)"
    assert judge(check, "def f(data): return data + data").outcome == "pass"


def test_a_wrong_value_moves_nothing_and_fails(judge):
    verdict = judge(CHECK, IMPORTS, "def rows(image, workers): return None")
    assert verdict.sentence.startswith("An image: it returned another result")
    verdict = judge(CHECK, IMPORTS, "def rows(image, workers): raise NotImplementedError")
    assert verdict.sentence == "`rows` is not written yet."


def test_the_largest_message_is_told(judge):
    verdict = judge(CHECK, IMPORTS, WRONG["sends_the_image_to_each"])
    assert "The largest of" in verdict.details[0]
    assert "200 kB" in verdict.details[0]


def test_plain_functions_are_judged_too():
    call = lambda: (numpy.ones(10),)  # noqa: E731
    assert checks.moves_little(numpy.sum, call=call, at_most=0).outcome == "pass"


def test_bounds_and_calls_that_are_none_are_refused():
    with pytest.raises(ValueError, match="number of bytes"):
        checks.moves_little(len, call=lambda: ("x",), at_most=-1)
    with pytest.raises(TypeError, match="needs cases"):
        checks.moves_little(len, at_most=1)
