"""Pages about a coordinating body, by subject."""
