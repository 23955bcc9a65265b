"""The two exporters that nbgrader makes before a batch: the place to prepare, and to read files.

nbgrader makes a converter's exporter after it has found the submissions and before it touches the
first. That makes `exporter_class` the one configuration point that sees a whole batch, and the one
through which every file is read:

    c.Autograde.exporter_class = "parcours.grading.exporters.SubmissionExporter"
    c.GenerateAssignment.exporter_class = "parcours.grading.exporters.ReleaseExporter"
"""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.autograde import Autograde

from parcours.grading.batch import known_ids, prepare, refuse_lost_cells
from parcours.grading.reading import UnreadableError, read_submission
from parcours.grading.standin import find_stand_in


class SubmissionExporter(NotebookExporter):
    """Reads submissions; one that cannot be read becomes an empty notebook with the reason.

    `Tidy` fills that notebook with the exercises, and the gradebook says that it needs a person.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.parent, Autograde):
            prepare(self.parent)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        path = Path(filename)
        resources = self._init_resources(resources)
        resources["metadata"]["name"] = path.stem
        resources["metadata"]["path"] = str(path.parent)
        where = resources["nbgrader"] or {}
        who = where.get("student", "?")
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir and where:
            resources["parcours_order"] = known_ids(coursedir, where["assignment"], path.stem)
        stand_in = path if path.exists() else find_stand_in(path, resources["parcours_order"] or ())
        if stand_in and stand_in != path:
            self.log.warning(
                "%s: %s is missing; %s holds its exercises and is graded in its place.",
                *(who, path.name, stand_in.name),
            )
        try:
            nb = read_submission(stand_in or path)
        except UnreadableError as problem:
            reason = f"The file {path.name} {problem}; a person has to look at this submission."
            self.log.error("%s: %s", who, reason)
            resources["parcours_unreadable"] = reason
            nb = nbformat.v4.new_notebook()
        return self.from_notebook_node(nb, resources=resources, **kwargs)


class ReleaseExporter(NotebookExporter):
    """Refuses, before anything is deleted, a new release that the gradebook could not take."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.parent, GenerateAssignment) and not self.parent.no_database:
            refuse_lost_cells(self.parent)
