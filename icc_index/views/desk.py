"""The first page after signing in, and a programme's progress."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from cities.enums import Permission, Role
from cities.models import Programme
from icc_index import desk, queries
from icc_index.enums import Status
from icc_index.models import Assessment


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is on this person's desk, whatever their roles: cities, review, programmes, administration."""
    user = request.user
    items = queries.desk(user)
    queue = queries.review_queue(user) if user.is_expert else []
    without_expert = _without_expert() if user.is_superuser else []
    shown = [item.assessment for item in items] + [line.assessment for line in queue] + without_expert
    begun = {item.assessment.city_id for item in items}
    context = {
        "items": items,
        "to_start": [
            city for city in user.cities if city.pk not in begun and user.may(Permission.START_ASSESSMENT, city.pk)
        ],
        "waiting_to_start": [
            city for city in user.cities if city.pk not in begun and not user.may(Permission.START_ASSESSMENT, city.pk)
        ],
        "leads": [city for city in user.cities if Role.LEAD in user.roles_in(city.pk)],
        "queue": queue,
        "without_expert": without_expert,
        "around": desk.items_for(user),
        "programmes": queries.programmes_of(user),
        "sample_data": any(assessment.is_sample for assessment in shown),
    }
    return render(request, "icc_index/home.html", context)


def _without_expert() -> list[Assessment]:
    """Submitted assessments that nobody can take up: what an administrator must know."""
    waiting = Assessment.objects.exclude(status__in=[Status.DRAFT, Status.PUBLISHED]).filter(expert_assignments=None)
    return list(waiting.for_list())


@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme's cities and how far each is; no drafts, no verdicts."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    rows = queries.board(programme)
    context = {
        "programme": programme,
        "rows": rows,
        "steps": programme.steps.all(),
        "partners": programme.partners.all(),
        "can_run": request.user.may_in_programme(Permission.RUN_PROGRAMME, programme.pk),
        "sample_data": any(line and line.assessment.is_sample for _city, line in rows),
    }
    return render(request, "icc_index/programme.html", context)
