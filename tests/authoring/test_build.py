"""chapters -> source -> release -> notebooks, and drift."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from parcours import notebook
from parcours.authoring import BuildError, build, find_drift
from parcours.authoring.regions import HIDDEN, SOLUTION, STUB, cut, find

SOURCE = "source/ch01_first_look/ch01_first_look.ipynb"
RELEASE = "release/ch01_first_look/ch01_first_look.ipynb"
LEARNERS = "notebooks/ch01_first_look.ipynb"


def read(course, path):
    return notebook.read(course.root / path)


def test_a_build_writes_three_editions_once(course):
    assert build(course.root).written == (SOURCE, RELEASE, LEARNERS)
    assert sorted(course.derived()) == sorted((SOURCE, RELEASE, LEARNERS))
    assert build(course.root).written == ()
    assert find_drift(course.root) == []


def test_a_build_is_the_same_from_anywhere(course, tmp_path_factory):
    build(course.root)
    here = course.derived()
    for path in here:
        (course.root / path).unlink()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    # settings of the user, of the folder and of the course must not reach the release
    (elsewhere / "nbgrader_config.py").write_text("get_config().LockCells.enabled = False")
    (elsewhere / "jupytext.toml").write_text('cell_metadata_filter = "-all"')
    (course.root / "nbgrader_config.py").write_text("get_config().LockCells.enabled = False")
    environment = os.environ | {"PYTHONHASHSEED": "7", "PATH": "", "HOME": str(elsewhere)}
    code = "import sys; from parcours.cli import main; main(sys.argv[1:])"
    subprocess.run(
        [sys.executable, "-c", code, "build", "--root", str(course.root)],
        cwd=elsewhere,
        env=environment,
        check=True,
    )
    assert course.derived() == here


def test_windows_line_ends_in_a_chapter_change_nothing(course):
    build(course.root)
    path = course.write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert find_drift(course.root) == []
    assert all(b"\r" not in content for content in course.derived().values())


def test_every_edition_is_a_valid_notebook_with_fixed_metadata(course):
    build(course.root)
    for path in (SOURCE, RELEASE, LEARNERS):
        made = read(course, path)
        nbformat.validate(made, version=4, version_minor=5)
        MetadataValidator().validate_nb(made)
        assert made.metadata == {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }


def test_graded_cells_have_nbgraders_complete_metadata(course):
    course.write(
        course.text
        + '\n# %% nbgrader={"locked": "ch01-ex1-given"}\nlimit = 3\n'
        + '\n# %% [markdown] nbgrader={"manual": "ch01-ex1-why", "points": 1.5}\n# So.\n'
    )
    build(course.root)
    graded = {
        cell.metadata.nbgrader.pop("grade_id"): dict(cell.metadata.nbgrader)
        for cell in read(course, SOURCE).cells
        if "nbgrader" in cell.metadata
    }
    common = {"schema_version": 3, "task": False}
    assert graded == {
        "ch01-ex1-double": common | {"grade": False, "solution": True, "locked": False},
        "ch01-ex1-result": common | {"grade": True, "solution": False, "locked": True, "points": 2},
        "ch01-ex1-given": common | {"grade": False, "solution": False, "locked": True},
        "ch01-ex1-why": common | {"grade": True, "solution": True, "locked": False, "points": 1.5},
    }


def test_cell_ids_are_grade_ids_or_come_from_the_content(course):
    course.write(course.text + "\n# %%\n1\n\n# %%\n1\n\n# %% [markdown]\n# 1\n")
    build(course.root)
    ids = [cell.id for cell in read(course, SOURCE).cells]
    assert ids[2:5:2] == ["ch01-ex1-double", "ch01-ex1-result"]
    assert ids[6] == f"{ids[5]}-2"
    assert len(set(ids)) == len(ids)
    assert [cell.id for cell in read(course, LEARNERS).cells] == ids
    # what stands above does not change an id
    course.write("# %%\n0\n\n" + course.text)
    build(course.root)
    assert [cell.id for cell in read(course, SOURCE).cells][1:] == ids[:-3]


def test_the_release_keeps_no_solution_and_no_hidden_test(course):
    build(course.root)
    for path in (RELEASE, LEARNERS):
        text = (course.root / path).read_text()
        assert "2 * " not in text
        assert "a larger number" not in text
        assert "BEGIN" not in text


def test_the_release_is_cut_as_the_rules_expect(course):
    build(course.root)
    pairs = zip(read(course, SOURCE).cells, read(course, RELEASE).cells, strict=True)
    for source, release in pairs:
        expected = cut(source.source, find(SOLUTION, source.source)[0], STUB)
        assert release.source == cut(expected, find(HIDDEN, expected)[0])


def test_the_learners_edition_is_unlocked_and_tagged(course):
    build(course.root)
    cells = read(course, LEARNERS).cells
    assert [dict(cell.metadata) for cell in cells] == [
        {},
        {},
        {"tags": ["exercise"]},
        {"tags": ["raises-exception"]},
        {"tags": ["check"]},
    ]
    locked = [cell.metadata.get("editable") for cell in read(course, RELEASE).cells]
    assert locked == [None, None, None, None, False]


def test_a_refused_chapter_writes_nothing(course):
    course.write(name="ch02_choose")
    course.write(course.text.replace('"points": 2', '"points": 0'))
    with pytest.raises(BuildError) as refused:
        build(course.root)
    said = str(refused.value).splitlines()
    assert "ch01_first_look.py:20: ch01-ex1-result has points of 0" in said[0]
    assert "chapters/ch02_choose.py:10: ch01-ex1-double belongs to another chapter" in said[1]
    assert len(said) == len(refused.value.problems) > 2
    assert course.derived() == {}


@pytest.mark.parametrize("name", ["first_look", "ch1_first", "ch01-first", "ch01_First", "ch01_"])
def test_a_chapter_of_another_name_is_refused(course, name):
    course.write(name=name)
    with pytest.raises(BuildError, match=rf"chapters/{name}\.py:1: the file's name is not of the"):
        build(course.root)


def test_a_chapter_that_is_not_text_is_refused(course):
    course.write().write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BuildError, match=r"ch01_first_look\.py:1: the file is not UTF-8 text"):
        build(course.root)


def test_a_course_without_chapters_is_refused(course):
    course.write().unlink()
    with pytest.raises(BuildError, match="chapters/ holds no chapter"):
        build(course.root)


@pytest.mark.parametrize("stray", ["ch01_first_look/ch01_first_look.py", "ch02_x/ch02_x.ipynb"])
def test_a_stray_file_in_source_is_refused(course, stray):
    path = course.root / "source" / stray
    path.parent.mkdir(parents=True)
    path.write_text("solutions")
    with pytest.raises(BuildError, match=rf"^source/{stray}: this file comes from no chapter"):
        build(course.root)
    assert list(course.derived()) == [f"source/{stray}"]


def test_what_a_former_chapter_left_is_removed(course):
    build(course.root)
    for path in ("release/ch02_old/ch02_old.ipynb", "notebooks/ch02_old.ipynb"):
        (course.root / path).parent.mkdir(exist_ok=True)
        (course.root / path).write_text("old")
    (course.root / "notebooks/my own.ipynb").write_text("mine")
    assert [str(drift) for drift in find_drift(course.root)] == [
        "notebooks/ch02_old.ipynb: should not be there",
        "release/ch02_old/ch02_old.ipynb: should not be there",
    ]
    assert len(build(course.root).removed) == 2
    assert "notebooks/my own.ipynb" in course.derived()
    assert not (course.root / "release/ch02_old").exists()
    assert find_drift(course.root) == []


def two_chapters(course):
    course.write(course.text.replace("ch01-", "ch02-"), name="ch02_choose")
    build(course.root)
    for path in ("notebooks/ch01_first_look.ipynb", "notebooks/ch02_choose.ipynb"):
        (course.root / path).unlink()


@pytest.mark.parametrize("name", ["ch02", "ch02_choose", "chapters/ch02_choose.py"])
def test_one_chapter_is_built_alone(course, name):
    two_chapters(course)
    assert build(course.root, [name]).written == ("notebooks/ch02_choose.ipynb",)
    assert find_drift(course.root, ["ch02"]) == []
    assert [drift.path for drift in find_drift(course.root)] == [LEARNERS]


def test_an_unknown_chapter_is_refused(course):
    with pytest.raises(BuildError, match=r"There is no chapter ch09: there are ch01_first_look\."):
        build(course.root, ["ch09"])


def test_drift_is_told_file_by_file(course):
    build(course.root)
    (course.root / SOURCE).unlink()
    (course.root / LEARNERS).write_text("nothing")
    made = read(course, RELEASE)
    made.cells[3].source = "double(3)"
    notebook.write(made, course.root / RELEASE)
    drifts = {drift.path: drift.what for drift in find_drift(course.root)}
    assert drifts == {
        SOURCE: "missing",
        RELEASE: f"differs (first in cell 4, {made.cells[3].id}: its source)",
        LEARNERS: "differs (it is no notebook any more)",
    }


def rewrite(course, change):
    content = json.loads((course.root / LEARNERS).read_text())
    change(content)
    (course.root / LEARNERS).write_text(json.dumps(content, indent=1) + "\n")


DIFFERENCES = {
    "it has 4 cells instead of 5": lambda content: content["cells"].pop(),
    "in its metadata or layout": lambda content: content["metadata"].update(widgets={}),
    "first in cell 2": lambda content: content["cells"][1].update(execution_count=3),
    "first in cell 1": lambda content: content["cells"][0].update(attachments={}),
}


@pytest.mark.parametrize("words", DIFFERENCES)
def test_the_first_difference_is_named(course, words):
    build(course.root)
    rewrite(course, DIFFERENCES[words])
    (drift,) = find_drift(course.root)
    assert words in drift.what


def test_a_changed_chapter_shows_as_drift_until_it_is_built(course):
    build(course.root)
    course.write(course.text.replace("A first look", "A second look"))
    assert [drift.path for drift in find_drift(course.root)] == [LEARNERS, RELEASE, SOURCE]
    build(course.root)
    assert find_drift(course.root) == []
