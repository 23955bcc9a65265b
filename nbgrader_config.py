"""How nbgrader works in this course. Plain `nbgrader` commands, run here, read this file."""

from pathlib import Path

from parcours.authoring.regions import STUB, TEXT_STUB
from parcours.grading import make_ready

make_ready()  # nbgrader finds its tools, also where this environment is not activated

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.CourseDirectory.course_id = "parcours"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# release/ is committed: without this a clone's gradebook would never learn the assignment,
# since nbgrader passes over what exists. The exporter refuses what could not be finished.
c.GenerateAssignment.force = True
c.GenerateAssignment.exporter_class = "parcours.grading.exporters.ReleaseExporter"
c.ClearSolutions.code_stub = {"python": STUB}
c.ClearSolutions.text_stub = TEXT_STUB

# What is handed in is read, put right, run apart from the tests, and judged.
c.Autograde.exporter_class = "parcours.grading.exporters.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "parcours.grading.tidy.Tidy",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "parcours.grading.execute.ExecuteAndJudge",  # for nbgrader's Execute
    "parcours.grading.harmless.Harmless",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "parcours.grading.scores.SaveScores",  # for nbgrader's SaveAutoGrades
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = ["nbgrader"]
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = [("language_info", "name"), "parcours"]

# Feedback is made anew whenever it is asked for, and never shows hidden tests.
c.GenerateFeedback.force = True
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "parcours.grading.feedback.CutHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
