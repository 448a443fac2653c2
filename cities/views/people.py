"""A person's own account; the people of a city; invitations."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities import actions, rules
from cities.adapters import SESSION_KEY
from cities.forms import InvitationForm, ProfileForm
from cities.models import City, Invitation, Membership
from epi.errors import CannotBeDone


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and language; links to password, e-mail and second factor; the roles held."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account is saved."))
        return redirect("account")
    return render(request, "cities/account.html", {"form": form, "grants": request.user.grants})


@require_http_methods(["GET", "POST"])
def city_people(request: HttpRequest, slug: str) -> HttpResponse:
    """The people of a city; its lead invites and removes."""
    city = get_object_or_404(City.objects.run_by(request.user), slug=slug)
    form = InvitationForm(request.POST or None)
    if request.method == "POST":
        rules.check_can_manage_people(request.user, city)
        if form.is_valid():
            try:
                actions.invite(city=city, by=request.user, **form.cleaned_data)
            except CannotBeDone as error:
                form.add_error("email", str(error))
            else:
                messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
                return redirect("city_people", city.slug)
    context = {
        "city": city,
        "form": form,
        "memberships": city.memberships.select_related("user", "organisation").order_by("user__name", "pk"),
        "invitations": city.invitations.open() if rules.can_manage_people(request.user, city) else [],
        "can_manage": rules.can_manage_people(request.user, city),
    }
    return render(request, "cities/people.html", context)


@require_POST
def membership_remove(request: HttpRequest, pk: int) -> HttpResponse:
    memberships = Membership.objects.select_related("city", "user")
    membership = get_object_or_404(memberships, pk=pk, city__in=City.objects.run_by(request.user))
    actions.remove_membership(membership=membership, by=request.user)
    messages.success(request, _("%(name)s no longer has this role.") % {"name": membership.user})
    return redirect("city_people", membership.city.slug)


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitations = Invitation.objects.open().select_related("city")
    invitation = get_object_or_404(invitations, pk=pk, city__in=City.objects.run_by(request.user))
    actions.withdraw_invitation(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("city_people", invitation.city.slug)


@require_http_methods(["GET", "POST"])
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in an invitation opens: what is offered, then sign up or sign in, then accept."""
    offered = Invitation.objects.open().with_token(token).select_related("city", "invited_by").first()
    if offered is None:
        return render(request, "cities/invitation_gone.html", status=404)
    if request.method == "POST" and request.user.is_authenticated:
        try:
            actions.accept_invitation(invitation=offered, by=request.user)
        except CannotBeDone as error:
            messages.error(request, str(error))
            return redirect("invitation", token)
        request.session.pop(SESSION_KEY, None)
        messages.success(request, _("Welcome to %(city)s.") % {"city": offered.city})
        return redirect("home")
    if not request.user.is_authenticated:
        request.session[SESSION_KEY] = token
        get_adapter(request).stash_verified_email(request, offered.email)
    is_theirs = request.user.is_authenticated and request.user.email == offered.email
    return render(request, "cities/invitation.html", {"invitation": offered, "is_theirs": is_theirs})
