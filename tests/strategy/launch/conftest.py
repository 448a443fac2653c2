"""A published launch event of the test city, and what those who test it ask for."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from epi.models import Job
from strategy.events.enums import Standing
from strategy.launch.actions.registering import Person
from strategy.models import Launch
from tests.factories import make_launch


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    """Registrations are counted for each address, and all tests come from the same one."""
    cache.clear()


@pytest.fixture
def launch(programme, city, coordinator) -> Launch:
    """Two weeks from now, published, for two people."""
    return make_launch(programme, city, coordinator, places=2)


@pytest.fixture
def mails() -> Callable[..., list[Any]]:
    """`mails()`: whom was written to and under which subject, in order; `mails(address)`: the payloads to one."""

    def found(to: str = "") -> list[Any]:
        sent = [job.payload for job in Job.objects.filter(kind="epi.mail.deliver").order_by("created_at", "pk")]
        return [mail for mail in sent if mail["to"] == to] if to else [(mail["to"], mail["subject"]) for mail in sent]

    return found


def somebody(name: str = "Ewa Muster", **said: str) -> Person:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return Person(**{"name": name, "email": email, "represents": "", "language": "en", **said})


def posted(name: str = "Ewa Muster", **said: Any) -> dict[str, Any]:
    """What the form on the public page sends."""
    return {"key": str(uuid4()), "represents": "", **vars(somebody(name)), **said}


def standings(launch: Launch) -> dict[str, str]:
    found = launch.event.attendees.order_by("pk").values_list("name", "standing")
    return {name: Standing(standing).value for name, standing in found}


def link_in(mail: dict[str, Any]) -> str:
    """The personal link in a mail, as a path."""
    found = re.search(r"/registration/[\w-]+/", mail["text"])
    assert found
    return found[0]


def address(name: str, launch: Launch, *more: Any) -> str:
    return reverse(name, args=[launch.city.slug, launch.event.pk, *more])


def public(launch: Launch) -> str:
    return reverse("launch_public", args=[launch.city.slug])
