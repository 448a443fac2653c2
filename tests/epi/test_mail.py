"""Mail: attachments arrive, and what was delivered or must not be delivered any more is not kept."""

import pytest
from django.core import mail as outbox

from epi import jobs, mail
from epi.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(django_capture_on_commit_callbacks):
    def send(to: str, **options) -> Job:
        mail.send("cities/mail/invitation", to=to, language="en", **options)
        return Job.objects.latest("created_at")

    return send


@pytest.fixture(autouse=True)
def _invitation_is_no_matter(monkeypatch):
    monkeypatch.setattr("epi.mail.render_to_string", lambda template, context: f"{template} of {context['site_url']}")


def test_attachment_arrives_with_its_name_and_type(queue):
    job = queue("a@example.org", attachments=[("session.ics", "BEGIN:VCALENDAR", "text/calendar")])
    assert jobs.run(str(job.pk))
    assert outbox.outbox[-1].attachments == [("session.ics", "BEGIN:VCALENDAR", "text/calendar")]


def test_what_a_delivered_message_said_is_not_kept(queue):
    job = queue("a@example.org")
    assert job.payload["to"] == "a@example.org"
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.payload) == ("done", {})


def test_forgotten_address_gets_nothing_that_is_waiting(queue):
    queue("gone@example.org")
    queue("gone@example.org")
    kept = queue("here@example.org")
    assert mail.forget("Gone@example.org") == 2
    assert list(Job.objects.all()) == [kept]


def test_header_arrives_beside_the_text_and_mail_without_any_has_none(queue):
    for headers in ({"List-Unsubscribe": "<https://example.org/off>"}, None):
        assert jobs.run(str(queue("a@example.org", headers=headers).pk))
    with_one, without = [message.message()["List-Unsubscribe"] for message in outbox.outbox]
    assert (with_one, without) == ("<https://example.org/off>", None)
