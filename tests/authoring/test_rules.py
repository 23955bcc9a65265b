"""Each rule refuses, in one sentence that says where and what to do."""

import re

import pytest

from parcours.authoring.chapter import parse_chapter
from parcours.authoring.rules import check_course

STUB = '''\
# %% nbgrader={"solution": "ch01-ex1-double"}
def double(number):
    """Twice the number."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION


'''
TEST = """\
# %% nbgrader={"test": "ch01-ex1-result", "points": 2}
# double gives twice the number
from parcours import checks

checks.examples(double, checks.case(1, returns=2))
"""


def problems(*texts: str, name: str = "ch01_first_look") -> list[str]:
    """Everything that is said about chapters with these texts."""
    chapters, found = [], []
    for number, text in enumerate(texts):
        chapter, faults = parse_chapter(name if number == 0 else f"{name}_{number}", text)
        chapters.append(chapter)
        found += faults
    return [str(problem) for problem in sorted({*found, *check_course(chapters)})]


def test_a_good_chapter_has_no_problems():
    assert problems(STUB + TEST) == []


def changed(old: str, new: str) -> str:
    text = STUB + TEST
    assert old in text
    return text.replace(old, new)


def hidden(lines: str) -> str:
    region = f"### BEGIN HIDDEN TESTS\n{lines}\n### END HIDDEN TESTS\n"
    return changed("checks.examples(", region + "checks.examples(")


