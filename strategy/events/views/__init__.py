"""Pages about a programme's events."""
