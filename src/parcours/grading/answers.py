"""Answers with the grade that each must get: the fixtures in tests/answers/<chapter>/.

A right answer begins `# ch01-ex2: a shape in words`, a wrong one
`# ch01-ex2, 1 of 3 points: SENTENCE`, the sentence of the exercise's first verdict that is no pass,
in which * stands for any text. What follows is the text of the exercise's solution cell.

    for answer in load_answers(Path("tests/answers/ch01_first_look"))["ch01-ex2"]:
        print(answer.name, answer.points)
"""

import re
from dataclasses import dataclass
from pathlib import Path

_RIGHT = re.compile(r"# (?P<exercise>ch\d\d-ex\d+): \S.*")
_WRONG = re.compile(
    r"# (?P<exercise>ch\d\d-ex\d+), (?P<points>[\d.]+) of (?P<maximum>[\d.]+) points?: "
    r"(?P<sentence>\S.*)"
)


class AnswerError(ValueError):
    """An answer file that does not say what it is; the message is one sentence."""


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise; `points` and `maximum` are None when it is right."""

    exercise: str
    name: str
    text: str
    points: float | None = None
    maximum: float | None = None
    sentence: str = ""

    @property
    def right(self) -> bool:
        return self.points is None

    def surprise(self, points: float, maximum: float, sentence: str) -> str:
        """How a grade differs from the expected one, in words; "" when it is the expected one.

        points, maximum: of the exercise; sentence: of its first verdict that is no pass, or "".
        """
        expected = maximum if self.points is None else self.points
        if self.maximum is not None and abs(self.maximum - maximum) > 0.005:
            return f"its header says of {self.maximum:g} points, the exercise has {maximum:g}"
        if abs(points - expected) > 0.005:
            return f"{expected:g} of {maximum:g} points were expected"
        if not _fits(self.sentence, sentence):
            return f"expected was: {self.sentence or 'nothing but passes'}"
        return ""


def _fits(pattern: str, sentence: str) -> bool:
    parts = [re.escape(part) for part in pattern.split("*")]
    return re.fullmatch(".*".join(parts), sentence, re.DOTALL) is not None


def load_answers(folder: Path) -> dict[str, list[Answer]]:
    """Exercise -> its answers, the right ones first. Raises AnswerError."""
    found: dict[str, list[Answer]] = {}
    for kind, header in (("right", _RIGHT), ("wrong", _WRONG)):
        for path in sorted((folder / kind).glob("*.py")):
            answer = _read(path, header)
            found.setdefault(answer.exercise, []).append(answer)
    return dict(sorted(found.items()))


def _read(path: Path, header: re.Pattern[str]) -> Answer:
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    match = header.fullmatch(first.rstrip())
    if match is None:
        example = "# ch01-ex2: a shape" if header is _RIGHT else "# ch01-ex2, 1 of 3 points: ..."
        raise AnswerError(f"{path}: its first line has to look like `{example}`, not {first!r}.")
    said = match.groupdict()
    return Answer(
        exercise=said["exercise"],
        name=path.stem,
        text=text.strip("\n"),
        points=float(said["points"]) if "points" in said else None,
        maximum=float(said["maximum"]) if "maximum" in said else None,
        sentence=said.get("sentence", ""),
    )


def deal(answers: list[Answer], students: int) -> list[Answer]:
    """One answer a student: each is used where there are enough students, else an even choice."""
    if len(answers) <= students:
        return [answers[number % len(answers)] for number in range(students)]
    return [answers[number * len(answers) // students] for number in range(students)]
