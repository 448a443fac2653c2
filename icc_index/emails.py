"""Mail about an assessment: one function a message, each reader in their own language, with a link to the very page."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from cities.enums import Role
from cities.models import User
from epi import mail
from icc_index.models import Assessment, Clarification, IndicatorAssignment


def _experts(assessment: Assessment) -> Iterable[User]:
    """Those who are assigned and still experts."""
    return User.objects.filter(expert_assignments__assessment=assessment, memberships__role=Role.EXPERT, is_active=True)


def _leads(assessment: Assessment) -> QuerySet[User]:
    leads = {"memberships__city": assessment.city, "memberships__role": Role.LEAD}
    return User.objects.filter(is_active=True, **leads)


def _send(message: str, assessment: Assessment, readers: Iterable[User], path: str, **context: Any) -> None:
    for reader in readers:
        mail.send(
            f"icc_index/mail/{message}",
            to=reader.email,
            language=reader.language,
            assessment=assessment,
            url=settings.SITE_URL + path,
            **context,
        )


def submitted(assessment: Assessment) -> None:
    """To the experts; to the administrators when no expert is assigned yet, so that nobody waits unknowingly."""
    readers = list(_experts(assessment))
    if readers:
        _send("submitted", assessment, readers, reverse("review", args=[assessment.pk]))
    else:
        administrators = User.objects.filter(is_superuser=True, is_active=True)
        _send("no_expert", assessment, administrators, reverse("assessment_experts", args=[assessment.pk]))


def clarification_asked(assessment: Assessment, count: int) -> None:
    """To the leads, and to those who answer an indicator with a questioned answer."""
    questioned = Clarification.objects.filter(answer__assessment=assessment, closed_at=None, sent_at__isnull=False)
    assigned = IndicatorAssignment.objects.filter(
        assessment=assessment, indicator__in=questioned.values("answer__question__indicator")
    )
    concerned = Q(pk__in=_leads(assessment)) | Q(pk__in=assigned.values("user"))
    readers = User.objects.filter(concerned, is_active=True)
    _send("clarification_asked", assessment, readers, assessment.get_absolute_url(), count=count)


def clarified(assessment: Assessment) -> None:
    _send("clarified", assessment, _experts(assessment), reverse("review", args=[assessment.pk]))


def sent_back(assessment: Assessment, comment: str) -> None:
    _send("sent_back", assessment, _leads(assessment), assessment.get_absolute_url(), comment=comment)


def validated(assessment: Assessment) -> None:
    _send("validated", assessment, _leads(assessment), reverse("result", args=[assessment.pk]))


def reopened(assessment: Assessment, reason: str) -> None:
    _send("reopened", assessment, _leads(assessment), assessment.get_absolute_url(), reason=reason)
