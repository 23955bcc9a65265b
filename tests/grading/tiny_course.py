"""A course of one small chapter in a temporary folder, graded by this project's configuration."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from parcours.grading import submissions
from parcours.grading.cells import verdict_in

ROOT = Path(__file__).parents[2]
CHAPTER = "ch90_tiny"

DOUBLE = "def double(value):\n    return 2 * value"
GREET = "def greet(name):\n    return f'hello {name}'"
SECRET = "hidden-ferry"


def solution_cell(grade_id, stub, solution):
    source = f"{stub}\n    ### BEGIN SOLUTION\n    {solution}\n    ### END SOLUTION"
    return _cell("code", source, grade_id, solution=True)


def check_cell(grade_id, points, claim, visible, hidden=""):
    hidden = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS\n" if hidden else ""
    source = f"# {claim}\nfrom parcours import checks\n{hidden}{visible}"
    return _cell("code", source, grade_id, grade=True, locked=True, points=points)


def _cell(kind, source, grade_id, *, grade=False, solution=False, locked=False, points=None):
    nbgrader = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    if points is not None:
        nbgrader["points"] = points
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell = make(source, metadata={"nbgrader": nbgrader})
    cell.id = grade_id
    return cell


def locked_cell(grade_id, source):
    return _cell("code", source, grade_id, locked=True)


def essay_cell(grade_id, points):
    return _cell(
        "markdown", "Because it is so.", grade_id, grade=True, solution=True, points=points
    )


def asserts_cell(grade_id, points, source):
    return _cell("code", source, grade_id, grade=True, locked=True, points=points)


def notebook_of(cells):
    nb = nbformat.v4.new_notebook(cells=cells)
    nb.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    return nb


def tiny_chapter():
    return notebook_of(
        [
            nbformat.v4.new_markdown_cell("# A tiny chapter"),
            locked_cell("ch90-setup", "import math"),
            solution_cell("ch90-ex1-double", "def double(value):", "return 2 * value"),
            check_cell(
                "ch90-ex1-values",
                2,
                "double returns twice its argument",
                "checks.examples(double, checks.case(2, returns=4), *_more)",
                f"_more = [checks.case('{SECRET}', returns='{SECRET}' * 2, note='a text')]",
            ),
            solution_cell("ch90-ex2-greet", "def greet(name):", "return f'hello {name}'"),
            check_cell(
                "ch90-ex2-greets",
                1,
                "greet says hello",
                "checks.examples(greet, checks.case('Ada', returns='hello Ada'))",
            ),
        ]
    )


@dataclass
class Course:
    """A course folder and nbgrader's converters in it, without nbgrader's seconds of start-up."""

    root: Path
    config: object
    chapter: str = CHAPTER

    @property
    def db_url(self):
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def write_source(self, notebook):
        folder = self.root / "source" / self.chapter
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{self.chapter}.ipynb")

    def _run(self, converter, student="*", **traits):
        coursedir = CourseDirectory(config=self.config)
        coursedir.assignment_id = self.chapter
        coursedir.student_id = student
        made = converter(coursedir=coursedir, config=self.config)
        for name, value in traits.items():
            setattr(made, name, value)
        try:
            made.start()
        except NbGraderException:
            return 1
        return 0

    def generate(self, **traits):
        return self._run(GenerateAssignment, **traits)

    def autograde(self, student="*", **traits):
        return self._run(Autograde, student, **traits)

    def feedback(self, student):
        assert self._run(GenerateFeedback, student) == 0
        page = self.root / "feedback" / student / self.chapter / f"{self.chapter}.html"
        return page.read_text(encoding="utf-8")

    def release(self):
        return submissions.release_of(self.root, self.chapter)

    def hand_in(self, student, notebook=None, **answers):
        """Hand in the release with answers ex1=..., ex2=...; right ones where none are given."""
        if notebook is None:
            given = {"ex1": DOUBLE, "ex2": GREET} | answers
            given = {f"ch90-{name}": text for name, text in given.items()}
            notebook = submissions.submitted(self.release(), given)
        return submissions.hand_in(self.root, student, self.chapter, notebook)

    def hand_in_text(self, student, text):
        path = self.hand_in(student)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path

    def autograded(self, student):
        folder = self.root / "autograded" / student / self.chapter
        return nbformat.read(folder / f"{self.chapter}.ipynb", as_version=4)

    def verdicts(self, student):
        cells = self.autograded(student).cells
        return {c.metadata.nbgrader.grade_id: v for c in cells if (v := verdict_in(c))}

    def grades(self, student):
        """Grade id -> (auto score, needs a person)."""
        with Gradebook(self.db_url) as gradebook:
            submission = gradebook.find_submission(self.chapter, student)
            return {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }


FULL = {"ch90-ex1-values": (2.0, False), "ch90-ex2-greets": (1.0, False)}
OPEN = {"ch90-ex1-values": (None, True), "ch90-ex2-greets": (None, True)}


def make_course(root):
    shutil.copy(ROOT / "nbgrader_config.py", root)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    course = Course(root, config)
    course.write_source(tiny_chapter())
    return course


def edit(notebook, grade_id):
    """The cell of this id in a submitted notebook."""
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def raw(notebook):
    return json.loads(nbformat.writes(notebook))
