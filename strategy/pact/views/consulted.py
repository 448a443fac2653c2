"""What a link to a consultation opens: the text as it was kept, a form to comment on it, and what the city answered."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epi import tries
from epi.errors import CannotBeDone
from epi.links import link_or_404
from strategy.pact import queries
from strategy.pact.actions import consulting as actions
from strategy.pact.enums import CommentDecision, VersionReason
from strategy.pact.forms import CommentForm
from strategy.pact.models import ConsultationLink, PactVersion
from strategy.views import SAMPLE_NOTE

MOST_COMMENTS = 30  # of one address in ten minutes: a whole room may sit behind it
ANSWERS_SHOWN_FOR = timedelta(days=365)  # after the last day


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def pact_consult(request: HttpRequest, token: str) -> HttpResponse:
    """The text in consultation, to read and to comment on; later what became of the comments that came by this link."""
    open_until = timezone.now() - ANSWERS_SHOWN_FOR
    usable = ConsultationLink.objects.filter(revoked_at=None, expires_at__gt=open_until)
    link = link_or_404(request, usable.select_related("pact__city"), token)
    version = _version_read(request, link)
    with translation.override(_language(request, link)):
        if request.method == "POST":
            return _take(request, link, version)
        return _page(request, link, version, CommentForm(version))


def _version_read(request: HttpRequest, link: ConsultationLink) -> PactVersion:
    """The version of the latest consultation, or the one that the sent page showed."""
    sent = request.POST.get("version", "")
    versions = link.pact.versions.filter(reason=VersionReason.CONSULTATION).order_by("-number")
    if sent.isdecimal() and len(sent) < 5:
        versions = versions.filter(number=int(sent))
    version = versions.first()
    if version is None:
        raise Http404("No such version")
    return version


def _language(request: HttpRequest, link: ConsultationLink) -> str:
    """The city's, unless the reader has chosen another one on the page or has an account."""
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated
    return (get_language() or "") if has_chosen else link.pact.city.language_of_mail


def _take(request: HttpRequest, link: ConsultationLink, version: PactVersion) -> HttpResponse:
    too_many = _("Many comments came from here. Wait ten minutes, then send yours again.")
    tries.check(request, "comments", most=MOST_COMMENTS, sentence=too_many)
    form = CommentForm(version, request.POST)
    if not form.is_valid():
        return _page(request, link, version, form, status=422)
    tries.count(request, "comments")
    try:
        comment = actions.comment(link=link, version=version, **form.cleaned_data)
    except CannotBeDone as error:
        form.add_error(None, str(error))
        return _page(request, link, version, form, status=409)
    (told,) = queries.told([comment])
    return _render(request, link, "strategy/pact/consult_thanks.html", told=told)


def _page(
    request: HttpRequest, link: ConsultationLink, version: PactVersion, form: CommentForm, status: int = 200
) -> HttpResponse:
    answered = link.comments.exclude(decision=CommentDecision.OPEN).select_related("version_read")
    context = {
        "version": version,
        "content": version.content,
        "subjects": queries.subject_names(),
        "form": form,
        "takes_comments": actions.takes_comments(link),
        "answered": queries.told(answered),
    }
    return _render(request, link, "strategy/pact/consult.html", status, **context)


def _render(
    request: HttpRequest, link: ConsultationLink, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    pact = link.pact
    context = {
        "pact": pact,
        "city": pact.city,
        "written_in": pact.written_in,
        "sample_data": pact.is_sample,
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    with timezone.override(pact.city.zone):
        return render(request, template, context, status=status)
