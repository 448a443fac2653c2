"""Every change of a coordinating body, by subject."""
