"""Submissions made of a few lines, and what a test cell says about them."""

import textwrap
from collections.abc import Callable, Iterator

import pytest

from parcours.judge import Submission, Verdict


@pytest.fixture
def judge() -> Iterator[Callable[..., Verdict]]:
    """judge(check, cell, cell, ...): the verdict of one check about the cells of a notebook."""
    submissions: list[Submission] = []

    def decide(check: str, *cells: str) -> Verdict:
        submission = Submission([textwrap.dedent(cell) for cell in cells], seconds=4)
        submissions.append(submission)
        return submission.judge("from parcours import checks\n" + textwrap.dedent(check))

    yield decide
    for submission in submissions:
        submission.close()
