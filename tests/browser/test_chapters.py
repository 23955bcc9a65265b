"""Every chapter in JupyterLab in a real browser: it runs to its end, checks answer, labs move."""

from pathlib import Path

import nbformat
import pytest
from bench_page import LabPage
from in_browser import JupyterLab, lacking

from parcours.grading.answers import load_answers
from parcours.notebook import is_solution, put_answer

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(lacking()), reason=lacking())]

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("ch*.ipynb"))

ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .flatMap(cell => cell.model.type === 'code' ? cell.model.sharedModel.outputs : [])
  .filter(output => output.output_type === 'error').map(output => output.ename)"""
VERDICTS = ".parcours-verdict"


def figure(page):
    """The last figure on a lab's cards: a dash before the first run."""
    return page.locator(".pb-card b").last.text_content()


def test_there_are_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_fresh_chapter_runs_to_its_end_and_its_lab_moves(chapter, tmp_path):
    name = f"{chapter}.ipynb"
    fresh = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    checks = sum("check" in cell.metadata.get("tags", []) for cell in fresh.cells)
    with JupyterLab({name: fresh}, tmp_path) as lab:
        opened = LabPage(lab, name)
        page = opened.page
        assert set(page.evaluate(ERRORS)) == {"NotImplementedError"}
        said = page.locator(VERDICTS).all_text_contents()
        assert len(said) == checks
        assert all("is not written yet" in text for text in said), said
        assert ", 4 " in opened.title()
        opened.move("Workers", "ArrowRight", times=2)
        opened.wait_for_title(", 6 ")
        assert figure(page) == "-"
        opened.press("run")
        opened.wait_for_status("done.")
        assert figure(page) != "-"
        opened.opened.screenshot(f"{chapter}_lab")
        assert lab.console == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_with_right_answers_passes_every_check(chapter, tmp_path):
    name = f"{chapter}.ipynb"
    done = nbformat.read(ROOT / "release" / chapter / name, as_version=4)
    answers = load_answers(ROOT / "tests" / "answers" / chapter)
    for exercise, given in answers.items():
        put_answer(done, exercise, next(a.text for a in given if a.name.endswith("reference")))
    assert not any("NotImplementedError" in c.source for c in done.cells if is_solution(c))
    with JupyterLab({name: done}, tmp_path) as lab:
        page = lab.open(name)
        page.run_all()
        assert page.page.evaluate(ERRORS) == []
        said = page.page.locator(VERDICTS).all_text_contents()
        assert said
        assert all("Passed" in text for text in said), said
        page.page.locator(f"{VERDICTS} svg").last.scroll_into_view_if_needed()
        page.screenshot(f"{chapter}_verdict")
        assert lab.console == []
