"""Celery tasks of engagement and strategy. Safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from epi import mail
from strategy.body.actions import members
from strategy.body.actions import tasks as body_tasks
from strategy.consent import actions as consent
from strategy.documents import actions as documents
from strategy.events import actions as events
from strategy.monitoring.actions import digesting, reminding

FAILED_MAIL_KEPT = timedelta(days=30)


@shared_task
def forget_persons() -> None:
    """Forget those whose time is over, in registers, at events and in bodies, and mail not delivered long ago."""
    consent.forget_expired()
    events.forget_expired()
    members.forget_former()
    mail.forget_failed(before=timezone.now() - FAILED_MAIL_KEPT)


@shared_task
def make_public_pacts() -> None:
    """Ask for the PDF of each pact that has become public."""
    documents.make_public_pacts()


@shared_task
def remind_of_body_tasks() -> None:
    """Members of coordinating bodies hear of tasks that are due within a week, and once of those that are late."""
    body_tasks.remind_owners()


@shared_task
def remind_owners() -> None:
    """Owners hear of milestones that are due in 30, 7 or 1 days, and once of those that are overdue."""
    reminding.remind_owners()


@shared_task
def send_digests() -> None:
    """The weekly digest, on Monday morning or as soon as something runs again."""
    digesting.send_digests()
