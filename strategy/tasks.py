"""Celery tasks of engagement and strategy. Safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from epi import mail
from strategy.consent import actions as consent
from strategy.events import actions as events
from strategy.monitoring.actions import digesting, reminding

FAILED_MAIL_KEPT = timedelta(days=30)


@shared_task
def forget_persons() -> None:
    """Forget those whose time is over, in registers and at events, and mail that could not be delivered long ago."""
    consent.forget_expired()
    events.forget_expired()
    mail.forget_failed(before=timezone.now() - FAILED_MAIL_KEPT)


@shared_task
def remind_owners() -> None:
    """Owners hear of milestones that are due in 30, 7 or 1 days, and once of those that are overdue."""
    reminding.remind_owners()


@shared_task
def send_digests() -> None:
    """The weekly digest, on Monday morning or as soon as something runs again."""
    digesting.send_digests()
