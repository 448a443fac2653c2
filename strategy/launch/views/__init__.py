"""Pages about launch events."""
