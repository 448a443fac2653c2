"""Who is to sign, in which order; asking them again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.pact import rules
from strategy.pact.actions import signatories as actions
from strategy.pact.actions.signing import ask_again
from strategy.pact.enums import PactState
from strategy.pact.forms import AddressForm, SignatoryForm
from strategy.pact.models import Pact, Signatory
from strategy.pact.views._common import form_page, pact_or_404, pact_to_write


def _back(pact: Pact) -> str:
    return f"{pact.get_absolute_url()}#signatories"


def _signatory_or_404(pact: Pact, pk: int) -> Signatory:
    return get_object_or_404(pact.signatories.select_related("pact__city"), pk=pk)


@require_http_methods(["GET", "POST"])
def signatory_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    form = SignatoryForm(typed(request))
    asked = Asked(
        title=_("Add a signatory"),
        submit=_("Add the signatory"),
        done=_("The signatory is on the list, as the last to sign. Add the next one, or go back to the pact."),
        back=_back(pact),
        then=reverse("signatory_add", args=[slug, pk]),
    )
    return answer_form(
        request,
        form_page(request, pact),
        form,
        lambda: actions.add_signatory(pact=pact, by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
@never_cache
def signatory_edit(request: HttpRequest, slug: str, pk: int, signatory_pk: int) -> HttpResponse:
    """While the text is written, all of it; while signatures are collected, where to write to."""
    pact = pact_or_404(request, slug, pk)
    if pact.state == PactState.ADOPTED:
        return _address(request, pact, signatory_pk)
    rules.check_can_write(request.user, pact)
    signatory = _signatory_or_404(pact, signatory_pk)
    form = filled(SignatoryForm, signatory, data=typed(request))
    asked = Asked(title=_("Edit the signatory"), submit=_("Save"), done=_("The signatory is saved."), back=_back(pact))
    page = form_page(
        request,
        pact,
        remove_url=reverse("signatory_remove", args=[slug, pk, signatory_pk]),
        remove=_("Take the signatory off the list"),
    )
    return answer_form(
        request,
        page,
        form,
        lambda: actions.change_signatory(
            signatory=signatory, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


def _address(request: HttpRequest, pact: Pact, pk: int) -> HttpResponse:
    rules.check_can_reach_signatories(request.user, pact)
    signatory = _signatory_or_404(pact, pk)
    form = filled(AddressForm, signatory, data=typed(request))
    asked = Asked(
        title=_("Where to write to %(name)s") % {"name": signatory.name},
        submit=_("Save the address"),
        done=_("The address is saved. If it is this signatory's turn, a new mail is on its way."),
        back=_back(pact),
    )
    return answer_form(
        request,
        form_page(request, pact, intro=_("Who signs, and under which name, is part of the adopted text and stands.")),
        form,
        lambda: actions.change_address(
            signatory=signatory, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def signatory_move(request: HttpRequest, slug: str, pk: int, signatory_pk: int, *, up: bool) -> HttpResponse:
    """Sign one place earlier or later."""
    pact = pact_to_write(request, slug, pk)
    signatory = _signatory_or_404(pact, signatory_pk)
    return do(
        request,
        lambda: actions.move_signatory(signatory=signatory, up=up, by=request.user),
        done=_("The order is changed."),
        back=_back(pact),
    )


@require_POST
def signatory_remove(request: HttpRequest, slug: str, pk: int, signatory_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    signatory = _signatory_or_404(pact, signatory_pk)
    return do(
        request,
        lambda: actions.remove_signatory(signatory=signatory, by=request.user),
        done=_("The signatory is off the list."),
        back=_back(pact),
    )


@require_POST
def signature_ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write to the next signatory once more."""
    pact = pact_or_404(request, slug, pk)
    rules.check_can_reach_signatories(request.user, pact)
    return do(
        request,
        lambda: ask_again(pact=pact, by=request.user),
        done=_("The mail is on its way. A link sent before no longer works."),
        back=_back(pact),
    )
