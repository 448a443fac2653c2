"""Pages about pacts, by subject."""
