"""Every change of a pact, by subject.

Keywords only, `by=` says who; atomic; the pact is locked first, whatever of it changes: text, signatories, comments and
signatures wait for each other, so that nobody signs what is being changed.
"""
