"""Pages about sessions. What other packages' pages about a session need is here."""

from strategy.sessions.views._common import session_or_404, session_page

__all__ = ["session_or_404", "session_page"]
