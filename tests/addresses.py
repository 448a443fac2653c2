"""The addresses of the project, as the resolver knows them."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

from tests.rows import APPS

NOWHERE = "00000000-0000-4000-8000-000000000000"


def patterns(resolver: URLResolver | None = None, prefix: str = "", names: tuple[str, ...] = ()) -> Iterator[tuple]:
    """Every address pattern of the project: its name, its form, its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        form = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, form, (*names, pattern.namespace) if pattern.namespace else names)
        else:
            yield ":".join((*names, pattern.name or "")), form, pattern.callback


def is_ours(view: Any) -> bool:
    return view.__module__.split(".")[0] in APPS


def path_of(form: str) -> str:
    """An address of that form, with something plausible for each of its parameters."""
    form = re.sub(r"\(\?P<app_label>[^)]*\)", "cities", form)
    form = re.sub(r"\(\?P<uidb36>[^)]*\)", "1", form)
    form = re.sub(r"\(\?P<\w+>[^)]*\)", "a-key", form)
    form = re.sub(r"<uuid:\w+>", NOWHERE, form)
    form = re.sub(r"<[^>]+>", "1", form)
    return "/" + re.sub(r"[\^$]", "", form)


OURS = {name: form for name, form, view in patterns() if is_ours(view)}
ALLAUTHS = {form: name for name, form, _view in patterns() if form.startswith("accounts/")}
ADMINS = {form: name for name, form, _view in patterns() if form.startswith("administration/")}
