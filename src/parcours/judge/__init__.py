"""The judge: runs what a learner wrote in processes of its own, measures, and decides.

    with Submission(["def double(x):\\n    return 2 * x"]) as submission:
        submission.run()
        verdict = submission.judge("checks.examples(double, checks.case(2, returns=4))")

The names below are what the other packages use; `parcours.checks` is what test cells call.
"""

from parcours.judge.submission import CellRun, Submission, is_test_source
from parcours.judge.verdict import Verdict

__all__ = ["CellRun", "Submission", "Verdict", "is_test_source"]
