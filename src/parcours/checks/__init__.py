"""What a test cell may claim.

    from parcours import checks

    checks.examples(double, checks.case(2, returns=4), checks.case("a", raises=TypeError))

Every check judges a learner's function in a process of its own and answers with a
`parcours.judge.Verdict`: pass, fail or inconclusive, one sentence, and the evidence. A check is the
last expression of its test cell; the same cell works in the learner's notebook and in a grader.
"""

from parcours.checks.delivery import NotPassed
from parcours.checks.examples import about, case, examples, given, seconds
from parcours.checks.in_flight import in_flight
from parcours.checks.interleavings import interleavings
from parcours.checks.leaves_nothing import leaves_nothing
from parcours.checks.moves_little import moves_little
from parcours.checks.same_under import same_under
from parcours.checks.speedup import speedup
from parcours.checks.survives import fault, survives
from parcours.checks.virtual_time import scenario, virtual_time
from parcours.judge.inside import start_method_here

__all__ = [
    "NotPassed",
    "about",
    "case",
    "examples",
    "fault",
    "given",
    "in_flight",
    "interleavings",
    "leaves_nothing",
    "moves_little",
    "same_under",
    "scenario",
    "seconds",
    "speedup",
    "start_method_here",
    "survives",
    "virtual_time",
]
