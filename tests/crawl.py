"""What everybody can read: every address by every role, files opened, to look for what must not be there."""

import io
import zipfile
from collections.abc import Iterator

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cities.models import User
from tests.access import PARTS
from tests.access.world import World
from tests.addresses import OURS

KEYS_OF_PART = {line.split()[0]: part.keys for part in PARTS for line in part.lines.strip().splitlines()[1:]}
PACKED = b"PK\x03\x04"  # how XLSX and other zip files begin


def everything_read(world: World) -> Iterator[tuple[str, str, bytes]]:
    """(role, address, content) of each GET that is answered with 200: pages and, unpacked, the files behind them."""
    for role, user in world.cast.items():
        browser = _browser_of(user)
        for path in _paths(world):
            response = browser.get(path)
            if response.status_code == 200:
                yield role, path, content_of(response)


def _browser_of(user: User | None) -> Client:
    browser = Client()
    if user:
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _paths(world: World) -> list[str]:
    """The address of every page, with the test city's things in it."""
    about = {"pk": world.assessment.pk}
    paths = []
    for name, form in OURS.items():
        keys = KEYS_OF_PART[name](world).get(name, about if "<int:pk>" in form else {})
        paths.append(reverse(name, kwargs=keys))
    return paths


def content_of(response: HttpResponse) -> bytes:
    """The bytes that were sent; of a packed file, those of its parts."""
    sent = b"".join(response) if response.streaming else response.content
    if not sent.startswith(PACKED):
        return sent
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        return b"\n".join(archive.read(part) for part in archive.namelist())
