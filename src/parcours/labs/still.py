"""The Bench where no widgets can be shown: a still picture of a short real run, and a sentence.

    still_bundle(None)["text/plain"]     # "The Bench needs JupyterLab: ..."

When a notebook is run to be graded nobody looks: then it is the sentence and an empty frame.
"""

from parcours.labs.executors import run
from parcours.labs.plan import Plan
from parcours.labs.results import WIDTH, title
from parcours.labs.spans import Span
from parcours.labs.svg import timeline_svg
from parcours.labs.timeline import Timeline
from parcours.labs.unwatched import unwatched

SENTENCE = (
    "The Bench needs a page with controls: open this notebook in JupyterLab and run this cell "
    "to choose executor, workers and work."
)
_SAMPLE = Plan("threads", workers=4, work="mixed", tasks=8, seconds=0.02)


def still_bundle(timeline: Timeline | None) -> dict[str, str]:
    """The still picture as HTML and in words: of `timeline`, or of a short run made now."""
    if timeline is None:
        timeline = Timeline([]) if unwatched() else _short_run()
    if timeline.spans:
        picture = timeline.svg()
        words = f"{SENTENCE}\n{timeline!r}"
    else:
        picture, words = empty_svg(Plan()), SENTENCE
    return {"text/html": f"<p>{SENTENCE}</p>{picture}", "text/plain": words}


def _short_run() -> Timeline:
    spans: list[Span] = []
    run(_SAMPLE, spans.append)
    return Timeline(spans, f"The Bench: {title(_SAMPLE)}")


def empty_svg(plan: Plan) -> str:
    """The frame before a run: the workers' rows, nothing in them yet."""
    return timeline_svg(
        [],
        workers=plan.lanes,
        width=WIDTH,
        title=title(plan),
        span_seconds=1.0,
        legend=False,
    )
