"""Mail in the reader's language, sent by a job once the change that it tells of is committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils import translation

from epi import jobs
from epi.models import Job, JobState

DELIVERY = "epi.mail.deliver"
Attachment = tuple[str, str, str]  # file name, text, MIME type


def send(
    template: str,
    *,
    to: str,
    language: str,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> None:
    """Queue `templates/<template>.{subject,body}.txt` and `.html` rendered in `language` to the address `to`.

    `headers` are what mail programs read beside the text, such as how to stop it.
    """
    context["site_url"] = settings.SITE_URL
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{template}.subject.txt", context).split())
        text = render_to_string(f"{template}.body.txt", context).strip() + "\n"
        html = render_to_string("mail.html", {**context, "subject": subject, "text": text})
    more: dict[str, Any] = {"headers": dict(headers)} if headers else {}
    jobs.enqueue(DELIVERY, to=to, subject=subject, text=text, html=html, attachments=list(attachments), **more)


def deliver(
    report_progress: jobs.ReportProgress,
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
) -> None:
    """The job: hand one message to the mail server. After a crash in between it may be sent twice, never lost."""
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=dict(headers or {}))
    message.attach_alternative(html, "text/html")
    for name, content, kind in attachments:
        message.attach(name, content, kind)
    message.send()


def forget(*addresses: str) -> int:
    """Drop every message to these addresses, in capitals or not, that is waiting or was given up. Returns how many."""
    mails = Job.objects.filter(kind=DELIVERY).annotate(to=Lower(KeyTextTransform("to", "payload")))
    deleted, _by_model = mails.filter(to__in=[address.lower() for address in addresses]).delete()
    return deleted


def forget_failed(*, before: datetime) -> int:
    """Empty the messages that were given up before that moment: whom they were for, and what they said.

    The row stays, to tell that something was not delivered. Returns how many were emptied.
    """
    failed = Job.objects.filter(kind=DELIVERY, state=JobState.FAILED, finished_at__lt=before)
    return failed.exclude(payload={}).update(payload={}, error="")
