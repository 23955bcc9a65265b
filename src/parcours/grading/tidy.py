"""A submitted notebook becomes an honest one again, before nbgrader's own sanitizing sees it.

Students duplicate, delete and edit graded cells, by accident mostly, and their tools write what
they like into metadata. Stock nbgrader stops the whole batch at some of it and gives full marks
for some (a `skip-execution` tag on a test cell). Here every cell is made anew from three things:
its type, its text, and the id that it claims; all else comes from the gradebook.

    c.Autograde.sanitize_preprocessors = ["parcours.grading.tidy.Tidy", "nbgrader....", ...]
"""

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from parcours.grading.cells import without_hidden_tests
from parcours.grading.reading import valid_outputs, with_ids
from parcours.grading.truth import TrueCell, true_cells, true_kernelspec

MISSING = "# This cell ({name}) was missing from the submission; it was put back empty.\n"


class Tidy(NbGraderPreprocessor):
    """Restores the graded cells and drops what may not come from a student."""

    max_source = Integer(
        1_000_000, help="A cell with more characters than this is left out and named in its place."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        where = resources["nbgrader"]
        self._who = where.get("student", "?")
        place = (where["db_url"], where["notebook"], where["assignment"])
        truth = true_cells(*place, order=resources.get("parcours_order") or ())

        cells = self._claimed(nb.cells, truth)
        for position, cell in self._missing(cells, truth):
            cells.insert(position, cell)

        reason = resources.get("parcours_unreadable") or ""
        if reason:
            cells.insert(0, nbformat.v4.new_markdown_cell(f"> **Not graded.** {reason}"))
        kernelspec = true_kernelspec(*place)
        nb = nbformat.v4.new_notebook(
            cells=with_ids(cells),
            metadata={
                "kernelspec": kernelspec,
                "language_info": _language_info(kernelspec.get("language") or "python"),
                # `half_done` goes with the grades; where it stays, grading was cut short
                "parcours": {"half_done": True} | ({"unreadable": reason} if reason else {}),
            },
        )
        nb.nbformat_minor = 5
        return nb, resources

    def _claimed(self, cells: Sequence[NotebookNode], truth: list[TrueCell]) -> list[NotebookNode]:
        """The cells anew: each known id once, as the gradebook knows it."""
        claims = [_claim(cell) for cell in cells]
        keepers = {}
        for true in truth:
            claimed = [number for number, claim in enumerate(claims) if claim == true.name]
            if claimed:
                keepers[true.name] = self._keeper(true, claimed, cells)
        by_name = {true.name: true for true in truth}

        kept = []
        for number, (cell, claim) in enumerate(zip(cells, claims, strict=True)):
            true = by_name.get(claim)
            if true and keepers[claim] == number:
                kept.append(self._restored(cell, true))
            elif not (true and _says_nothing_new(cell, true)):
                kept.append(self._ordinary(cell, cell.cell_type))
        return kept

    def _keeper(self, true: TrueCell, claimed: list[int], cells: Sequence[NotebookNode]) -> int:
        """Which of several cells with one id counts: the last that answers, or the last.

        Later definitions win in a notebook that runs from top to bottom, so the last answer is
        the one whose effect the student saw; an untouched copy of the stub answers nothing.
        """
        if len(claimed) > 1:
            self._say(f"cell {true.name} is there {len(claimed)} times; the last answer counts")
        answers = [n for n in claimed if not _says_nothing_new(cells[n], true)]
        return (answers if answers and not true.locked else claimed)[-1]

    def _restored(self, cell: NotebookNode, true: TrueCell) -> NotebookNode:
        if cell.cell_type != true.cell_type:
            self._say(f"cell {true.name} was a {cell.cell_type} cell; it is {true.cell_type} again")
        if true.locked and not _says_nothing_new(cell, true):
            self._say(f"the text of the locked cell {true.name} was edited; the original counts")
        claimed, due = cell.metadata["nbgrader"], true.metadata()
        # the checksum of a released test cell differs, since its hidden tests were cut
        common = due.keys() & claimed.keys() - {"checksum"}
        edited = sorted(key for key in common if claimed[key] != due[key])
        if edited:
            self._say(f"cell {true.name} had edited metadata ({', '.join(edited)}); put right")
        new = self._ordinary(cell, true.cell_type)
        if true.locked:
            new.source = true.source
        new.metadata["nbgrader"] = nbformat.from_dict(due)
        if true.locked and new.cell_type == "code":
            new.outputs = []
        return new

    def _ordinary(self, cell: NotebookNode, kind: str) -> NotebookNode:
        source = cell.source
        if len(source) > self.max_source:
            self._say(f"a cell of {len(source):,} characters was left out")
            source = f"# A cell of {len(source):,} characters stood here; it was too long to grade."
        if kind == "code":
            new = nbformat.v4.new_code_cell(source)
            # cleared by nbgrader's ClearOutput, unless a teacher says --no-execute
            new.outputs = valid_outputs(cell.get("outputs"))
        elif kind == "markdown":
            new = nbformat.v4.new_markdown_cell(source)
            pictures = {
                name: data
                for name, data in cell.get("attachments", {}).items()
                if f"attachment:{name}" in source and isinstance(data, dict)
            }
            if pictures:
                new.attachments = pictures
        else:
            new = nbformat.v4.new_raw_cell(source)
        new.id = cell.get("id", "")
        return new

    def _missing(
        self, cells: list[NotebookNode], truth: list[TrueCell]
    ) -> list[tuple[int, NotebookNode]]:
        """(position, cell) of every cell to put back, to be inserted one after the other."""
        places = {
            cell.metadata["nbgrader"]["grade_id"]: number
            for number, cell in enumerate(cells)
            if "nbgrader" in cell.metadata
        }
        known = [true.name for true in truth]
        insertions = []
        for number, true in enumerate(truth):
            if true.name in places:
                continue
            before = [places[name] for name in known[:number] if name in places]
            after = [places[name] for name in known[number + 1 :] if name in places]
            position = before[-1] + 1 if before else min(after, default=len(cells))
            places = {name: at + (at >= position) for name, at in places.items()}
            places[true.name] = position
            insertions.append((position, self._put_back(true)))
        if insertions and cells:
            names = ", ".join(cell.metadata["nbgrader"]["grade_id"] for _, cell in insertions)
            self._say(f"missing and put back: {names}")
        return insertions

    def _put_back(self, true: TrueCell) -> NotebookNode:
        make = (
            nbformat.v4.new_code_cell if true.cell_type == "code" else nbformat.v4.new_markdown_cell
        )
        source = true.source
        if true.solution and not true.grade:
            # not the stub: it would overwrite an answer that stands in another cell
            source = MISSING.format(name=true.name) if true.cell_type == "code" else ""
        cell = make(source, metadata={"nbgrader": true.metadata()})
        cell.id = true.name
        return cell

    def _say(self, what: str) -> None:
        self.log.warning("%s: %s.", self._who, what)


def _language_info(language: str) -> dict[str, str]:
    return {"name": language} | ({"pygments_lexer": "ipython3"} if language == "python" else {})


def _claim(cell: NotebookNode) -> str | None:
    claimed = cell.metadata.get("nbgrader")
    grade_id = claimed.get("grade_id") if isinstance(claimed, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _says_nothing_new(cell: NotebookNode, true: TrueCell) -> bool:
    """Whether the cell is empty or still the text that the student was given."""
    given = {"", true.source.strip(), without_hidden_tests(true.source).strip()}
    return cell.source.strip() in given
