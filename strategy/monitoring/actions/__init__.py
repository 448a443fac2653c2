"""Everything that changes something around the board: reminders, digests, feeds. One module a subject."""
