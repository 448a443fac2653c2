"""Whether a person wants the weekly digest: on a page of their account, or by the link in the mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from strategy.monitoring.actions import digesting
from strategy.monitoring.forms import DigestForm


@require_http_methods(["GET", "POST"])
def digest_choice(request: HttpRequest) -> HttpResponse:
    form = DigestForm(request.POST or None, initial={"is_wanted": digesting.wants_digest(request.user)})
    if request.method == "POST":
        form = DigestForm(request.POST)
        if form.is_valid():
            digesting.choose_digest(user=request.user, **form.cleaned_data)
            wanted = form.cleaned_data["is_wanted"]
            messages.success(request, _("You get the weekly digest.") if wanted else _("You get no weekly digest."))
            return redirect("digest_choice")
    return render(request, "strategy/monitoring/digest_choice.html", {"form": form})


@csrf_exempt  # mail programs press this button themselves (RFC 8058); the token says whose digest it is
@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def digest_off(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in a digest opens: the question, and by a POST the end of it; without an account."""
    user = digesting.user_of(token)
    if user is None:
        raise Http404(_("This link does not work. You can switch the digest off in your account."))
    if request.method == "POST":
        digesting.choose_digest(user=user, is_wanted=False)
    return render(request, "strategy/monitoring/digest_off.html", {"is_off": not digesting.wants_digest(user)})
