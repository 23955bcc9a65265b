"""A test with three answers that looks at the evidence round by round and stops when it is clear.

    test = SequentialTest(low=0.66, high=0.96, scatter=0.10)
    test.add(0.93)     # +1 clear above, -1 clear below, 0 not clear yet

Wald's sequential probability ratio test on the logarithm of a ratio, each step clipped so that one
odd round never decides. Source: A. Wald, Sequential Tests of Statistical Hypotheses, 1945.
"""

import math


class SequentialTest:
    """Decides between a ratio <= `low` and one >= `high`.

    scatter: standard deviation of the log ratio of one round; error: the probability of either
    wrong answer; clip: the most that one round counts (three rounds are the fewest that decide).
    """

    def __init__(
        self, low: float, high: float, scatter: float, error: float = 1e-4, clip: float = 3.5
    ):
        if not 0 < low < high:
            raise ValueError(f"0 < low < high is needed, not {low} and {high}")
        self._middle = (math.log(low) + math.log(high)) / 2
        self._slope = math.log(high / low) / scatter**2
        self._bound = math.log(1 / error)
        self._clip = clip
        self.evidence = 0.0

    def add(self, ratio: float) -> int:
        """Take in one round; answers +1 (above), -1 (below) or 0 (not clear yet)."""
        step = (math.log(max(1e-6, ratio)) - self._middle) * self._slope
        self.evidence += max(-self._clip, min(self._clip, step))
        # Evidence beyond the bound may not outweigh what comes later without end.
        limit = 1.5 * self._bound
        self.evidence = max(-limit, min(limit, self.evidence))
        return self.answer()

    def answer(self) -> int:
        if self.evidence >= self._bound:
            return 1
        return -1 if self.evidence <= -self._bound else 0
