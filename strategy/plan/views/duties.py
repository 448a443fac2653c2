"""Who of the coordinating body is responsible, accountable, consulted and informed for the actions."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from strategy.access import strategy_city_or_404
from strategy.asking import Asked, answer_form, typed
from strategy.events.forms import filled
from strategy.plan import pilot_queries, pilot_rules
from strategy.plan.actions import duties as changes
from strategy.plan.enums import Duty
from strategy.plan.forms.pilots import DutiesForm
from strategy.plan.models import PilotAction
from strategy.plan.queries import strategy_of
from strategy.plan.views._common import plan_page
from strategy.plan.views._pilots import action_to_change, form_page
from strategy.views import strategy_page


@require_GET
def responsibilities(request: HttpRequest, slug: str) -> HttpResponse:
    """Actions that are not stopped by members: letters, told in words."""
    city = strategy_city_or_404(request, slug)
    strategy = strategy_of(city)
    if strategy is None:
        return strategy_page(request, "strategy/plan/actions_none.html", city)
    matrix = pilot_queries.matrix_of(strategy)
    context = {"matrix": matrix, "duties": list(Duty)}
    return plan_page(request, "strategy/plan/responsibilities.html", strategy, **context)


@require_http_methods(["GET", "POST"])
def action_duties(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say who answers for one action, and who else is for what."""
    found = action_to_change(request, slug, pk)
    form = filled(DutiesForm, found, found, data=typed(request))
    asked = Asked(
        title=_("Who answers for the action"),
        submit=_("Save the responsibilities"),
        done=_("The responsibilities are saved."),
        back=f"{found.get_absolute_url()}#duties",
    )
    return answer_form(
        request,
        form_page(request, found, about=str(found), lacking=_left(found)),
        form,
        lambda: changes.give_duties(
            action=found,
            base_version=form.cleaned_data["version"],
            accountable=form.cleaned_data["accountable"],
            others=form.others,
            by=request.user,
        ),
        asked,
    )


def _left(action: PilotAction) -> list[str]:
    """Who had a duty and has left, as sentences: they are off the form, and go when it is saved."""
    members = [member for _duty, members in pilot_queries.duties_of(action) for member in members]
    return [pilot_rules.who_left(member) for member in members if not member.is_current]
