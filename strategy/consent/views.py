"""Withdrawing consent: by the person, through the link in their mails, or noted by the city's people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epi import languages
from epi.links import SecretLinkQuerySet, link_or_404
from strategy.consent import actions
from strategy.launch.models import LaunchInvitation
from strategy.sessions.models import ParticipantLink
from strategy.stakeholders.models import Contact
from strategy.stakeholders.views._common import city_to_run, contact_or_404, stakeholder_page
from strategy.views import SAMPLE_NOTE


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def consent_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in a mail opens: what is kept about the person, then the question; without an account."""
    try:
        contact = _contact_or_404(request, token)
    except Http404:
        return render(request, "strategy/consent/gone.html", status=404)
    city = contact.stakeholder.city
    if request.method == "POST":
        actions.withdraw(contact=contact, by=None)
        return render(request, "strategy/consent/withdrawn.html", {"city": city})
    context = {"city": city, "contact": contact, "language": languages.name(contact.language)}
    context["sessions"] = city.sessions.filter(participants__contact=contact)
    context |= {"sample_data": contact.stakeholder.is_sample, "sample_note": SAMPLE_NOTE}
    return render(request, "strategy/consent/withdraw.html", context)


def _contact_or_404(request: HttpRequest, token: str) -> Contact:
    """Whose link it is: from an invitation to a launch event, else from mail about a session."""
    to_launches = _invitations_of_known_persons()
    if to_launches.with_token(token).exists():
        return link_or_404(request, to_launches, token).contact
    return link_or_404(request, _links_of_known_persons(), token).participant.contact


def _links_of_known_persons() -> "QuerySet[ParticipantLink]":
    links = ParticipantLink.objects.working().filter(participant__contact__in=Contact.objects.known())
    return links.select_related("participant__contact__stakeholder__city")


def _invitations_of_known_persons() -> SecretLinkQuerySet:
    links = LaunchInvitation.objects.working().filter(contact__in=Contact.objects.known())
    return links.select_related("contact__stakeholder__city")


@require_http_methods(["GET", "POST"])
@never_cache
def contact_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note that a person withdrew their consent, and delete what is kept about them."""
    contact = contact_or_404(request, city_to_run(request, slug), pk)
    if request.method == "POST":
        actions.withdraw(contact=contact, by=request.user)
        messages.success(request, _("The person's data are deleted."))
        return redirect(contact.stakeholder)
    return stakeholder_page(request, "strategy/consent/note.html", contact.stakeholder, contact=contact)
