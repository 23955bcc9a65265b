"""nbgrader's plain commands as people type them, each in a process of its own."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_course import CHAPTER, DOUBLE, FULL, GREET, ROOT

from parcours.grading import sample_class

pytestmark = pytest.mark.slow
HERE = Path(sys.executable).parent
ANYWHERE = ROOT / "src" / "parcours" / "grading" / "anywhere"


def run(name, *arguments, cwd, **environment):
    """Run a command of this environment by its path, with nothing of the environment on PATH."""
    tool = shutil.which(name, path=str(HERE))
    clean = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    clean["PATH"] = os.defpath
    return subprocess.run(
        [tool, *arguments],
        cwd=cwd,
        env=clean | environment,
        text=True,
        capture_output=True,
        timeout=300,
    )


def test_a_clone_is_graded_by_one_plain_command(clone):
    clone.hand_in("ada")
    clone.hand_in_text("bob", "{")
    graded = run("nbgrader", "autograde", CHAPTER, cwd=clone.root)
    assert graded.returncode == 0, graded.stderr
    assert "Traceback" not in graded.stderr
    assert clone.grades("ada") == FULL

    # the exchange, the exporter and the gradebook know the course from a folder in it, too
    table = clone.root / "table.csv"
    exported = run(
        *("nbgrader", "export", f"--to={table}"),
        cwd=clone.root / "source",
        JUPYTER_CONFIG_PATH=str(ANYWHERE),
    )
    assert exported.returncode == 0, exported.stderr
    with table.open(newline="") as lines:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(lines)}
    assert scores == {"ada": "3.0", "bob": "0.0"}


def test_generating_in_a_clone_makes_its_gradebook(clone):
    generated = run("nbgrader", "generate_assignment", CHAPTER, cwd=clone.root)
    assert generated.returncode == 0, generated.stderr
    assert (clone.root / "gradebook.db").exists()


def fetch(address, server):
    """The status and text of a page, once the server answers; fails when the server ends."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=60) as page:
                return page.status, page.read().decode()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            pause.wait(0.1)
    pytest.fail("the server ended before it answered")


pause = threading.Event()


def test_formgrader_lists_the_chapter(course):
    course.hand_in("ada")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(shutil.which("jupyter", path=str(HERE)), "lab", "--no-browser", f"--port={port}"),
            *("--IdentityProvider.token=", "--ServerApp.allow_root=True"),
        ],
        cwd=course.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        status, _ = fetch(f"http://127.0.0.1:{port}/formgrader", server)
        assert status == 200
        status, found = fetch(f"http://127.0.0.1:{port}/formgrader/api/assignments", server)
        assert f'"name": "{CHAPTER}"' in found
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture
def answers(clone):
    folder = clone.root / "tests" / "answers" / CHAPTER
    texts = {
        "right/ex1_plain": f"# ch90-ex1: the simplest\n{DOUBLE}\n",
        "right/ex1_sum": "# ch90-ex1: a sum\ndef double(value):\n    return value + value\n",
        "right/ex2_plain": f"# ch90-ex2: the simplest\n{GREET}\n",
        "wrong/ex1_same": (
            "# ch90-ex1, 0 of 2 points: `double(2)`: expected 4, it returned *.\n"
            "def double(value):\n    return value\n"
        ),
        "wrong/ex2_unfinished": "# ch90-ex2, 0 of 1 points: *SyntaxError*\ndef greet(name:\n",
    }
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_sample_class_gets_the_grades_that_its_answers_name(clone, answers, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(clone.root)
    handed_in = clone.hand_in("ada")
    before = handed_in.read_bytes()

    result = CliRunner().invoke(sample_class.main, [])
    assert result.exit_code == 0, result.output
    assert "All 24 grades are as expected." in result.output
    assert result.output.count("sample-") >= 24
    pages = list((clone.root / "feedback").glob("sample-*/*/*.html"))
    assert len(pages) == 12

    # nobody else is graded, removed or changed
    assert handed_in.read_bytes() == before
    assert not (clone.root / "autograded" / "ada").exists()

    # a plain run over all gives the sample class the same grades
    shutil.rmtree(clone.root / "autograded")
    assert run("nbgrader", "autograde", CHAPTER, cwd=clone.root).returncode == 0
    assert clone.grades("ada") == FULL
    result = CliRunner().invoke(sample_class.main, ["--check-only"])
    assert result.exit_code == 0, result.output

    wrong = answers / "wrong" / "ex1_same.py"
    wrong.write_text(wrong.read_text().replace("expected 4", "expected 5"))
    result = CliRunner().invoke(sample_class.main, ["--check-only"])
    assert result.exit_code == 1
    assert "sample-03 ch90-ex1 (ex1_same): expected was: `double(2)`: expected 5" in result.output
    assert "4 of 24 grades are not as expected" in result.output


def test_a_class_that_was_not_graded_is_no_success(clone, answers):
    result = CliRunner().invoke(sample_class.main, ["--check-only", "--root", str(clone.root)])
    assert result.exit_code == 1
    assert "it was not graded" in result.output


def test_a_folder_that_is_no_course(tmp_path):
    result = CliRunner().invoke(sample_class.main, ["--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "has no nbgrader_config.py" in result.output
