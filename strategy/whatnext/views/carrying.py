"""What was delivered, proposed as evidence for the answers of one round: the whole, using one, setting one aside."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import typed_text
from epi.errors import CannotBeDone, NotAllowed
from icc_index import rules as index_rules
from icc_index.enums import Status
from icc_index.models import Assessment
from strategy.access import strategy_city_or_404
from strategy.views import strategy_page
from strategy.whatnext import proposals as queries
from strategy.whatnext.actions import carrying as actions
from strategy.whatnext.forms import CarryForm, as_evidence
from strategy.whatnext.proposals import Proposal


def _assessment_or_404(request: HttpRequest, city: City, pk: int) -> Assessment:
    return get_object_or_404(Assessment.objects.visible_to(request.user).for_list(), pk=pk, city=city)


@require_GET
def delivered(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """By area and question: what was delivered, its proof, and what the city made of it in this round."""
    city = strategy_city_or_404(request, slug)
    assessment = _assessment_or_404(request, city, pk)
    found, without = queries.proposals_for(assessment)
    sections = queries.sections(request.user, assessment, found)
    context = {
        "assessment": assessment,
        "sections": sections,
        "without": without,
        "waiting": sum(one.is_open for one in found),
        "can_use": any(section.can_use for section in sections),
        "why_not": _why_not(request, assessment, sections),
        "sample_data": assessment.is_sample,
    }
    with timezone.override(city.zone):
        return strategy_page(request, "strategy/whatnext/delivered.html", city, **context)


def _why_not(request: HttpRequest, assessment: Assessment, sections: list[queries.Section]) -> str:
    """Why this person can use nothing here: the turn, or the role."""
    if not sections or any(section.can_use for section in sections):
        return ""
    if assessment.status not in (Status.DRAFT, Status.CLARIFICATION):
        return index_rules.not_your_turn(assessment)
    return _reason(request, assessment, is_assigned=False)


def _reason(request: HttpRequest, assessment: Assessment, *, is_assigned: bool) -> str:
    try:
        index_rules.check_can_answer(request.user, assessment, is_assigned=is_assigned)
    except NotAllowed as error:
        return str(error)
    return ""


def _proposal_or_404(assessment: Assessment, code: str, thing: str) -> Proposal:
    found, _without = queries.proposals_for(assessment)
    for proposal in found:
        if (proposal.indicator.code, proposal.thing.key) == (code, thing):
            return proposal
    raise Http404("No such proposal")


@require_http_methods(["GET", "POST"])
def carry(request: HttpRequest, slug: str, pk: int, code: str, thing: str) -> HttpResponse:
    """Make one thing evidence for a question: what the evidence will say stands there to be read and changed first."""
    city = strategy_city_or_404(request, slug)
    assessment = _assessment_or_404(request, city, pk)
    proposal = _proposal_or_404(assessment, code, thing)
    _check_can_answer(request, assessment, proposal)
    form = _form(request, proposal)
    if request.method == "POST" and form.is_valid():
        try:
            code = _use(request, assessment, proposal, form)
        except CannotBeDone as error:
            form.add_error("question", str(error))
        else:
            return _back(request, assessment, proposal, _("It is evidence for %(code)s now.") % {"code": code})
    context = {
        "assessment": assessment,
        "proposal": proposal,
        "form": form,
        "restored": form.is_bound and request.method == "GET",
        "typed_by": typed_text.mark(request.user.pk),
        "sample_data": assessment.is_sample,
    }
    status = 422 if request.method == "POST" else 200
    return strategy_page(request, "strategy/whatnext/carry.html", city, status=status, **context)


def _form(request: HttpRequest, proposal: Proposal) -> CarryForm:
    initial = as_evidence(proposal.thing) | {"question": _question_asked_for(request, proposal)}
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    return CarryForm(proposal.indicator, typed, initial=initial)


def _use(request: HttpRequest, assessment: Assessment, proposal: Proposal, form: CarryForm) -> str:
    """Make it evidence; gives the code of the question."""
    actions.use(
        assessment=assessment,
        thing=proposal.thing,
        indicator=proposal.indicator,
        question=form.asked,
        by=request.user,
        **form.facts,
    )
    return form.asked.code


def _check_can_answer(request: HttpRequest, assessment: Assessment, proposal: Proposal) -> None:
    mine = assessment.indicator_assignments.filter(user=request.user, indicator_id=proposal.indicator.pk)
    index_rules.check_can_answer(request.user, assessment, is_assigned=mine.exists())


def _question_asked_for(request: HttpRequest, proposal: Proposal) -> str:
    """The question in the address, or the first that the strategy names and for which it is no evidence yet."""
    asked = request.GET.get("question", "")
    if asked:
        return asked
    return next((one.code for one in proposal.named if not proposal.is_evidence_for(one.code)), "")


@require_POST
def set_aside(request: HttpRequest, slug: str, pk: int, code: str, thing: str) -> HttpResponse:
    assessment, proposal = _for_button(request, slug, pk, code, thing)
    actions.set_aside(assessment=assessment, thing=proposal.thing, indicator=proposal.indicator, by=request.user)
    return _back(request, assessment, proposal, _("Set aside. You can bring it back."))


@require_POST
def bring_back(request: HttpRequest, slug: str, pk: int, code: str, thing: str) -> HttpResponse:
    assessment, proposal = _for_button(request, slug, pk, code, thing)
    actions.bring_back(assessment=assessment, thing=proposal.thing, indicator=proposal.indicator, by=request.user)
    return _back(request, assessment, proposal, _("It is proposed again."))


def _for_button(request: HttpRequest, slug: str, pk: int, code: str, thing: str) -> tuple[Assessment, Proposal]:
    assessment = _assessment_or_404(request, strategy_city_or_404(request, slug), pk)
    return assessment, _proposal_or_404(assessment, code, thing)


def _back(request: HttpRequest, assessment: Assessment, proposal: Proposal, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect(f"{reverse('delivered', args=[assessment.city.slug, assessment.pk])}#{proposal.indicator.code}")
