"""Contact persons: adding them by their consent, and changing what is known of them."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from strategy.stakeholders.actions import persons
from strategy.stakeholders.forms import ContactForm
from strategy.stakeholders.models import Contact, Stakeholder
from strategy.stakeholders.views._common import (
    city_to_run,
    contact_or_404,
    differences,
    stakeholder_or_404,
    stakeholder_page,
)


@require_http_methods(["GET", "POST"])
@never_cache
def contact_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    stakeholder = stakeholder_or_404(request, city_to_run(request, slug), pk)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = ContactForm(typed)
    if request.method == "POST" and form.is_valid():
        try:
            persons.add(stakeholder=stakeholder, by=request.user, **form.facts, **form.said)
        except CannotBeDone as error:
            _tell(form, error)
        else:
            messages.success(request, _("%(name)s is in the register.") % {"name": form.cleaned_data["name"]})
            return redirect(stakeholder)
    return _form_page(request, stakeholder, form)


@require_http_methods(["GET", "POST"])
@never_cache
def contact_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change what is known of a person, or their consent. When somebody saved in between, both texts are shown."""
    contact = contact_or_404(request, city_to_run(request, slug), pk)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = ContactForm(typed, instance=copy(contact))
    if request.method == "POST" and form.is_valid():
        try:
            persons.change(contact=contact, base_version=form.base_version, by=request.user, **form.facts, **form.said)
        except CannotBeDone as error:
            _tell(form, error)
        except Conflict as conflict:
            return _both_texts(request, contact, form, conflict)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(contact.stakeholder)
    return _form_page(request, contact.stakeholder, form, contact)


def _tell(form: ContactForm, error: CannotBeDone) -> None:
    """Say what is in the way, and where; somebody who withdrew may have agreed anew, which only a person can say."""
    fact = error.fact if isinstance(error, persons.InTheWay) else None
    if fact == "agreed_anew":
        form.ask_if_agreed_anew()
    form.add_error(fact, str(error))


def _form_page(
    request: HttpRequest, stakeholder: Stakeholder, form: ContactForm, contact: Contact | None = None
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return _page(request, stakeholder, form, contact, status, differences=[])


def _both_texts(request: HttpRequest, contact: Contact, form: ContactForm, conflict: Conflict) -> HttpResponse:
    """Theirs to read beside mine; mine stands in the form, whose next save rests on theirs."""
    mine = ContactForm(form.resting_on(conflict.theirs), instance=copy(contact))
    return _page(request, contact.stakeholder, mine, contact, 409, differences=differences(form, conflict.theirs))


def _page(
    request: HttpRequest,
    stakeholder: Stakeholder,
    form: ContactForm,
    contact: Contact | None,
    status: int,
    **context: Any,
) -> HttpResponse:
    context |= {"form": form, "contact": contact, "typed_by": typed_text.mark(request.user.pk)}
    return stakeholder_page(request, "strategy/stakeholders/person.html", stakeholder, status=status, **context)
