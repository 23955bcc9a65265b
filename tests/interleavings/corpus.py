"""The small programs of this folder, each with the outcome that it must get."""

from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parent / "programs"
CELL = "# the test cell\n"


class Program(NamedTuple):
    """name; outcome: "pass" or how it goes wrong; learner: the cell; cell: the teacher's test."""

    name: str
    outcome: str
    learner: str
    cell: str


def programs() -> list[Program]:
    """All programs by name. The first line of a file is `# outcome`."""
    found = []
    for path in sorted(PROGRAMS.glob("*.py")):
        first, _, rest = path.read_text().partition("\n")
        learner, _, cell = rest.partition(CELL)
        learner = learner.replace("from parcours import checks\n", "\n")
        found.append(Program(path.stem, first.removeprefix("# "), learner, cell))
    return found
