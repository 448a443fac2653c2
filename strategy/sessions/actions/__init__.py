"""Every change of a session: planned, prepared, held, written down, agreed. Each module is one part of that way."""