REFUSED = {
    "duplicate id": (
        STUB + TEST + TEST,
        ":15: ch01-ex1-result is the id of the cell at chapters/ch01_first_look.py:10 too: rename",
    ),
    "id with a dot": (
        changed("ch01-ex1-result", "ch01-ex1.result"),
        ":10: ch01-ex1.result is no id of the form chNN-exN-words: use lower-case letters",
    ),
    "id without words": (
        changed("ch01-ex1-result", "ch01-ex1"),
        ":10: ch01-ex1 is no id of the form chNN-exN-words",
    ),
    "id of another chapter": (
        changed("ch01-ex1-", "ch02-ex1-"),
        ":2: ch02-ex1-double belongs to another chapter: ids of this one begin with ch01-",
    ),
    "id too long": (
        changed("ch01-ex1-result", "ch01-ex1-" + "result" * 10),
        " is an id of 69 characters: use 64 at most",
    ),
    "no id": (
        changed('"test": "ch01-ex1-result"', '"test": ""'),
        ":9: this test cell has no id: write",
    ),
    "test without points": (
        changed(', "points": 2', ""),
        ":9: ch01-ex1-result has no points: give it a number above 0",
    ),
    "no points for the test": (
        changed('"points": 2', '"points": 0'),
        ":9: ch01-ex1-result has points of 0: give it a number above 0",
    ),
    "points below zero": (changed('"points": 2', '"points": -1'), "has points of -1: give"),
    "points that are no number": (changed('"points": 2', '"points": "2"'), "points of '2': give"),
    "points that are true": (changed('"points": 2', '"points": true'), "points of True: give"),
    "points of a solution": (
        changed('"ch01-ex1-double"}', '"ch01-ex1-double", "points": 1}'),
        ":1: ch01-ex1-double has the nbgrader key 'points': take it out, only test and manual",
    ),
    "unknown key": (
        changed('"points": 2', '"points": 2, "timeout": 3'),
        ":9: ch01-ex1-result has the nbgrader key 'timeout': take it out, it is not known",
    ),
    "nbgrader's long form": (
        changed('{"solution": "ch01-ex1-double"}', '{"grade_id": "ch01-ex1-double"}'),
        ":1: this cell's nbgrader metadata names no single role: write one of solution, test",
    ),
    "two roles": (
        changed('"points": 2', '"points": 2, "locked": "ch01-ex1-given"'),
        ":9: this cell's nbgrader metadata names no single role",
    ),
    "metadata that is no JSON": (
        changed('"ch01-ex1-result"', "ch01-ex1-result"),
        ":9: this cell's marker says 'nbgrader=",
    ),
    "empty metadata": (
        changed('{"solution": "ch01-ex1-double"}', "{}"),
        ":1: this cell's nbgrader metadata names no single role",
    ),
    "a key of its own in the marker": (
        changed('"points": 2}', '"points": 2} collapsed=true'),
        ":9: this cell's marker says 'collapsed=True', which is not understood",
    ),
    "points without end": (changed('"points": 2', '"points": Infinity'), "has points of inf: give"),
    "a title in the marker": (
        changed('# %% nbgrader={"test"', '# %% My test nbgrader={"test"'),
        ":9: this cell's marker says 'My test', which is not understood",
    ),
    "tags that are no list": (
        changed('"points": 2}', '"points": 2} tags=3'),
        ":9: this cell marker cannot be read: write its tags as",
    ),
    "a solution in prose": (
        changed('# %% nbgrader={"solution"', '# %% [markdown] nbgrader={"solution"'),
        ":1: ch01-ex1-double is a solution cell: it has to be a code cell",
    ),
    "a raw cell": (STUB + TEST + "\n# %% [raw]\n# x\n", ":15: this is a raw cell: make it"),
    "an empty cell": (STUB + TEST + "\n# %%\n", ":15: this cell is empty: write something"),
    "a region left open": (
        changed("    ### END SOLUTION\n", ""),
        ":4: ch01-ex1-double leaves its solution region open: close it",
    ),
    "a region closed twice": (
        changed("    ### END SOLUTION\n", "    ### END SOLUTION\n" * 2),
        ":7: ch01-ex1-double closes a solution region that is not open",
    ),
    "a region in another": (
        changed("    return 2", "    ### BEGIN SOLUTION\n    return 2"),
        ":5: ch01-ex1-double begins a solution region inside another",
    ),
    "a hidden region left open": (
        hidden("pass").replace("### END HIDDEN TESTS\n", ""),
        ":13: ch01-ex1-result leaves its hidden region open",
    ),
    "a hidden region closed twice": (
        hidden("pass\n### END HIDDEN TESTS"),
        ":16: ch01-ex1-result closes a hidden region that is not open",
    ),
    "a hidden region in another": (
        hidden("### BEGIN HIDDEN TESTS"),
        ":14: ch01-ex1-result begins a hidden region inside another",
    ),
    "a solution region in a plain cell": (
        STUB + TEST + "\n# %%\n### BEGIN SOLUTION\n1\n### END SOLUTION\n",
        ":16: this code cell holds a solution region, which has no place in a plain cell",
    ),
    "the words of a region in prose": (
        STUB + TEST + "\n# %% [markdown]\n# Some\n# BEGIN SOLUTION\n",
        ":17: this prose cell holds a solution region",
    ),
    "a hidden region in a solution cell": (
        changed(
            "    return 2", "    ### BEGIN HIDDEN TESTS\n    ### END HIDDEN TESTS\n    return 2"
        ),
        ":5: ch01-ex1-double holds a hidden region, which has no place in a solution cell",
    ),
    "a solution cell without a region": (
        changed("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", ""),
        ":2: ch01-ex1-double has no solution region: put",
    ),
    "a region at top level": (
        changed(STUB, STUB.replace("    ### BEGIN", "### BEGIN").replace("    ### END", "### END")),
        ":4: ch01-ex1-double has its solution region outside of a function",
    ),
    "a region around the whole function": (
        '# %% nbgrader={"solution": "ch01-ex1-double"}\n### BEGIN SOLUTION\ndef double(number):\n'
        "    return 2 * number\n### END SOLUTION\n\n" + TEST,
        ":2: ch01-ex1-double has its solution region outside of a function",
    ),
    "a region in a class body": (
        '# %% nbgrader={"solution": "ch01-ex1-double"}\nclass Double:\n    """Doubles."""\n'
        "    ### BEGIN SOLUTION\n    def of(self, n): ...\n    ### END SOLUTION\n\n"
        + TEST.replace("double,", "Double,"),
        ":4: ch01-ex1-double has its solution region outside of a function",
    ),
    "a stub without a docstring": (
        changed('    """Twice the number."""\n', ""),
        ":2: ch01-ex1-double defines double without a docstring above the solution region",
    ),
    "a test that does not end in a check": (
        STUB + TEST + "assert double(2) == 4\n",
        ":14: ch01-ex1-result does not end in a check: let its last statement call",
    ),
    "a test that keeps the verdict": (
        changed("checks.examples(", "_verdict = checks.examples("),
        ":13: ch01-ex1-result does not end in a check",
    ),
    "a test that ends in a hidden check": (
        changed("checks.examples(", "### BEGIN HIDDEN TESTS\nchecks.examples(")
        + "### END HIDDEN TESTS\n",
        ":14: ch01-ex1-result ends in a hidden check: move its last statement out",
    ),
    "a test without a claim": (
        changed("# double gives twice the number\n", ""),
        ":10: ch01-ex1-result does not begin with a comment: state there",
    ),
    "a test that begins in a hidden region": (
        changed("# double gives", "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n# double gives"),
        ":10: ch01-ex1-result does not begin with a comment",
    ),
    "a name that nothing defines": (
        changed("checks.case(1,", "checks.case(_inputs[0],"),
        ":13: ch01-ex1-result uses _inputs, which nothing defines: import or define it",
    ),
    "a name that only a plain cell defines": (
        "# %%\nfactor = 2\n\n" + changed("returns=2", "returns=factor"),
        ":16: ch01-ex1-result uses factor, which nothing defines",
    ),
    "a name that only the solution region defines": (
        changed(
            "    ### END SOLUTION\n",
            "    ### END SOLUTION\n### BEGIN SOLUTION\nfactor = 2\n### END SOLUTION\n",
        ).replace("returns=2", "returns=factor"),
        "ch01-ex1-result uses factor, which nothing defines",
    ),
    "a name of an exercise further down": (
        TEST + "\n" + STUB,
        ":5: ch01-ex1-result uses double, which nothing defines",
    ),
    "a name inside a lambda": (
        changed("returns=2)", "where=lambda answer: answer == offset)"),
        ":13: ch01-ex1-result uses offset, which nothing defines",
    ),
    "a comprehension's name used outside of it": (
        changed("returns=2)", "returns=[n for n in range(3)][n])"),
        ":13: ch01-ex1-result uses n, which nothing defines",
    ),
    "a test that assigns a plain name": (
        changed("checks.examples(", "inputs = [1]\nchecks.examples("),
        ":13: ch01-ex1-result assigns inputs: names in a test cell begin with _, as _inputs",
    ),
    "a test that defines a plain function": (
        changed("checks.examples(", "def reference(): ...\nchecks.examples("),
        ":13: ch01-ex1-result assigns reference: names in a test cell begin with _",
    ),
    "a loop over a plain name": (
        changed("checks.examples(", "for n in []:\n    pass\nchecks.examples("),
        ":13: ch01-ex1-result assigns n:",
    ),
    "a name that only the hidden region defines": (
        hidden("_more = []").replace("returns=2)", "returns=2), *_more"),
        ":13: ch01-ex1-result defines _more in its hidden region alone but uses it outside",
    ),
    "a hidden region that cuts a statement": (
        hidden("_x = [1,").replace("checks.examples(double", "]; checks.examples(double"),
        ":13: ch01-ex1-result is not Python without its hidden region",
    ),
    "a solution region that cuts a statement": (
        changed(
            "    return 2 * number\n    ### END SOLUTION\n",
            "    x = (\n    ### END SOLUTION\n    )\n",
        ),
        "ch01-ex1-double leaves no Python when its solution region is cut",
    ),
    "a test that is not Python": (
        changed("checks.examples(double,", "checks.examples(double"),
        ":13: ch01-ex1-result is not Python",
    ),
    "a test with a magic": (
        changed("checks.examples(", "%pip list\nchecks.examples("),
        "is not Python",
    ),
    "a solution that is not Python": (
        changed("return 2 *", "return 2 * *"),
        ":5: ch01-ex1-double is not Python",
    ),
    "a live cell that is not Python": (
        "# %%\n1 +\n\n" + STUB + TEST,
        ":2: this code cell is not Python",
    ),
    "an exercise without a test": (
        STUB,
        ":2: ch01-ex1-double is alone: exercise ch01-ex1 has no test",
    ),
    "a test without an exercise": (
        STUB + TEST + "\n" + TEST.replace("ch01-ex1-", "ch01-ex2-"),
        ":16: ch01-ex2-result is alone: exercise ch01-ex2 has no solution cell",
    ),
    "text before the first cell": (
        "import time\n\n" + STUB + TEST,
        ":1: this text stands before the",
    ),
    "no cell at all": ("import time\n", ":1: the chapter has no cell: begin one"),
    "a marker inside a string": (
        STUB + TEST + '\n# %%\ns = """\n# %% no cell\n"""\n',
        ":17: a line inside a string or code fence looks like a cell marker",
    ),
}


