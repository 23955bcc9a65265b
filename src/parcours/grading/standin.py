"""Finding a notebook that was handed in under another name, as browsers and copies make it.

find_stand_in(folder / "ch01_first_look.ipynb", ["ch01-ex1-timed", ...])
# -> folder / "ch01_first_look (1).ipynb"
"""

from collections.abc import Sequence
from pathlib import Path

from parcours.grading.reading import UnreadableError, read_submission


def find_stand_in(path: Path, grade_ids: Sequence[str]) -> Path | None:
    """The only other notebook in the folder of `path` that has any of these cells, or None.

    Two candidates are none: which of them counts is for a person to say.
    """
    others = [other for other in sorted(path.parent.glob("*.ipynb")) if other != path]
    candidates = [other for other in others if _has_any(other, set(grade_ids))]
    return candidates[0] if len(candidates) == 1 else None


def _has_any(path: Path, grade_ids: set[str]) -> bool:
    try:
        cells = read_submission(path).cells
    except UnreadableError:
        return False
    claims = [cell.metadata.get("nbgrader") for cell in cells]
    return any(isinstance(claim, dict) and claim.get("grade_id") in grade_ids for claim in claims)
