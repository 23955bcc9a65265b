"""The schedule explorer: threads run one at a time, and which one goes on is chosen, not luck.

    runs = Runs(make, [Counter], [increment, increment], invariant, None, is_traced)
    found = Search(runs, threads=2, schedules=300, seconds=60, seed=0).search()

It runs inside a contestant (see `parcours.judge.interleavings` for what decides). From the bottom:
`sites` (which instructions may touch what threads share), `reach` (which object that is), `steps`,
`sharing` and `scheduler` (whose turn it is), `locks` and `threads` (what is modelled), `tracing`
(stops threads at sites), `strategies` (who goes on), `memento` (every run begins alike), `record`
(a run as plain rows), `runs` (one run), `search` (many, and the simplest that goes wrong).
"""
