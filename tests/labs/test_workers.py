"""The identities of workers, and the names under which a picture shows them."""

import os
import threading

import pytest

from parcours.labs.workers import shown_names, worker_id


def test_names_count_in_the_order_of_first_appearance():
    seen = ["home:7/thread:9", "home:7/main", "home:7/thread:3", "child:8/main", "child:6/main"]
    assert shown_names(seen) == ["thread 1", "main", "thread 2", "process 1", "process 2"]


def test_asyncio_tasks_are_tasks_whatever_thread_runs_them():
    seen = ["home:7/main/task:Task-5", "home:7/thread:2/task:Task-5", "home:7/main/task:Task-5"]
    assert shown_names(seen) == ["task 1", "task 2", "task 1"]


def test_a_child_process_with_several_workers_names_them():
    seen = ["child:8/thread:1", "child:8/thread:2", "child:9/thread:1", "child:10/main"]
    assert shown_names(seen) == [
        "process 1 thread 1",
        "process 1 thread 2",
        "process 2",
        "process 3",
    ]


def test_subinterpreters_have_a_name_of_their_own():
    assert shown_names(["home:7/interpreter:3", "home:7/interpreter:1"]) == [
        "interpreter 1",
        "interpreter 2",
    ]


def test_of_several_home_processes_only_the_one_that_draws_is_at_home():
    seen = [f"home:{os.getpid()}/main", "home:1/main"]
    assert shown_names(seen) == ["main", "process 1"]


@pytest.mark.parametrize("name", ["nora", "worker 3", "home", "thread 12: fetch"])
def test_other_names_stay_as_they_are(name):
    assert shown_names([name]) == [name]


def test_threads_one_after_another_are_different_workers():
    seen = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: seen.append(worker_id()))
        thread.start()
        thread.join()
    assert seen[0] != seen[1]
    assert shown_names([worker_id(), *seen]) == ["main", "thread 1", "thread 2"]


def test_a_thread_keeps_its_identity():
    assert worker_id() == worker_id()
    assert worker_id("fetch") == f"{worker_id()}/task:fetch"
