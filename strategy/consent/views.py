"""Withdrawing consent."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "POST"])
@login_not_required
def consent_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404("Not yet")
