"""Mail about an assessment: to the right people and nobody else, in their language, with a link that opens the page."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail

from cities.enums import Role
from cities.models import City, Membership, User
from epi import jobs
from epi.models import Job
from icc_index.actions import answering, assessments, results, reviewing
from icc_index.enums import Status
from tests.factories import FAR_AWAY, ask, bring_to, confirm_all, judge, make_user, reply_to_all

MAIL = "epi.mail.deliver"


@pytest.fixture
def everybody(
    city, lead, contributor, coordinator, viewer, partner, outsider, network, other_expert, admin, expert
) -> dict[str, User]:
    """The whole cast, with a second lead and a second expert who read Polish, and some who no longer take part."""
    second_lead = make_user("second-lead", Role.LEAD, city)
    second_expert = make_user("second-expert", Role.EXPERT)
    gone_lead = make_user("gone-lead", Role.LEAD, city)
    assessment = city.assessments.get()
    for one in (second_expert, gone_expert := make_user("gone-expert", Role.EXPERT)):
        assessments.assign_expert(assessment=assessment, expert=one, by=admin)
    no_longer_expert = make_user("no-longer-expert", Role.EXPERT)
    assessments.assign_expert(assessment=assessment, expert=no_longer_expert, by=admin)
    Membership.objects.filter(user=no_longer_expert).delete()
    User.objects.filter(pk__in=[gone_lead.pk, gone_expert.pk]).update(is_active=False)
    User.objects.filter(pk__in=[second_lead.pk, second_expert.pk]).update(language="pl")
    return {user.email.split("@")[0]: user for user in User.objects.all()}


@pytest.fixture
def sent(sign_in):
    """`sent(action, **arguments)`: the mails that an action queued, by name of the reader, each link opened by them."""

    def mails(action, **arguments) -> dict[str, dict]:
        before = set(Job.objects.values_list("pk", flat=True))
        action(**arguments)
        queued = [job.payload for job in Job.objects.exclude(pk__in=before)]
        assert len({one["to"] for one in queued}) == len(queued), "somebody gets two mails"
        return {one["to"].split("@")[0]: one | {"path": _opened(sign_in, one)} for one in queued}

    def _opened(sign_in, one: dict) -> str:
        (link,) = [word for word in one["text"].split() if word.startswith(settings.SITE_URL)]
        assert f'href="{link}"' in one["html"]
        path = urlsplit(link).path
        page = sign_in(User.objects.get(email=one["to"])).get(path)
        assert page.status_code == 200
        return path

    return mails


def languages(mails: dict[str, dict]) -> dict[str, str]:
    return {to: one["html"].split('<html lang="')[1][:2] for to, one in mails.items()}


def paths(mails: dict[str, dict]) -> set[str]:
    return {one["path"] for one in mails.values()}


TO_LEADS = {"lead": "en", "second-lead": "pl"}
TO_EXPERTS = {"expert": "en", "second-expert": "pl"}


def test_submission_goes_to_the_assigned_experts(everybody, assessment, lead, sent):
    mails = sent(answering.submit, assessment=assessment, by=lead)
    assert languages(mails) == TO_EXPERTS
    assert paths(mails) == {f"{assessment.get_absolute_url()}review/"}
    assert mails["expert"]["subject"] == "Testville, ICC Index 2021: submitted, your turn"
    assert "Testville has submitted its answers." in mails["expert"]["text"]


def test_submission_without_an_expert_goes_to_the_administrators(everybody, assessment, lead, sent):
    assessment.expert_assignments.exclude(expert=everybody["no-longer-expert"]).delete()
    mails = sent(answering.submit, assessment=assessment, by=lead)
    assert languages(mails) == {"admin": "en"}
    assert paths(mails) == {f"{assessment.get_absolute_url()}experts/"}
    assert mails["admin"]["subject"] == "Testville, ICC Index 2021: submitted, no expert assigned"


def test_questions_go_to_the_leads_with_number_and_date(everybody, at, expert, sent):
    assessment = at(Status.IN_REVIEW)
    for code in ("COM1", "COM2"):
        ask(assessment, expert, code)
    mails = sent(reviewing.send_questions, assessment=assessment, clarify_by=FAR_AWAY, by=expert)
    assert languages(mails) == TO_LEADS
    assert paths(mails) == {assessment.get_absolute_url()}
    assert mails["lead"]["subject"] == "Testville, ICC Index 2021: the experts ask about 2 answers"
    assert "1 January 2100" in mails["lead"]["text"]
    assert "2100" in mails["second-lead"]["text"]
    assert "January" not in mails["second-lead"]["text"]


def test_replies_go_to_the_experts(everybody, at, lead, sent):
    assessment = at(Status.CLARIFICATION)
    reply_to_all(assessment, lead)
    mails = sent(answering.send_replies, assessment=assessment, by=lead)
    assert languages(mails) == TO_EXPERTS
    assert paths(mails) == {f"{assessment.get_absolute_url()}review/"}


def test_sending_back_goes_to_the_leads_with_the_reason_as_typed(everybody, at, expert, sent):
    assessment = at(Status.IN_REVIEW)
    reason = 'Please explain <b>more</b> & "better"\nin ADI1.'
    mails = sent(reviewing.send_back, assessment=assessment, comment=reason, by=expert)
    assert languages(mails) == TO_LEADS
    assert paths(mails) == {assessment.get_absolute_url()}
    assert reason in mails["lead"]["text"]
    assert "<b>more</b>" not in mails["lead"]["html"]
    assert "&lt;b&gt;more&lt;/b&gt; &amp; &quot;better&quot;" in mails["lead"]["html"]


def test_validation_goes_to_the_leads_with_the_result(everybody, at, expert, sent):
    assessment = at(Status.IN_REVIEW)
    confirm_all(assessment, expert)
    mails = sent(reviewing.validate, assessment=assessment, by=expert)
    assert languages(mails) == TO_LEADS
    assert paths(mails) == {f"{assessment.get_absolute_url()}result/"}
    assert mails["lead"]["subject"] == "Testville, ICC Index 2021: validated"


def test_reopening_goes_to_the_leads_with_the_reason(everybody, at, expert, sent):
    assessment = at(Status.VALIDATED)
    mails = sent(reviewing.reopen, assessment=assessment, reason="A document came late.", by=expert)
    assert languages(mails) == TO_LEADS
    assert "A document came late." in mails["lead"]["text"]


def test_quiet_actions_write_to_nobody(everybody, at, assessment, lead, expert, sent):
    bring_to(assessment, Status.SUBMITTED, lead=lead, expert=expert)
    assert sent(reviewing.start_review, assessment=assessment, by=expert) == {}
    assert sent(ask, assessment=assessment, by=expert, code="COM1") == {}
    assert sent(confirm_all, assessment=assessment, by=expert) == {}
    assert sent(judge, assessment=assessment, by=expert, code="COM1") == {}
    reviewing.validate(assessment=assessment, by=expert)
    assert sent(results.publish, assessment=assessment, by=lead) == {}
    assert sent(results.withdraw, assessment=assessment, by=lead) == {}


def test_refused_action_writes_to_nobody(everybody, assessment, viewer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(Exception, match="Only the city's lead"):
        answering.submit(assessment=assessment, by=viewer)
    assert callbacks == []
    assert not Job.objects.exists()


def test_mail_leaves_only_once_the_change_is_committed(everybody, assessment, lead, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        answering.submit(assessment=assessment, by=lead)
        assert mail.outbox == []
    assert len(callbacks) == Job.objects.filter(kind=MAIL, state="queued").count() == 2


def test_delivered_mail_has_text_and_html(everybody, assessment, lead):
    answering.submit(assessment=assessment, by=lead)
    job = Job.objects.get(payload__to="expert@example.org")
    assert jobs.run(str(job.pk))
    assert not jobs.run(str(job.pk))
    (delivered,) = mail.outbox
    assert (delivered.to, delivered.cc, delivered.bcc) == (["expert@example.org"], [], [])
    assert delivered.subject == "Testville, ICC Index 2021: submitted, your turn"
    assert delivered.body == job.payload["text"]
    assert [part.mimetype for part in delivered.alternatives] == ["text/html"]


def test_name_with_markup_or_a_line_break_harms_no_mail(everybody, assessment, lead):
    City.objects.update(name="Test<b>ville</b>\nBcc: all@example.org")
    assessment.refresh_from_db()
    answering.submit(assessment=assessment, by=lead)
    payload = Job.objects.first().payload
    assert "\n" not in payload["subject"]
    assert "<b>" not in payload["html"]


def test_questions_go_to_those_who_answer_the_questioned_indicator_too(
    everybody, assessment, instrument, lead, expert, contributor, sent
):
    other = make_user("other-contributor", Role.CONTRIBUTOR, assessment.city)
    for code, user in (("commitment", contributor), ("language", other)):
        area = instrument.by_code[code]
        assessments.assign_indicator(assessment=assessment, indicator=area, users=[user], by=lead)
    bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)
    ask(assessment, expert, "COM1")
    mails = sent(reviewing.send_questions, assessment=assessment, clarify_by=FAR_AWAY, by=expert)
    assert set(mails) == {*TO_LEADS, "contributor"}
