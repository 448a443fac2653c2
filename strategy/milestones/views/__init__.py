"""Pages about milestones, by family."""
