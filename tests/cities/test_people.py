"""People through their pages: invited, signed up, accepted; removed; their account and its language."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities import actions
from cities.enums import Role
from cities.models import Invitation, Membership, User
from epi import jobs, links
from epi.models import Event, Job
from icc_index.actions import assessments
from tests.factories import answer_to, make_city, make_user, save

NEW = "new.colleague@example.org"
PASSWORD = "a long and quiet river"


@pytest.fixture
def people(city) -> str:
    return reverse("city_people", args=[city.slug])


def invite(client: Client, people: str, email: str = NEW, role: str = "contributor"):
    return client.post(people, {"email": email, "role": role}, follow=True)


def mailed_link() -> str:
    """The address in the newest mail, as somebody would click it; the worker sends what is queued first."""
    for job in Job.objects.filter(state="queued").order_by("created_at"):
        assert jobs.run(str(job.pk))
    found = re.search(r"http://testserver(/invitations/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def sign_up(client: Client, email: str = NEW):
    given = {"name": "Nowa Koleżanka", "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("account_signup"), given, follow=True)


# Invitations ---------------------------------------------------------------------------------------------------------


def test_invited_person_signs_up_accepts_and_works(sign_in, lead, city, people):
    response = invite(sign_in(lead), people, email="New.Colleague@Example.org")
    assert f"The invitation is on its way to {NEW}." in response.content.decode()
    assert Job.objects.get().kind == "epi.mail.deliver"
    assert mail.outbox == []
    link = mailed_link()
    assert mail.outbox[0].to == [NEW]

    newcomer = Client()
    page = newcomer.get(link).content.decode()
    assert "Lead" in page
    assert "Make an account" in page
    response = sign_up(newcomer)
    assert response.redirect_chain[-1][0] == link
    user = User.objects.get(email=NEW)
    assert user.name == "Nowa Koleżanka"
    assert EmailAddress.objects.get(user=user, email=NEW).verified
    assert not user.memberships.exists()

    response = newcomer.post(link, follow=True)
    assert response.redirect_chain == [(reverse("home"), 302)]
    assert [(grant.role, grant.city) for grant in user.memberships.all()] == [(Role.CONTRIBUTOR, city)]
    invitation = Invitation.objects.get()
    assert (invitation.accepted_by, invitation.is_open) == (user, False)
    assert newcomer.get(people).status_code == 200
    kinds = Event.objects.about(city).values_list("kind", "by")
    assert list(kinds) == [("membership.started", user.pk), ("invitation.sent", lead.pk)]


def test_person_with_an_account_signs_in_and_accepts(sign_in, lead, people, outsider, city):
    invite(sign_in(lead), people, email=outsider.email, role="viewer")
    link = mailed_link()
    browser = Client()
    browser.get(link)
    given = {"login": outsider.email, "password": "correct horse battery", "next": link}
    EmailAddress.objects.create(user=outsider, email=outsider.email, verified=True, primary=True)
    response = browser.post(reverse("account_login"), given, follow=True)
    assert response.redirect_chain[-1][0] == link
    browser.post(link)
    assert Membership.objects.filter(user=outsider, city=city, role=Role.VIEWER).exists()


def test_address_that_nobody_proved_must_be_confirmed_first(viewer, client):
    """An account that an administrator made."""
    given = {"login": viewer.email, "password": "correct horse battery"}
    response = client.post(reverse("account_login"), given)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert mail.outbox[0].to == [viewer.email]
    assert client.get(reverse("home")).status_code == 302


def test_mail_is_in_the_language_of_the_reader(sign_in, lead, people, outsider):
    User.objects.filter(pk=outsider.pk).update(language="pl")
    invite(sign_in(lead), people, email=outsider.email)
    mailed_link()
    assert mail.outbox[0].subject != f"You are invited to work for {lead.cities[0].name} in EPI"
    assert "EPI" in mail.outbox[0].subject


@pytest.mark.parametrize("email", ["another@example.org", "lead@example.org"])
def test_sign_up_takes_the_invited_address_only(email, sign_in, lead, people):
    invite(sign_in(lead), people)
    browser = Client()
    browser.get(mailed_link())
    response = sign_up(browser, email=email)
    assert "Use the e-mail address that the invitation was sent to." in response.content.decode()
    assert User.objects.count() == 1


def test_invitation_is_nobody_elses(sign_in, lead, people, outsider):
    invite(sign_in(lead), people)
    link = mailed_link()
    browser = sign_in(outsider)
    page = browser.get(link).content.decode()
    assert f"You are signed in as {outsider.email}." in page
    assert "Accept the invitation" not in page
    response = browser.post(link, follow=True)
    assert "This invitation is for another e-mail address than the one you signed in with." in response.content.decode()
    assert outsider.memberships.count() == 1
    assert Invitation.objects.get().is_open


def _gone(link: str) -> bool:
    response = Client().get(link)
    return response.status_code == 404 and "This invitation no longer works" in response.content.decode()


def test_used_invitation_is_gone(sign_in, lead, people, outsider):
    invite(sign_in(lead), people, email=outsider.email)
    link = mailed_link()
    assert not _gone(link)
    sign_in(outsider).post(link)
    assert _gone(link)


def test_invitation_runs_out(sign_in, lead, people):
    invite(sign_in(lead), people)
    link, sent = mailed_link(), timezone.now()
    with time_machine.travel(sent + timedelta(days=13, hours=23)):
        assert not _gone(link)
    with time_machine.travel(sent + timedelta(days=14, seconds=1)):
        assert _gone(link)
        browser = Client()
        browser.get(link)
        assert "EPI is by invitation" in browser.get(reverse("account_signup")).content.decode()


def test_withdrawn_invitation_is_gone(sign_in, lead, people, city):
    browser = sign_in(lead)
    invite(browser, people)
    link = mailed_link()
    browser.post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]))
    assert _gone(link)
    assert Event.objects.about(city).first().kind == "invitation.withdrawn"


def test_only_the_newest_link_works(sign_in, lead, people):
    browser = sign_in(lead)
    invite(browser, people)
    first = mailed_link()
    invite(browser, people)
    second = mailed_link()
    assert (_gone(first), _gone(second)) == (True, False)


def test_made_up_link_is_gone(db):
    assert _gone("/invitations/no-such-token/")


def test_only_the_hash_of_a_link_is_stored(sign_in, lead, people):
    invite(sign_in(lead), people)
    token = mailed_link().split("/")[2]
    assert Invitation.objects.get().token_hash == links.hash_of(token) != token


def test_person_who_has_the_role_is_not_invited_again(sign_in, lead, people, viewer):
    response = invite(sign_in(lead), people, email=viewer.email, role="viewer")
    assert f"{viewer.email} already has this role." in response.content.decode()
    assert not Invitation.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", ["expert", "network_coordinator", "administrator", ""])
def test_lead_gives_roles_of_the_city_only(role, sign_in, lead, people):
    invite(sign_in(lead), people, role=role)
    assert not Invitation.objects.exists()


def test_sign_up_without_invitation_is_closed(db):
    browser = Client()
    assert "EPI is by invitation" in browser.get(reverse("account_signup")).content.decode()
    sign_up(browser)
    assert not User.objects.exists()


def test_invitations_are_shown_to_those_who_manage_people(sign_in, lead, viewer, people):
    invite(sign_in(lead), people)
    assert NEW in sign_in(lead).get(people).content.decode()
    page = sign_in(viewer).get(people).content.decode()
    assert lead.email in page
    assert NEW not in page


# Leaving -------------------------------------------------------------------------------------------------------------


def test_removed_member_loses_access_at_once(sign_in, lead, viewer, people, assessment):
    theirs = sign_in(viewer)
    assert theirs.get(assessment.get_absolute_url()).status_code == 200
    sign_in(lead).post(reverse("membership_remove", args=[viewer.memberships.get().pk]))
    assert theirs.get(assessment.get_absolute_url()).status_code == 404
    assert theirs.get(people).status_code == 404
    assert User.objects.filter(pk=viewer.pk).exists()


def test_last_lead_stays(sign_in, lead, city):
    response = sign_in(lead).post(reverse("membership_remove", args=[lead.memberships.get().pk]))
    assert response.status_code == 403
    assert "A city needs a lead. Invite another lead first." in response.content.decode()
    assert lead.memberships.exists()


def test_lead_who_may_no_longer_sign_in_does_not_count(sign_in, lead, city):
    second = make_user("second", Role.LEAD, city)
    User.objects.filter(pk=second.pk).update(is_active=False)
    response = sign_in(lead).post(reverse("membership_remove", args=[lead.memberships.get().pk]))
    assert response.status_code == 403


def test_lead_beside_another_can_go(sign_in, lead, city):
    second = make_user("second", Role.LEAD, city)
    sign_in(lead).post(reverse("membership_remove", args=[lead.memberships.get().pk]))
    assert [grant.user for grant in city.memberships.filter(role=Role.LEAD)] == [second]
    ended = Event.objects.about(city).first()
    assert (ended.kind, ended.by, ended.detail) == ("membership.ended", lead, {"role": "lead", "user": lead.pk})


def test_lead_removes_nobody_elsewhere(sign_in, lead, outsider):
    theirs = outsider.memberships.get()
    assert sign_in(lead).post(reverse("membership_remove", args=[theirs.pk])).status_code == 404
    assert Membership.objects.filter(pk=theirs.pk).exists()


def test_answers_of_a_removed_member_stay(sign_in, lead, contributor, assessment):
    save(assessment, contributor, COM1="yes")
    sign_in(lead).post(reverse("membership_remove", args=[contributor.memberships.get().pk]))
    answer = answer_to(assessment, "COM1")
    assert (answer.value, answer.saved_by) == ("yes", contributor)


def test_removed_member_is_named_for_no_indicator(sign_in, lead, contributor, assessment, instrument):
    area = instrument.indicators[0]
    assessments.assign_indicator(assessment=assessment, indicator=area, users=[contributor], by=lead)
    browser = sign_in(lead)
    assert contributor.name in browser.get(assessment.get_absolute_url()).content.decode()
    browser.post(reverse("membership_remove", args=[contributor.memberships.get().pk]))
    browser.get(reverse("home"))  # the message that names them
    assert contributor.name not in browser.get(assessment.get_absolute_url()).content.decode()


def test_granting_twice_is_granting_once(lead, outsider, city):
    for _time in range(2):
        actions.grant(user=outsider, role=Role.VIEWER, city=city, by=lead)
    assert city.memberships.filter(user=outsider).count() == 1
    assert Event.objects.about(outsider).count() == 1


# The account and its language ----------------------------------------------------------------------------------------


def language_of(client: Client, path: str = "/method/") -> str:
    response = client.get(path)
    found = re.search(r'<html lang="(\w+)"', response.content.decode())
    assert found
    assert response.headers["Content-Language"] == found[1]
    return found[1]


def switch(client: Client, language: str, next_page: str = "/method/"):
    return client.post(reverse("set_language"), {"language": language, "next": next_page})


def test_account_keeps_name_and_language(sign_in, viewer):
    browser = sign_in(viewer)
    browser.post(reverse("account"), {"name": "New Name", "language": "pl"})
    viewer.refresh_from_db()
    assert (viewer.name, viewer.language) == ("New Name", "pl")
    assert language_of(browser) == "pl"


def test_account_changes_nothing_but_name_and_language(sign_in, viewer):
    given = {"name": "New Name", "language": "pl", "is_superuser": "on", "is_staff": "on", "email": NEW}
    sign_in(viewer).post(reverse("account"), given)
    viewer.refresh_from_db()
    assert (viewer.is_superuser, viewer.is_staff, viewer.email) == (False, False, "viewer@example.org")


def test_pages_come_in_the_language_of_the_account(sign_in, viewer):
    User.objects.filter(pk=viewer.pk).update(language="pl")
    assert language_of(sign_in(viewer)) == "pl"
    assert language_of(sign_in(viewer), "/no-such-page/") == "pl"


def test_account_counts_more_than_what_this_browser_chose_before(sign_in, viewer):
    """A colleague's choice on a shared computer, or one's own before it was changed in the account."""
    browser = sign_in(viewer)
    switch(browser, "pl")
    browser.post(reverse("account"), {"name": "Viewer", "language": "en"})
    assert language_of(browser) == "en"


def test_browsers_language_is_used_for_others(db):
    assert language_of(Client(headers={"accept-language": "pl,en;q=0.5"})) == "pl"
    assert language_of(Client(headers={"accept-language": "xx"})) == "en"


def test_language_switch_keeps_the_page_and_the_choice(sign_in, viewer):
    browser = sign_in(viewer)
    response = switch(browser, "pl", "/cities/?q=lub&page=2")
    assert (response.status_code, response["Location"]) == (302, "/cities/?q=lub&page=2")
    viewer.refresh_from_db()
    assert viewer.language == "pl"
    assert language_of(browser) == "pl"
    assert language_of(sign_in(viewer)) == "pl"


def test_new_account_keeps_the_language_that_it_was_opened_in(sign_in, lead, people):
    invite(sign_in(lead), people)
    newcomer = Client(headers={"accept-language": "pl"})
    newcomer.get(mailed_link())
    sign_up(newcomer)
    assert User.objects.get(email=NEW).language == "pl"


def test_language_switch_works_signed_out(db):
    browser = Client()
    switch(browser, "pl")
    assert language_of(browser) == "pl"


@pytest.mark.parametrize(
    "foreign", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_language_switch_leads_nowhere_else(foreign, client, db):
    assert switch(client, "pl", foreign)["Location"] == "/"


@pytest.mark.parametrize("language", ["xx", "", "../../etc"])
def test_unknown_language_changes_nothing(language, sign_in, viewer):
    browser = sign_in(viewer)
    switch(browser, language)
    viewer.refresh_from_db()
    assert viewer.language == ""
    assert language_of(browser) == "en"


def test_sign_in_leads_nowhere_else(viewer, client):
    EmailAddress.objects.create(user=viewer, email=viewer.email, verified=True, primary=True)
    given = {"login": viewer.email, "password": "correct horse battery", "next": "https://evil.example/"}
    assert client.post(reverse("account_login"), given)["Location"] == reverse("home")


def test_roles_are_listed_in_the_account(sign_in, viewer):
    Membership.objects.create(user=viewer, role=Role.CONTRIBUTOR, city=make_city("othertown"))
    page = sign_in(viewer).get(reverse("account")).content.decode()
    assert "Viewer</strong>, Testville" in page
    assert "Contributor</strong>, Othertown" in page
