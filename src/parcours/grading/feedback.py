"""What learners may read of their graded notebook: their work and the verdicts, no hidden tests.

c.GenerateFeedback.preprocessors = [..., "parcours.grading.feedback.CutHiddenTests", ...]
"""

from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

from parcours.grading.cells import BEGIN_HIDDEN, is_test, without_hidden_tests


class CutHiddenTests(NbGraderPreprocessor):
    """Shows test cells as they were released.

    nbgrader's own ClearHiddenTests raises where a student writes its markers into a cell. Test
    cells that run in a kernel lose their tracebacks too, which quote the hidden lines.
    """

    # configurable here since nbconvert's HTML exporter configures it for all preprocessors
    display_data_priority = List(["text/html", "image/png", "text/plain"]).tag(config=True)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if not (utils.is_grade(cell) and utils.is_locked(cell)):
            return cell, resources
        if cell.cell_type == "code" and BEGIN_HIDDEN in cell.source and not is_test(cell):
            cell.outputs = [_without_traceback(output) for output in cell.outputs]
        cell.source = without_hidden_tests(cell.source).rstrip()
        return cell, resources


def _without_traceback(output: NotebookNode) -> NotebookNode:
    if output.output_type != "error":
        return output
    name = output.ename
    return nbformat.v4.new_output("error", ename=name, evalue=output.evalue, traceback=[name])