@pytest.mark.parametrize("defect", REFUSED)
def test_is_refused(defect):
    text, sentence = REFUSED[defect]
    said = problems(text)
    assert any(sentence in one for one in said), "\n".join(said)
    for one in said:
        assert re.fullmatch(r"chapters/ch01_first_look\.py:\d+: .+\.", one)


def test_all_problems_are_told_at_once():
    text = changed('"points": 2', '"points": 0').replace("    ### END SOLUTION\n", "")
    text = text.replace("# double gives twice the number\n", "")
    said = " ".join(problems(text))
    assert "points of 0" in said
    assert "region open" in said
    assert "begin with a comment" in said


def test_ids_are_unique_over_chapters():
    said = problems(STUB + TEST, STUB + TEST)
    assert said == [
        "chapters/ch01_first_look_1.py:1: chapters/ch01_first_look.py has the number ch01 too: "
        "give one of them another.",
        "chapters/ch01_first_look_1.py:2: ch01-ex1-double is the id of the cell at "
        "chapters/ch01_first_look.py:2 too: rename one.",
        "chapters/ch01_first_look_1.py:10: ch01-ex1-result is the id of the cell at "
        "chapters/ch01_first_look.py:10 too: rename one.",
    ]


FINE = {
    "comprehensions, lambdas and nested functions have variables of their own": changed(
        "checks.examples(",
        "def _reference(items):\n    total = sum(n for n in items)\n"
        "    return lambda m: m + total\n\n"
        "_squares = {n: [k * n for k in range(n)] for n in range(3)}\nchecks.examples(",
    ),
    "imports in a test": changed("checks.examples(", "import math, os.path\nchecks.examples("),
    "a locked cell's names": (
        '# %% nbgrader={"locked": "ch01-ex1-given"}\nlow, high = 1, 2\n\n'
        + changed("returns=2", "returns=high")
    ),
    "top-level await and magics in live cells": (
        "# %%\nawait nothing()\n\n# %%\n# %timeit 1\n# !ls\n\n# %%\n# %%html\n# <b>x</b>\n\n"
        + STUB
        + TEST
    ),
    "a live cell that shows a syntax error": '# %% tags=["raises-exception"]\n1 +\n\n'
    + STUB
    + TEST,
    "methods of a class, each with a region": (
        '# %% nbgrader={"solution": "ch01-ex1-double"}\nclass Double:\n    """Doubles."""\n\n'
        "    def of(self, n):\n        ### BEGIN SOLUTION\n        return 2 * n\n"
        "        ### END SOLUTION\n\n" + TEST.replace("double,", "Double,")
    ),
    "a hidden region that replaces a value": hidden("_more = [1]")
    .replace("from parcours", "_more = []\nfrom parcours")
    .replace("returns=2)", "returns=2), *_more"),
    "a half point": changed('"points": 2', '"points": 0.5'),
    "an answer in prose, graded by hand": (
        STUB + TEST + '\n# %% [markdown] nbgrader={"manual": "ch01-ex1-why", "points": 2}\n# So.\n'
    ),
}


@pytest.mark.parametrize("shape", FINE)
def test_is_fine(shape):
    assert problems(FINE[shape]) == []
