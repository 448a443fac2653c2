"""The page of a signatory, by account or by a link that works once: the whole text first, the name at its end."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.models import User
from epi.errors import CannotBeDone, NotAllowed
from epi.links import link_or_404
from strategy.pact import queries
from strategy.pact.actions import signing as actions
from strategy.pact.enums import PactState
from strategy.pact.forms import SignForm
from strategy.pact.models import PactVersion, Signatory, SignatureLink
from strategy.pact.text import short
from strategy.views import SAMPLE_NOTE

SIGNATORIES = Signatory.objects.select_related("account", "pact__city")


# By account -----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@never_cache
def pact_sign_own(request: HttpRequest, pk: int) -> HttpResponse:
    """The text and the signature of somebody who signs by their account, with a role in the city or without."""
    signatory = get_object_or_404(SIGNATORIES, pact=pk, account=request.user)
    if request.method == "POST":
        return _take(request, signatory, by=request.user, link=None)
    return _sign_page(request, signatory)


# By link --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def pact_sign(request: HttpRequest, token: str) -> HttpResponse:
    """The same by a link. One that is used up opens no more; it only tells whoever sends a page of before what became
    of it: that it was signed already, or that the text was changed."""
    links = SignatureLink.objects.select_related("signatory__account", "signatory__pact__city")
    if request.method == "GET":
        link = link_or_404(request, links.working(), token)
    else:
        link = link_or_404(request, links, token)
    with translation.override(_language(request, link.signatory)):
        if request.method == "POST":
            return _take(request, link.signatory, by=None, link=link)
        return _sign_page(request, link.signatory)


def _language(request: HttpRequest, signatory: Signatory) -> str:
    """That of the mail, unless the reader has chosen another one on the page or has an account."""
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated
    return (get_language() or "") if has_chosen else signatory.language


# Both -----------------------------------------------------------------------------------------------------------------
def _take(request: HttpRequest, signatory: Signatory, *, by: User | None, link: SignatureLink | None) -> HttpResponse:
    form = SignForm(signatory, request.POST)
    if not form.is_valid():
        return _sign_page(request, signatory, form=form, status=422, link=link)
    seen, name = form.cleaned_data["seen"], form.cleaned_data["name"]
    try:
        actions.sign(signatory=signatory, seen_hash=seen, name=name, by=by, link=link)
    except actions.TextChanged as error:
        return _sign_page(request, signatory, changed=str(error), status=409, link=link)
    except CannotBeDone as error:
        form.add_error("name", str(error))
        return _sign_page(request, signatory, form=form, status=422, link=link)
    if by is not None:
        messages.success(request, _("You have signed. Thank you."))
        return redirect("pact_sign_own", signatory.pact_id)
    return _render(request, signatory, "strategy/pact/signed.html")


def _sign_page(
    request: HttpRequest,
    signatory: Signatory,
    *,
    form: SignForm | None = None,
    changed: str = "",
    status: int = 200,
    link: SignatureLink | None = None,
) -> HttpResponse:
    """The text as adopted, and the form for whose turn it is. A link that no longer works shows no text."""
    signatory.pact.refresh_from_db(fields=["state"])
    version = queries.adopted_version(signatory.pact)
    is_dead = link is not None and not SignatureLink.objects.working().filter(pk=link.pk).exists()
    if changed and (version is None or is_dead):
        return _render(request, signatory, "strategy/pact/sign_changed.html", status, changed=changed)
    if version is None:
        raise NotAllowed(_("The city is working on the text. You get a mail when there is a text to sign."))
    if is_dead:
        raise Http404(_("This link does not work. It was used already, withdrawn, or is out of date."))
    context = {
        "version": version,
        "content": version.content,
        "subjects": queries.subject_names(),
        "short_hash": short(version.hash),
        "changed": changed,
        **_turn(signatory, version, form),
    }
    return _render(request, signatory, "strategy/pact/sign.html", status, **context)


def _turn(signatory: Signatory, version: PactVersion, form: SignForm | None) -> dict[str, Any]:
    """The form for whose turn it is; for others, the signature that is there, or who signs before."""
    own = signatory.signatures.filter(version_signed=version, void_at=None).first()
    waits = ""
    if own is None and signatory.pact.state == PactState.ADOPTED:
        try:
            actions.check_is_next(signatory.pact, signatory)
        except NotAllowed as reason:
            waits = str(reason)
    can_sign = own is None and not waits and signatory.pact.state == PactState.ADOPTED
    fresh = SignForm(signatory, initial={"seen": version.hash}) if can_sign else None
    return {"own": own, "waits": waits, "form": (form or fresh) if can_sign else None}


def _render(
    request: HttpRequest, signatory: Signatory, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    pact = signatory.pact
    context = {
        "pact": pact,
        "city": pact.city,
        "signatory": signatory,
        "written_in": pact.written_in,
        "sample_data": pact.is_sample,
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    with timezone.override(pact.city.zone):
        return render(request, template, context, status=status)
