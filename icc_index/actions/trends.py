"""Asking for the trends as a PDF."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit, jobs
from epi.errors import CannotBeDone
from epi.models import JobState
from icc_index.models import TrendReport
from icc_index.trends.reading import Filters


@transaction.atomic
def request_trend_report(*, filters: Filters, language: str, by: User) -> TrendReport:
    """Queue a PDF of the trends that `by` may see; while the same is being made, asking again gives that one.

    What is in it is decided when it is made, by what they may see then. Raises CannotBeDone for an unknown language.
    """
    if language not in dict(settings.LANGUAGES):
        raise CannotBeDone(_("There is no report in this language."))
    wanted = {
        "edition": filters.edition,
        "is_sample": filters.is_sample,
        "programme": filters.programme,
        "size": filters.size or "",
        "foreign": filters.foreign or "",
        "language": language,
        "requested_by": by,
    }
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # pressing twice must not make two
    being_made = TrendReport.objects.filter(**wanted, job__state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if being_made:
        return being_made
    report = TrendReport(**wanted)
    report.job = jobs.enqueue("icc_index.reports.trends.render_trend_report", report_id=str(report.pk))
    report.save()
    audit.record("trends.requested", report, by=by, language=language, **filters.query)
    return report
