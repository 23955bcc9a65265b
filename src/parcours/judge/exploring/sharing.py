"""Which steps can matter to other threads: Eraser's rule, learnt while a run goes on.

    sharing = Sharing();  sharing.learn(strand, step);  sharing.sites

A variable that two threads touch, one of them to write, with no lock that both hold, is shared
without protection: only at the sites that touch such a variable need it be chosen who goes on.
"""

from typing import Any

from parcours.judge.exploring.steps import Step, Strand


class Sharing:
    """What one run touched; `sites` are those where order matters."""

    def __init__(self) -> None:
        self.sites: set[Any] = set()
        self._variables: dict[tuple, list] = {}

    def learn(self, me: Strand, step: Step) -> None:
        """A thread is about to touch the variables of a step."""
        locks = {id(lock) for lock in me.held}
        for variable in step.access.variables:
            entry = self._variables.setdefault(variable, [set(), False, None, set()])
            threads, _, common, sites = entry
            threads.add(me.number)
            sites.add(step.site.key)
            entry[1] |= step.access.write
            entry[2] = locks if common is None else common & locks
            if len(threads) > 1 and entry[1] and not entry[2]:
                self.sites |= sites
