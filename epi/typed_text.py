"""Text typed into a form whose sign-in had run out: kept in the session, given back after signing in.

Forms that want this carry `{% typed_by %}`, a signed mark of who typed; only that person gets the text back, within
twelve hours and in the same browser. It is never saved by itself: the person sees it and presses Save.
"""

import time
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, QueryDict

SESSION_KEY = "typed_text"
FIELD = "typed_by"
MOST_BYTES = 200_000
MOST_SECONDS = 12 * 60 * 60


def mark(user_id: int) -> str:
    """What a form carries so that its text can be given back to the same person."""
    return signing.dumps(user_id, salt=SESSION_KEY)


def page_of_the_form(request: HttpRequest) -> str:
    """Where a posted form stood: some addresses take forms only, and there would be nothing to see there."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path if referer.netloc == request.get_host() else request.path


def keep(request: HttpRequest, path: str) -> None:
    """Keep the posted text of a form that carries a mark, for the page at `path`; anything else is not kept."""
    posted = request.POST.urlencode()
    if FIELD not in request.POST or len(posted) > MOST_BYTES:
        return
    request.session[SESSION_KEY] = {"path": path, "posted": posted, "at": time.time()}


def take_back(request: HttpRequest) -> QueryDict | None:
    """The text that this person typed on this page before the sign-in ran out, once; None if there is none."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[SESSION_KEY]
    posted = QueryDict(kept["posted"])
    try:
        typed_by = signing.loads(posted.get(FIELD, ""), salt=SESSION_KEY)
    except signing.BadSignature:
        return None
    is_fresh = time.time() - kept["at"] < MOST_SECONDS
    return posted if is_fresh and typed_by == request.user.pk else None
