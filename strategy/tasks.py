"""Celery tasks of engagement. Safe to run twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from epi import mail
from strategy.consent import actions

FAILED_MAIL_KEPT = timedelta(days=30)


@shared_task
def forget_persons() -> None:
    """Forget those whose time is over, and mail that could not be delivered long ago."""
    actions.forget_expired()
    mail.forget_failed(before=timezone.now() - FAILED_MAIL_KEPT)
