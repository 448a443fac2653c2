"""Pages around the network board: the board, reminders, calendar feeds, the weekly digest."""
