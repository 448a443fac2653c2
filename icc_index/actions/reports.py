"""Asking for a report."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit, jobs
from epi.errors import CannotBeDone
from epi.models import JobState
from icc_index import rules
from icc_index.actions._common import lock
from icc_index.models import Report, Result


@transaction.atomic
def request_report(*, result: Result, language: str, by: User) -> Report:
    """Queue a report of `result` in `language`; while one is being made, asking again gives that one.

    Raises NotAllowed before the assessment is validated, CannotBeDone for an earlier result or an unknown language.
    """
    assessment = lock(result.assessment)
    rules.check_can_request_report(assessment)
    if language not in dict(settings.LANGUAGES):
        raise CannotBeDone(_("There is no report in this language."))
    if not Result.objects.current().filter(pk=result.pk).exists():
        raise CannotBeDone(_("This result was replaced by a later one. Ask for a report of that one."))
    being_made = Report.objects.filter(
        result=result, language=language, job__state__in=[JobState.QUEUED, JobState.RUNNING]
    ).first()
    if being_made:
        return being_made
    report = Report(result=result, language=language, requested_by=by)
    report.job = jobs.enqueue("icc_index.reports.render.render_report", report_id=str(report.pk))
    report.save()
    audit.record("report.requested", assessment, by=by, report=str(report.pk), language=language, result=result.number)
    return report
