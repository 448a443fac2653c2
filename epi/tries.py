"""How often one address may try something in a while; beyond that it is told to wait (HTTP 429)."""

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from epi.errors import TooManyTries

FORGOTTEN_AFTER = 10 * 60  # seconds


def check(request: HttpRequest, what: str, *, most: int, sentence: str) -> None:
    """Raise TooManyTries with `sentence` once this address has tried `what` that often."""
    if cache.get(_key(request, what), 0) >= most:
        raise TooManyTries(sentence)


def count(request: HttpRequest, what: str) -> None:
    """One more try of this address."""
    key = _key(request, what)
    cache.add(key, 0, FORGOTTEN_AFTER)
    try:
        cache.incr(key)
    except ValueError:  # forgotten in between
        cache.set(key, 1, FORGOTTEN_AFTER)


def _key(request: HttpRequest, what: str) -> str:
    """The cache's key for this address, hashed so that no address is kept."""
    address = get_adapter(request).get_client_ip(request)
    return f"{what}:{hashlib.sha256(address.encode()).hexdigest()}"
