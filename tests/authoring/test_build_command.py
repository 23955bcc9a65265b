"""`parcours build` as people meet it: what it prints and its exit codes."""

import pytest
from click.testing import CliRunner

from parcours.cli import main


@pytest.fixture
def parcours(course, monkeypatch):
    (course.root / "docs").mkdir()
    monkeypatch.chdir(course.root / "docs")
    return lambda *arguments: CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_it_prints_what_it_wrote(parcours):
    result = parcours("build")
    assert result.exit_code == 0
    assert result.stdout == (
        "wrote source/ch01_first_look/ch01_first_look.ipynb\n"
        "wrote release/ch01_first_look/ch01_first_look.ipynb\n"
        "wrote notebooks/ch01_first_look.ipynb\n"
    )
    assert parcours("build", "ch01").stdout == "Up to date\n"
    check = parcours("build", "--check")
    assert (check.exit_code, check.stdout) == (0, "Up to date\n")


def test_a_check_tells_drift_and_writes_nothing(parcours, course):
    result = parcours("build", "--check")
    assert result.exit_code == 1
    assert "release/ch01_first_look/ch01_first_look.ipynb: missing\n" in result.stderr
    assert course.derived() == {}


def test_a_refusal_is_told_without_a_traceback(parcours, course):
    course.write("# %% [markdown]\n# A title\n\n# %%\n1 +\n")
    result = parcours("build")
    assert result.exit_code == 1
    assert result.stderr == (
        "chapters/ch01_first_look.py:5: this code cell is not Python (invalid syntax): "
        "correct this line.\n"
    )


def test_outside_of_a_course_it_says_where_to_go(parcours, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = parcours("build")
    assert result.exit_code == 1
    assert "is not inside the course: go to the folder with pyproject.toml" in result.stderr


def test_the_root_can_be_named(parcours, course, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert parcours("build", "--root", str(course.root)).exit_code == 0
    assert len(course.derived()) == 3
