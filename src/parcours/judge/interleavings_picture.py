"""An interleaving as SVG: a column a thread, a row a step, the value afterwards beside it.

    svg = picture(report)       # "" when there is nothing to draw

Made from the plain rows of a report alone. A switch of threads is a dashed line; the stale step is
marked by colour, by a mark and in words; a deadlock ends in what each thread waits for, and in the
circle of threads and locks below. `<desc>` says all of it for those who cannot see it.
"""

from html import escape

from parcours.judge.interleavings_report import Blocked, Report, Row
from parcours.judge.interleavings_words import cycle_of, deed, waiting
from parcours.labs.bars import text
from parcours.labs.style import sheet
from parcours.labs.svg import picture as svg

WIDTH, LEFT, HIGH, GAP = 760, 44, 40, 8
_LIGHT = {"ink": "#1f2733", "mute": "#5b6675", "page": "#ffffff"}
_DARK = {"ink": "#e8ecf2", "mute": "#a3adba", "page": "#15191f"}
_LIGHT |= {"t0": "#1567c2", "t1": "#a8480a", "t2": "#0b7a5e", "t3": "#8a3d9e", "bad": "#b8321c"}
_DARK |= {"t0": "#58a6f5", "t1": "#f0a35c", "t2": "#35c29a", "t3": "#d490e8", "bad": "#f2735c"}
_THREADS = 4
STYLE = sheet(
    "parcours-steps",
    {
        "text": "fill:var(--pt-ink);font-size:12.5px",
        ".t": "font-size:15px;font-weight:600",
        ".x": "fill:var(--pt-mute);font-size:11.5px",
        ".n": "fill:var(--pt-mute)",
        ".code": "fill:var(--pt-mute);font-size:11.5px;"
        "font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace)",
        ".value": "font-size:12px;"
        "font-family:var(--jp-code-font-family,ui-monospace,Menlo,Consolas,monospace)",
        ".page": "fill:var(--pt-page)",
        ".lane": "fill:none;stroke:var(--pt-ink);stroke-opacity:.13",
        ".switch": "fill:none;stroke:var(--pt-mute);stroke-opacity:.6;stroke-dasharray:4 4",
        ".box": "fill:var(--pt-ink);fill-opacity:.05;stroke-width:1.5",
        ".box.bad": "fill:var(--pt-bad);fill-opacity:.16;stroke-width:2.5",
        ".bad": "fill:var(--pt-bad);font-weight:600",
        ".arrow": "fill:none;stroke:var(--pt-bad);stroke-width:1.6",
        ".tip": "fill:var(--pt-bad)",
        **{f".head{n}": f"fill:var(--pt-t{n});font-weight:600;font-size:14px" for n in range(4)},
        **{f".edge{n}": f"stroke:var(--pt-t{n})" for n in range(4)},
    },
    _LIGHT,
    _DARK,
)


def picture(report: Report) -> str:
    """The schedule of a report as the text of one SVG element."""
    threads = report.threads
    if not threads or not (report.rows or report.blocked):
        return ""
    return _Drawing(report, threads).svg()


