"""When start.py installs, what it repairs, and what it says when it cannot."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="the fake Python is a shell script")


@pytest.fixture
def installed(course):
    """The course after a first `learn`, with a file in .venv that vanishes when it is remade."""
    assert course.start("learn").returncode == 0
    assert course.installs() == ["requirements.txt"]
    (course.venv / "still-the-same").touch()
    return course


def is_same(course) -> bool:
    return (course.venv / "still-the-same").exists()


def test_second_run_installs_nothing_and_needs_no_installer(installed):
    installed.without_uv()
    done = installed.start("learn")
    assert done.returncode == 0, done.stderr
    assert installed.installs() == []
    assert done.stdout.startswith("{"), "JupyterLab starts without a word before it"


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_into_the_same_venv(installed, name):
    (installed.folder / name).write_text("# another\n")
    installed.start("learn")
    assert installed.installs() == ["requirements.txt"]
    assert is_same(installed)
    installed.start("learn")
    assert installed.installs() == []


def test_tests_need_more_than_learning_and_learning_no_more_than_tests(installed):
    installed.start("test")
    assert installed.installs() == ["requirements-test.txt"]
    installed.start("learn")
    installed.start("test")
    assert installed.installs() == []
    (installed.folder / "requirements-test.txt").write_text("-r requirements.txt\npytest>8\n")
    installed.start("learn")
    assert installed.installs() == []
    installed.start("test")
    assert installed.installs() == ["requirements-test.txt"]


def test_going_back_to_older_requirements_installs_them_again(installed):
    installed.start("test")
    older = (installed.folder / "requirements.txt").read_text()
    (installed.folder / "requirements.txt").write_text("jupyterlab>4\n")
    installed.start("learn")
    (installed.folder / "requirements.txt").write_text(older)
    installed.installs()
    installed.start("test")
    assert installed.installs() == ["requirements-test.txt"]


def python_of(course) -> Path:
    return next(path for path in course.venv.glob("*/python*") if path.stem == "python")


def garble(course):
    python_of(course).unlink()
    python_of_name = course.venv / "bin" / "python"
    python_of_name.write_text("no program")
    python_of_name.chmod(0o755)


def make_it_answer_for_another_version(course):
    python = python_of(course)
    python.unlink()
    python.write_text("#!/bin/sh\necho cpython-3.99\n")
    python.chmod(0o755)


@posix
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda course: python_of(course).unlink(), "its Python does not run"),
        (garble, "its Python does not run"),
        (make_it_answer_for_another_version, "it is for cpython-3.99"),
        (lambda course: (course.venv / "pyvenv.cfg").unlink(), "its pyvenv.cfg is missing"),
    ],
    ids=["removed", "garbled", "another version", "no settings"],
)
def test_damaged_venv_is_made_anew(installed, damage, reason):
    damage(installed)
    done = installed.start("learn")
    assert done.returncode == 0, done.stderr
    assert f"anew, since {reason}" in done.stdout
    assert not is_same(installed)


def test_moved_folder_gets_a_new_venv(installed):
    moved = installed.folder.with_name("elsewhere")
    installed.folder.rename(moved)
    installed.folder, installed.venv = moved, moved / ".venv"
    done = installed.start("learn")
    assert done.returncode == 0, done.stderr
    assert "anew, since the folder was moved" in done.stdout
    assert not is_same(installed)


def test_venv_of_another_maker_is_kept(course):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(course.venv)], check=True)
    (course.venv / "still-the-same").touch()
    assert course.start("learn").returncode == 0
    assert is_same(course)


def test_file_in_the_place_of_the_venv_gives_way(course):
    course.venv.write_text("")
    assert course.start("learn").returncode == 0


def test_killed_install_is_begun_anew(course, gate):
    course.plan(f"holds {gate.getsockname()[1]}")
    process = course.start_aside("learn")
    held, _ = gate.accept()
    process.kill()
    process.communicate()
    held.close()
    (course.venv / "still-the-same").touch()
    done = course.start("learn")
    assert done.returncode == 0, done.stderr
    assert "anew, since an earlier install did not finish" in done.stdout
    assert not is_same(course)


def test_broken_download_is_tried_again(installed):
    (installed.folder / "requirements.txt").write_text("jupyterlab>4\n")
    installed.plan("fails", "works")
    done = installed.start("learn")
    assert done.returncode == 0, done.stderr
    assert "That failed; trying again with uv" in done.stdout
    assert is_same(installed)


def test_half_done_install_is_tried_again_in_a_new_venv(installed):
    (installed.folder / "requirements.txt").write_text("jupyterlab>4\n")
    installed.plan("half", "works")
    assert installed.start("learn").returncode == 0
    assert not is_same(installed)
    assert not list(installed.venv.rglob("half_installed.py"))


def test_two_at_once_install_once(course, gate):
    course.plan(f"holds {gate.getsockname()[1]}")
    first = course.start_aside("learn")
    held, _ = gate.accept()
    second = course.start_aside("learn")
    assert second.stdout.readline().endswith("Another start.py is installing: waiting for it\n")
    held.close()
    for process in (first, second):
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
    assert course.installs() == ["requirements.txt"]


@posix
def test_lock_of_a_killed_start_holds_nobody_up(course, gate):
    course.plan(f"holds {gate.getsockname()[1]}")
    process = course.start_aside("learn")
    held, _ = gate.accept()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    done = course.start("learn")
    held.close()
    assert done.returncode == 0, done.stderr
    assert "waiting" not in done.stdout


@pytest.fixture
def module(course, monkeypatch):
    """start.py as a module, in a process where `python -m venv` does not work."""
    spec = importlib.util.spec_from_file_location("start_of_course", course.folder / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    by_logged, which = module.run_logged, shutil.which
    monkeypatch.setattr(
        module,
        "run_logged",
        lambda what, command: "venv" not in command[1:3] and by_logged(what, command),
    )
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", course.environment()["PATH"])
    monkeypatch.setattr(
        module.shutil,
        "which",
        lambda name, **more: "/usr/bin/apt-get" if name == "apt-get" else which(name, **more),
    )
    return module


def test_missing_venv_module_names_the_package(module):
    with pytest.raises(module.StartError) as caught:
        module.make_venv("")
    assert str(caught.value).startswith("This Python (")
    assert "sudo apt install python3." in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_venv_module_is_made_up_for_by_virtualenv(module, course):
    stand_in = course.tools / "stand_in.py"
    stand_in.write_text("import sys, venv; venv.create(sys.argv[-1])")
    course.launcher("virtualenv", stand_in)
    module.make_venv("")
    assert python_of(course).exists()
