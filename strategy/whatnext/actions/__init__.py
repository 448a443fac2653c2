"""Every change of what follows a strategy. Keywords only, `by=` says who; atomic; what it changes is locked first."""
