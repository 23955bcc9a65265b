"""The tables of `verdicts.py`. Every row says whether it is live or replayed."""

from statistics import median

import figures
from rates import Rate, percent
from rich.console import Console
from rich.table import Table
from rules import OURS

from parcours.judge import speedup


def show(found: figures.Findings, console: Console) -> None:
    """Print all tables."""
    console.print(_rules(found))
    console.print(_loads(found))
    console.print(_solutions(found))
    console.print(_scatter(found))
    console.print(_in_flight(found))
    for line in found.cut_short:
        console.print(f"{line['name']} under {line['load']}: {line['cut short']}")


def _table(title: str, *columns: str, caption: str = "") -> Table:
    table = Table(
        title=title, caption=caption or None, title_justify="left", caption_justify="left"
    )
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < 2 else "right")
    return table


def _row(tally: figures.Tally) -> list[str]:
    if not tally.rounds:
        return ["-"] * 5
    return [
        tally.right_failed.text(),
        tally.wrong_passed.text(),
        tally.inconclusive.text(),
        f"{median(tally.rounds):.0f}, {max(tally.rounds)}",
        f"{median(tally.seconds):.1f}, {max(tally.seconds):.1f}",
    ]


_HEADINGS = ("right fails", "wrong passes", "inconclusive", "rounds", "seconds")


def _rules(found: figures.Findings) -> Table:
    table = _table(
        "speedup: rules over all loads, right and wrong solutions",
        "rule",
        "how",
        *_HEADINGS,
        caption="rates with their 95 % interval; rounds and seconds: median, max. Replayed: drawn "
        "from recorded rounds; the interval is that of the drawing",
    )
    live = found.tally_live("speedup")
    table.add_row(OURS, f"live, {live.wrong.of}", *_row(live))
    for rule in found.rules:
        tally = found.tally_replayed(rule)
        table.add_row(rule, f"replayed, {tally.wrong.of}", *_row(tally))
    return table


def _loads(found: figures.Findings) -> Table:
    table = _table(
        "speedup: the same by load, and wrong verdicts of others", "load", "how", *_HEADINGS
    )
    others = [rule for rule in found.rules if rule != OURS]
    for load in found.loads:
        live = found.tally_live("speedup", load)
        table.add_row(load, f"live, {live.wrong.of}", *_row(live))
        tally = found.tally_replayed(OURS, load)
        table.add_row("", f"replayed, {tally.wrong.of}", *_row(tally))
        for rule in others:
            tally = found.tally_replayed(rule, load)
            rates = percent(tally.right_failed.value), percent(tally.wrong_passed.value)
            table.add_row("", f"  {rule}", *rates, "", "", style="dim")
        table.add_section()
    return table


def _solutions(found: figures.Findings) -> Table:
    table = _table(
        "speedup: solutions, over all loads",
        "solution",
        "kind",
        "share of the reference",
        "1 / CPU",
        "live: pass, fail, unclear",
        "replayed: pass",
        "unclear",
        "worst load",
        caption="share and 1 / CPU: lowest and highest median of a load; the line is at 0.8. Worst "
        "load: the most replayed verdicts that were not right",
    )
    scatters = found.scatter()
    for name, kind in found.solutions().items():
        own = [one for one in scatters if one.name == name]
        live = [line["outcome"] for line in found.live if line["name"] == name]
        counts = [live.count(outcome) for outcome in ("pass", "fail", "inconclusive")]
        tally = found.tally_replayed(OURS, name=name, off_line=False)
        unclear = [
            outcome
            for one in found.replayed
            if one.rule == OURS and one.name == name
            for outcome, _, _ in one.decided
        ]
        table.add_row(
            name,
            kind,
            _span([one.share for one in own]),
            _span([one.cost for one in own]),
            ", ".join(map(str, counts)),
            percent(tally.passed.value),
            percent(Rate(unclear.count("inconclusive"), len(unclear)).value),
            _worst(found, name, kind),
        )
    return table


def _worst(found: figures.Findings, name: str, kind: str) -> str:
    if kind == "borderline":
        return ""
    bad = {}
    for load in found.loads:
        tally = found.tally_replayed(OURS, load, name)
        bad[load] = tally.wrong.value + tally.inconclusive.value
    worst = max(bad, key=bad.get, default="")
    return f"{worst}: {percent(bad[worst])}" if worst and bad[worst] else ""


def _span(values: list[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}" if values else "-"


def _scatter(found: figures.Findings) -> Table:
    table = _table(
        "speedup: scatter of the log ratios of one round, and void rounds",
        "load",
        "of",
        "concurrency",
        "worst solution",
        "CPU",
        "worst solution",
        "void",
        caption=f"the rule takes {speedup.CONCURRENCY_SCATTER} and {speedup.COST_SCATTER}",
    )
    for load, group in figures.by_load(found.scatter()).items():
        known = [one for one in group if one.rounds - one.void > 1]
        if not known:
            continue
        first = max(known, key=lambda one: one.share_spread)
        second = max(known, key=lambda one: one.cost_spread)
        void = Rate(sum(one.void for one in group), sum(one.rounds for one in group))
        table.add_row(
            load,
            f"{void.of} rounds",
            f"{figures.pooled(one.share_spread for one in known):.2f}",
            f"{first.share_spread:.2f} {first.name}",
            f"{figures.pooled(one.cost_spread for one in known):.2f}",
            f"{second.cost_spread:.2f} {second.name}",
            percent(void.value),
        )
    return table


def _in_flight(found: figures.Findings) -> Table:
    table = _table(
        "in_flight", "load", "how", "right fails", "wrong passes", "inconclusive", "seconds"
    )
    for load in [*found.loads, None]:
        tally = found.tally_live("in_flight", load)
        right, wrong, unclear, _, seconds = _row(tally)
        table.add_row(load or "all", f"live, {tally.wrong.of}", right, wrong, unclear, seconds)
    return table
