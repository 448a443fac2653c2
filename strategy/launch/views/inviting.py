"""Whom of the city's register to invite, and who was invited."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epi.errors import CannotBeDone
from strategy.launch import queries, rules
from strategy.launch.actions import inviting as actions
from strategy.launch.forms import InviteForm
from strategy.launch.models import Launch
from strategy.launch.views._common import address, launch_or_404, launch_page
from strategy.rules import check_can_see_contacts

CONTACTS_A_PAGE = 100


@require_http_methods(["GET", "POST"])
@never_cache
def launch_invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    check_can_see_contacts(request.user, launch.city)
    if request.method == "GET":
        return _page(request, launch, None)
    rules.check_can_run_people(request.user, launch)
    form = InviteForm(queries.invitable(launch), request.POST)
    if form.is_valid():
        try:
            count = actions.invite(launch=launch, contacts=form.cleaned_data["contacts"], by=request.user)
        except CannotBeDone as error:
            form.add_error("contacts", str(error))
        else:
            said = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count)
            messages.success(request, said % {"count": count})
            return redirect(address("launch_invite", launch))
    return _page(request, launch, form)


def _page(request: HttpRequest, launch: Launch, form: InviteForm | None) -> HttpResponse:
    ticked = form.data.getlist("contacts") if form else []
    page = Paginator(queries.invitable(launch), CONTACTS_A_PAGE).get_page(request.GET.get("page"))
    return launch_page(
        request,
        "strategy/launch/invite.html",
        launch,
        422 if form else 200,
        form=form,
        page=page,
        candidates=[(contact, str(contact.pk) in ticked) for contact in page],
        invitations=list(launch.invitations.select_related("contact__stakeholder").order_by("sent_at", "pk")),
        can_invite=rules.can_invite(request.user, launch),
    )
