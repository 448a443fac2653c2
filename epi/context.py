"""What every page's frame needs: the main navigation, the languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    current: bool


def site(request: HttpRequest) -> dict[str, Any]:
    return {"nav": _navigation(request), "languages": settings.LANGUAGES}


def _navigation(request: HttpRequest) -> list[NavItem]:
    user = getattr(request, "user", None)
    items = [(_("Cities"), reverse("overview")), (_("Trends"), reverse("trends"))]
    if user is not None and user.is_authenticated:
        items = [(_("My desk"), reverse("home"))]
        if user.is_expert:
            items.append((_("Review"), reverse("review_queue")))
        items += [(programme.name, programme.get_absolute_url()) for programme in user.coordinated_programmes]
        items += [(_("Cities"), reverse("overview")), (_("Trends"), reverse("trends"))]
        if user.is_staff:
            items.append((_("Administration"), reverse("admin:index")))
    return [NavItem(label, url, _is_current(request.path, url)) for label, url in items]


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
