"""What the views share: fetching what this person may see, and pages about one assessment."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from cities.enums import Permission
from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from icc_index.enums import Status
from icc_index.instrument import Instrument, InstrumentIndicator, InstrumentQuestion, instrument_for
from icc_index.models import Assessment


def assessment_for(request: HttpRequest, pk: int, *, answering: str = "") -> Assessment:
    """The assessment if this person may see it, else 404. An administrator's look into a draft is recorded.

    With `answering` (the code of an indicator) it knows, too, whether that is assigned to this person.
    """
    visible = Assessment.objects.visible_to(request.user).for_list()
    if answering:
        visible = visible.for_answering(request.user, answering)
    assessment = get_object_or_404(visible, pk=pk)
    is_ours = request.user.may(Permission.READ_ASSESSMENT, assessment.city_id)
    if request.user.is_superuser and assessment.status == Status.DRAFT and not is_ours:
        audit.record("assessment.looked_at", assessment, by=request.user, path=request.path)
    return assessment


def indicator_or_404(instrument: Instrument, code: str) -> InstrumentIndicator:
    if code not in instrument.by_code:
        raise Http404("No such indicator")
    return instrument.by_code[code]


def question_or_404(indicator: InstrumentIndicator, code: str) -> InstrumentQuestion:
    for question in indicator.questions:
        if question.code == code:
            return question
    raise Http404("No such question")


def works_on(user: User, assessment: Assessment, indicator: InstrumentIndicator) -> bool:
    """True if the indicator is assigned to this person."""
    return assessment.indicator_assignments.filter(user=user, indicator_id=indicator.pk).exists()


def number_in(posted: QueryDict, name: str) -> int:
    """A number that a page's own buttons and hidden fields post; -1, which nothing has, for anything else."""
    text = posted.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else -1


def page(
    request: HttpRequest, template: str, assessment: Assessment, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one assessment: with its questionnaire, and the sample-data banner where it applies."""
    context = {
        "assessment": assessment,
        "city": assessment.city,
        "instrument": instrument_for(assessment.edition),
        "sample_data": assessment.is_sample,
        **context,
    }
    return render(request, template, context, status=status)


def refuse(request: HttpRequest, error: CannotBeDone, back: Any) -> HttpResponse:
    """Say why something could not be done, on the page that it was asked from."""
    messages.error(request, str(error))
    return redirect(back)
