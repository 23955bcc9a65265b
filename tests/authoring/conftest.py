"""A small course in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

import pytest

NAME = "ch01_first_look"
CHAPTER = '''\
# %% [markdown]
# # A first look

# %%
import time

await_nothing = time.sleep(0)

# %% nbgrader={"solution": "ch01-ex1-double"}
def double(number):
    """Twice the number."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION


# %% tags=["raises-exception"]
double(2)

# %% nbgrader={"test": "ch01-ex1-result", "points": 2}
# double gives twice the number
from parcours import checks

_cases = [checks.case(1, returns=2)]
### BEGIN HIDDEN TESTS
_cases += [checks.case(_n, returns=2 * _n, note="a larger number") for _n in range(5, 9)]
### END HIDDEN TESTS
checks.examples(double, *_cases)
'''


@dataclass
class Course:
    """A course's root, with helpers to write chapters and see its files."""

    root: Path
    text: str = CHAPTER

    def write(self, text: str = CHAPTER, name: str = NAME) -> Path:
        path = self.root / "chapters" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return path

    def derived(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for top in ("source", "release", "notebooks")
            for path in sorted((self.root / top).rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def course(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    course = Course(tmp_path)
    course.write()
    return course