class _Drawing:
    def __init__(self, report: Report, threads: list[int]):
        self._report = report
        self._column = {who: index for index, who in enumerate(threads)}
        shows_values = any(row.value is not None and row.kind == "write" for row in report.rows)
        self._values = 150 if shows_values else 0
        # Many threads: the picture grows wider than the page and shrinks with it.
        self._wide = max(190.0, (WIDTH - LEFT - self._values - 12) / len(threads))
        self._width = round(LEFT + self._wide * len(threads) + self._values + 12)
        self._body: list[str] = []
        self._y = 8.0

    def svg(self) -> str:
        report = self._report
        title = _title(report)
        self._body.append(text(16, self._y + 15, title, "t"))
        self._y += 42
        for who, column in self._column.items():
            middle = self._x(who) + (self._wide - 10) / 2
            self._body.append(
                f'<text x="{middle:.1f}" y="{self._y:.1f}" text-anchor="middle" '
                f'class="head{column % _THREADS}">{escape(report.name(who))}</text>'
            )
        if self._values:
            x = self._width - self._values
            self._body.append(text(x, self._y, "value afterwards", "x"))
        self._y += 12
        top = self._y
        last: int | None = None
        for number, row in enumerate(report.rows, 1):
            if row.left_out:
                self._body.append(text(16, self._y + 13, f"... {row.left_out} more steps", "x"))
                self._y += 20
            if last is not None and row.who != last:
                self._switch()
            last = row.who
            self._row(number, row)
        for one in report.blocked:
            self._waits(one)
        lanes = "".join(
            f"M{self._x(who) + (self._wide - 10) / 2:.1f} {top:.1f}V{self._y:.1f}"
            for who in self._column
        )
        self._body.insert(0, f'<path class="lane" d="{lanes}"/>')
        if cycle := cycle_of(report):
            self._circle(cycle)
        height = round(self._y + 8)
        words = _words(report)
        return svg(self._body, self._width, height, title, words, "parcours-steps", STYLE)

    def _x(self, who: int) -> float:
        return LEFT + self._column[who] * self._wide

    def _switch(self) -> None:
        y = self._y - GAP / 2
        self._body.append(f'<path class="switch" d="M16 {y:.1f}H{self._width - 12}"/>')

    def _box(self, who: int, bad: bool, code: str, told: str) -> None:
        column = self._column[who] % _THREADS
        x, y, wide = self._x(who), self._y, self._wide - 10
        kind = "box bad" if bad else "box"
        self._body.append(
            f'<rect class="{kind} edge{column}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
            f'height="{HIGH}" rx="5"/>'
        )
        self._body.append(text(x + 9, y + 15, _fitted(code, wide - 18, 6.95), "code"))
        self._body.append(text(x + 9, y + 32, _fitted(told, wide - 18, 6.6), "bad" if bad else ""))

    def _row(self, number: int, row: Row) -> None:
        self._body.append(
            f'<text x="32" y="{self._y + 25:.1f}" text-anchor="end" class="x">{number}</text>'
        )
        bad = row.stale or row.outdated > 0
        self._box(row.who, bad, f"{row.line}: {row.code}", _short(row))
        if self._values and row.outdated:
            x = self._width - self._values
            told = f"\N{BLACK UP-POINTING TRIANGLE} until step {row.outdated}"
            self._body.append(text(x, self._y + 25, told, "bad"))
        if self._values and row.kind == "write" and row.value is not None:
            name = row.name.rpartition(".")[2]
            told = _fitted(f"{name} = {row.value}", self._values - 14, 7.3)
            x = self._width - self._values
            high = self._y + (17 if row.stale else 25)
            self._body.append(text(x, high, told, "value"))
            if row.stale:
                self._body.append(
                    text(x, self._y + 34, "\N{BLACK UP-POINTING TRIANGLE} stale", "bad")
                )
        self._y += HIGH + GAP

    def _waits(self, one: Blocked) -> None:
        what = one.name or one.what or "a lock"
        told = f"waits for {what}"
        self._box(one.who, True, f"{one.line}: {one.code}" if one.line else one.what, told)
        self._y += HIGH + GAP

    def _circle(self, cycle: list[str]) -> None:
        """Threads in a line, each with an arrow to the one that has what it waits for."""
        report = self._report
        waits = {report.name(one.who): one.name or "a lock" for one in report.blocked}
        step = (self._width - 40) / len(cycle)
        y = self._y + 34
        self._body.append(text(16, self._y + 14, "Who waits for whom", "x"))
        for index, name in enumerate(cycle):
            x = 20 + index * step
            wide = min(110.0, step * 0.45)
            self._body.append(
                f'<rect class="box" stroke="currentColor" x="{x:.1f}" y="{y:.1f}" '
                f'width="{wide:.1f}" height="26" rx="13"/>'
            )
            self._body.append(
                f'<text x="{x + wide / 2:.1f}" y="{y + 17:.1f}" text-anchor="middle">'
                f"{escape(_fitted(name, wide - 8, 6.6))}</text>"
            )
            ends = x + step - 4
            label = _fitted(waits.get(name, ""), step - wide - 12, 6.4)
            self._body.append(
                f'<text x="{(x + wide + ends) / 2:.1f}" y="{y + 8:.1f}" text-anchor="middle" '
                f'class="x">{escape(label)}</text>'
            )
            if index < len(cycle) - 1:
                self._body.append(
                    f'<path class="arrow" d="M{x + wide + 3:.1f} {y + 13:.1f}H{ends - 6:.1f}"/>'
                    f'<path class="tip" d="M{ends:.1f} {y + 13:.1f}l-8 -4v8z"/>'
                )
            else:
                first = 20 + min(110.0, step * 0.45) / 2
                self._body.append(
                    f'<path class="arrow" d="M{x + wide + 3:.1f} {y + 13:.1f}H{ends - 14:.1f}'
                    f'V{y + 44:.1f}H{first:.1f}V{y + 34:.1f}"/>'
                    f'<path class="tip" d="M{first:.1f} {y + 27:.1f}l-4 8h8z"/>'
                )
        self._y = y + 50


def _short(row: Row) -> str:
    told = deed(row)
    return told if row.value is None or row.kind == "read" else told.rpartition(f": {row.value}")[0]


def _title(report: Report) -> str:
    if report.lost:
        return "An order of steps in which a wake-up is lost"
    if report.how == "deadlock":
        return "An order of steps in which threads wait for ever"
    if report.how == "exception":
        return "An order of steps in which an exception is raised"
    return "An order of steps that goes wrong"


def _words(report: Report) -> str:
    told = [f"{len(report.rows)} steps."]
    for number, row in enumerate(report.rows, 1):
        stale = ", going by a value that another thread has changed" if row.stale else ""
        stale += f", true until step {row.outdated} only" if row.outdated else ""
        told.append(f"Step {number}: {report.name(row.who)}, line {row.line}, {deed(row)}{stale}.")
    told += [f"Then {waiting(report, one)}." for one in report.blocked]
    return " ".join(told)


def _fitted(words: str, wide: float, letter: float) -> str:
    most = max(4, int(wide / letter))
    return words if len(words) <= most else words[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
