"""Every change of the index that means something in the world, by subject.

Keywords only, `by=` says who; atomic; lock, check, change, record; mail and jobs after commit. Views, commands,
imports and the demo call the same ones.
"""
