"""Reading all answers through, and giving them to the experts: the whole, or the replies to what they asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from epi.errors import CannotBeDone
from icc_index import queries, rules
from icc_index.actions import answering
from icc_index.enums import Status
from icc_index.instrument import instrument_for
from icc_index.views._common import assessment_for, page, refuse


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers on one page, with what experts would stumble over; from here they are submitted."""
    assessment = assessment_for(request, pk)
    if request.method == "POST":
        answering.submit(assessment=assessment, by=request.user)
        messages.success(request, _("The answers are with the experts. A mail tells you when it is your turn."))
        return redirect(assessment)
    sections = queries.check_sections(assessment, instrument_for(assessment.edition))
    context = {
        "sections": sections,
        "unanswered": sum(row.problem == "unanswered" for section in sections for row in section.rows),
        "unsupported": sum(row.problem == "unsupported" for section in sections for row in section.rows),
        "can_submit": rules.can_move(request.user, assessment, Status.SUBMITTED),
    }
    return page(request, "icc_index/check.html", assessment, **context)


@require_POST
def send_replies(request: HttpRequest, pk: int) -> HttpResponse:
    assessment = assessment_for(request, pk)
    try:
        answering.send_replies(assessment=assessment, by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, assessment)
    messages.success(request, _("Your replies are with the experts."))
    return redirect(assessment)
