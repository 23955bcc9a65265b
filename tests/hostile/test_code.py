"""Answers that attack the judge: nothing gained, nothing read, nothing left, the next one unharmed.

Each file in `code/` is the text of one exercise's solution cell; its first line says how many
points its honest part is worth at most and what it tries.
"""

import os
import re
import secrets
import socket
import tempfile
from pathlib import Path

import nbformat
import psutil
import pytest

from parcours.judge import Submission, makers
from parcours.judge.box import why_no_sandbox
from parcours.notebook import exercise_of

pytestmark = [
    pytest.mark.slow,
    # Never without: one of them kills every process that it may kill.
    pytest.mark.skipif(bool(why_no_sandbox()), reason=f"no sandbox: {why_no_sandbox()}"),
]

ROOT = Path(__file__).parents[2]
CODE = sorted((Path(__file__).parent / "code").glob("*.py"))
HEADER = re.compile(
    r"# (?P<exercise>(?P<number>ch\d\d)-ex\d+), (?P<points>[\d.]+) of (?P<all>[\d.]+) points: .+"
)
HONEST = "def double(x):\n    return 2 * x"


@pytest.fixture(scope="module")
def canary():
    """A secret in every place that an attacker may look at; and a port that nobody may reach."""
    secret = f"canary-{secrets.token_hex(8)}"
    with (
        tempfile.TemporaryDirectory(prefix="canary-", dir="/var/tmp") as folder,
        tempfile.NamedTemporaryFile("w", prefix="canary-", dir="/tmp") as beside,
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("gradebook.db", "source/ch01/ch01.ipynb", "submitted/other/ch01/ch01.ipynb"):
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secret)
        beside.write(secret)
        beside.flush()
        patch.setenv("CANARY", secret)
        patch.setenv("CANARY_PORT", str(server.getsockname()[1]))
        patch.chdir(folder)
        makers.close_makers()  # what runs already would not know these variables
        server.setblocking(False)
        yield secret
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture(scope="module")
def tests_of():
    """Exercise -> (points, source) of its test cells."""
    found: dict[str, list[tuple[float, str]]] = {}
    for path in sorted((ROOT / "source").glob("*/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade") and not about.get("solution"):
                exercise = exercise_of(about["grade_id"])
                found.setdefault(exercise, []).append((about["points"], cell.source))
    return found


def descendants():
    return [p for p in psutil.Process().children(recursive=True) if p.status() != "zombie"]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_nothing_gained_read_or_left(path, canary, tests_of, tmp_path):
    text = path.read_text()
    header = HEADER.fullmatch(text.splitlines()[0])
    assert header, f"{path.name}: the first line says exercise, points and attack"
    seen = []
    gained = 0.0
    with Submission([text], cwd=tmp_path, seconds=5) as submission:
        seen.append(str([run.outputs for run in submission.run()]))
        for points, source in tests_of[header["exercise"]]:
            verdict = submission.judge(source)
            assert verdict.outcome != "inconclusive", verdict
            gained += verdict.points(points)
            seen.append(verdict.html())
    assert gained <= float(header["points"]), seen
    assert sum(points for points, _ in tests_of[header["exercise"]]) == float(header["all"])
    assert canary not in "".join(seen)
    assert "<script" not in "".join(seen[1:])

    # A box is three processes (two of bubblewrap's own), a zygote without one is one.
    assert len(descendants()) <= 1 + 3 * len(makers._idle_boxes), descendants()
    assert os.listdir(tmp_path) == []
    with Submission([HONEST]) as honest:
        verdict = honest.judge(
            "from parcours import checks\nchecks.examples(double, checks.case(2, returns=4))"
        )
    assert verdict.outcome == "pass", verdict
