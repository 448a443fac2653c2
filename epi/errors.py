"""What an action raises when it cannot be done: each carries a sentence that a person can read."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """The person may see the object, but not do this with it: the wrong role or out of turn (HTTP 403)."""


class CannotBeDone(Exception):
    """The request was understood and allowed, but what it needs is not there; nothing was written."""


class Conflict(Exception):
    """Somebody saved in between. `theirs` is what is stored now; nothing was written.

    The caller still holds what was typed, and shows both to merge.
    """

    def __init__(self, theirs: object) -> None:
        super().__init__("The stored version is newer than the one that was edited.")
        self.theirs = theirs


class TooManyTries(Exception):
    """This address has tried too often (HTTP 429); the sentence says when to try again."""
