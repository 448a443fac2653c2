"""Pages of what follows a strategy."""
