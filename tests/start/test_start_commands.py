"""What start.py's commands run, tell and answer."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")


def told(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_names_the_three_commands_and_installs_nothing(course, arguments):
    done = course.start(*arguments)
    assert done.returncode == 0
    assert all(f"start.py {name} " in done.stdout for name in ("learn", "test", "grade"))
    assert not course.venv.exists()


def test_unknown_command_gets_one_sentence(course):
    done = course.start("teach")
    assert done.returncode == 2
    assert done.stderr == "start.py knows no command 'teach': say learn, test or grade.\n"


def test_source_parses_on_python_3_6(course):
    ast.parse((course.folder / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", ["3.6", "3.8", "3.10"])
def test_old_python_gets_one_sentence(course, version):
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    python = next((pyenv / "versions").glob(f"{version}.*/bin/python"), None)
    python = python or shutil.which(f"python{version}")
    if not python:
        pytest.skip(f"there is no Python {version} here")
    done = subprocess.run(
        [python, course.folder / "start.py", "learn"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Parcours needs Python 3.11 or newer and this is {version}.")
    assert done.stderr.count("\n") == 1


def test_learn_opens_jupyterlab_on_the_notebooks(course):
    done = course.start("learn", "--no-browser", "--port", "9000", PYTHONPATH="/elsewhere")
    assert done.returncode == 0, done.stderr
    (lab,) = told(done.stdout)
    root = f"--ServerApp.root_dir={course.folder / 'notebooks'}"
    assert lab["arguments"] == [root, "--no-browser", "--port", "9000"]
    assert Path(lab["folder"]) == course.folder
    assert Path(lab["prefix"]) == course.venv
    assert Path(lab["path"]).parent == course.venv
    assert lab["pythonpath"] is None


def test_learn_leaves_the_choice_of_another_folder(course):
    (lab,) = told(course.start("learn", "--ServerApp.root_dir=.").stdout)
    assert lab["arguments"] == ["--ServerApp.root_dir=."]


def test_learn_without_notebooks_says_how_to_make_them(course):
    (course.folder / "notebooks").rmdir()
    done = course.start("learn")
    assert done.returncode == 1
    assert "notebooks is missing: run `" in done.stderr
    assert done.stderr.count("\n") == 1


def test_grade_runs_the_sample_class(course):
    (sample,) = told(course.start("grade", "--students", "3").stdout)
    assert sample["name"] == "parcours.grading.sample_class"
    assert sample["arguments"] == ["--students", "3"]


def test_test_runs_every_check_and_pytest_closes(course):
    done = course.start("test", "-k", "labs")
    assert done.returncode == 0, done.stdout + done.stderr
    calls = [(program["name"], program["arguments"]) for program in told(done.stdout)]
    assert calls == [
        ("fake_ruff", ["format", "--check", "."]),
        ("fake_ruff", ["check", "."]),
        ("fake_codespell", []),
        ("fake_parcours", ["build", "--check"]),
        ("fake_pytest", ["-k", "labs"]),
    ]
    assert json.loads(done.stdout.splitlines()[-1])["name"] == "fake_pytest"


@pytest.mark.parametrize(
    ("failing", "summary"),
    [("codespell", "spelling"), ("ruff", "format, lint"), ("pytest", "tests")],
)
def test_test_goes_on_after_a_failure_and_names_it(course, failing, summary):
    (course.tools / "fails").write_text(failing)
    done = course.start("test")
    assert done.returncode == 1
    assert len(told(done.stdout)) == 5
    assert done.stdout.endswith(f"\n== failed: {summary}\n")


def test_missing_requirements_are_told(course):
    (course.folder / "requirements-test.txt").unlink()
    done = course.start("test")
    assert done.returncode == 1
    assert done.stderr == (
        f"requirements-test.txt is not in {course.folder}: download the course again.\n"
    )


@posix
def test_ctrl_c_while_installing_stops_without_a_traceback(course, gate):
    course.plan(f"holds {gate.getsockname()[1]}")
    process = course.start_aside("learn")
    held, _ = gate.accept()
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    held.close()
    assert process.returncode == 130
    assert output.endswith("Stopped.\n")
    assert "Traceback" not in output
    assert "an earlier install did not finish" in course.start("learn").stdout


@posix
def test_ctrl_c_while_testing_lets_pytest_end_in_its_own_way(course, gate):
    (course.tools / "held").write_text(str(gate.getsockname()[1]))
    process = course.start_aside("test")
    held, _ = gate.accept()
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    held.close()
    assert process.returncode == 130
    assert output.endswith("pytest ends in its own way\n\nStopped.\n")


@posix
def test_killed_start_takes_what_it_runs_along(course, gate):
    (course.tools / "held").write_text(str(gate.getsockname()[1]))
    process = course.start_aside("test")
    held, _ = gate.accept()
    held.settimeout(60)
    process.terminate()
    assert held.recv(1) == b"", "pytest still holds its connection"
    held.close()
    process.communicate(timeout=60)
    assert process.returncode == 143


@posix
def test_terminal_sees_what_is_being_done(course, gate):
    course.plan(f"holds {gate.getsockname()[1]}")
    screen, terminal = os.openpty()
    process = course.start_aside("learn", stdout=terminal)
    held, _ = gate.accept()
    seen = b""
    while b"installing requirements.txt with uv: holding on" not in seen:
        seen += os.read(screen, 1000)
    held.close()
    while b"jupyterlab" not in seen:
        seen += os.read(screen, 1000)
    assert process.wait(timeout=60) == 0
    os.close(terminal)
    os.close(screen)
    assert sys.platform == "darwin" or b"\r/ " in seen
