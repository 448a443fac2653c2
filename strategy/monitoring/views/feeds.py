"""A person's calendar feeds: making, showing once, revoking; and what a calendar program reads there."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from epi.errors import CannotBeDone
from epi.links import link_or_404
from strategy.monitoring.actions import feeding
from strategy.monitoring.calendar import calendar_of
from strategy.monitoring.forms import FeedForm
from strategy.monitoring.models import CalendarFeed


@require_http_methods(["GET", "POST"])
@never_cache
def feeds(request: HttpRequest) -> HttpResponse:
    """My feeds. A POST makes one and shows its address, this once: the token is stored nowhere."""
    form = FeedForm(request.user, request.POST or None)
    token = ""
    if request.method == "POST" and form.is_valid():
        try:
            _feed, token = feeding.make_feed(what=form.cleaned_data["what"], by=request.user)
        except CannotBeDone as error:
            form.add_error("what", str(error))
    if token:
        form = FeedForm(request.user)
    mine = CalendarFeed.objects.visible_to(request.user).working().select_related("city", "programme")
    context = {"form": form, "feeds": mine, **_addresses(token)}
    return render(request, "strategy/monitoring/feeds.html", context, status=422 if form.errors else 200)


def _addresses(token: str) -> dict[str, str]:
    """Where the new feed is read, and the same for programs that ask whether to subscribe."""
    if not token:
        return {"address": "", "webcal": ""}
    address = settings.SITE_URL + reverse("feed", args=[token])
    return {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}


@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed.objects.visible_to(request.user).working(), pk=pk)
    feeding.revoke_feed(feed=feed, by=request.user)
    messages.success(request, _("The calendar feed is revoked. Its address no longer works."))
    return redirect("feeds")


@require_safe
@login_not_required
@cache_control(private=True, no_cache=True)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar. Revoked, out of date, or of somebody who may not see it any more: the same 404 as a wrong address.

    Four queries. A calendar program that has this version already gets 304.
    """
    feeds = CalendarFeed.objects.open_now().select_related("user", "city", "programme")
    content = calendar_of(link_or_404(request, feeds, token))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Content-Disposition"] = 'inline; filename="milestones.ics"'
    return get_conditional_response(request, etag=response["ETag"], response=response)
