"""Pages that belong to no app: method, accessibility, privacy, the components, health."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from epi import charts, typed_text


@require_safe
@login_not_required
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "epi/method.html")


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "epi/accessibility.html")


@require_safe
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "epi/privacy.html")


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language and stay on the page; a signed-in person's account keeps it, for mail and reports too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return django_set_language(request)


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """This process can do its work: the database answers and has every migration's tables."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM epi_job WHERE state = 'queued'")
            waiting = cursor.fetchone()[0]
    except Exception:  # any fault of the database means the same: not ready
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok", "jobs_waiting": waiting})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page is older than the sign-in (of another tab, perhaps): what was typed is given back on a fresh one."""
    page = typed_text.page_of_the_form(request)
    typed_text.keep(request, page)
    message = _("This page was open since before you signed in, or your browser refuses cookies.")
    return render(request, "403.html", {"exception": message, "back": page}, status=403)


class ExampleForm(forms.Form):
    """The form on the components page: one of each kind."""

    name = forms.CharField(label="Name of the plan", help_text="As it is called in public.")
    text = forms.CharField(label="Explain, with an example", widget=forms.Textarea(attrs={"rows": 3}))
    year = forms.ChoiceField(label="Year", choices=[("2020", "2020"), ("2021", "2021")])
    answer = forms.ChoiceField(
        label="Is there a plan?", widget=forms.RadioSelect, choices=[("yes", "Yes"), ("no", "No")]
    )
    services = forms.MultipleChoiceField(
        label="Which services?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("meals", "School meals"), ("sport", "Sport")],
    )


@require_safe
@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the design system, on one page."""
    return render(request, "epi/components.html", _component_examples())


def _component_examples() -> dict[str, Any]:
    labels = ["Commitment", "Lens", "Mediation", "Language", "Media"]
    city = charts.Series("City", (80, 62, 90, None, 40), "city")
    peers = charts.Series("Mean of 7 cities", (70, 60, 65, 55, 45), "peer")
    rows = [
        charts.Bar(label, value, marker) for label, value, marker in zip(labels, city.values, peers.values, strict=True)
    ]
    return {
        "form": ExampleForm({"name": "", "year": "2020", "answer": "yes"}),
        "page": Paginator(range(95), 10).get_page(4),
        "radar": charts.radar(labels, [city, peers], title="Example", description="Made up.", chart_id="example-radar"),
        "bars": charts.bars(rows, title="Example", description="Made up.", chart_id="example-bars"),
        "sample_data": True,
    }
