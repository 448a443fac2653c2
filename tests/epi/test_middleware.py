"""Nothing typed is lost when a sign-in runs out, and nobody else gets it; every page has its content policy."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from epi import typed_text
from icc_index.enums import Status
from icc_index.models import Answer
from tests.factories import answer_to
from tests.icc_index.pages import fields, text

TYPED = "Since 2016 the council has had a commissioner."
RESTORED = "This is what you typed before your sign-in ran out."
NOW = datetime(2021, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def known_addresses(lead, contributor, outsider, expert):
    for user in (lead, contributor, outsider, expert):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@pytest.fixture
def address(assessment) -> str:
    return f"{assessment.get_absolute_url()}commitment/"


def sign_in_again(client: Client, user, response):
    """As a browser does: to the sign-in page that the answer leads to, and on to where that leads."""
    assert response["Location"].startswith(reverse("account_login"))
    entrance = client.get(response["Location"])
    next_page = entrance.context["redirect_field_value"]
    given = {"login": user.email, "password": "correct horse battery", "next": next_page}
    return client.post(reverse("account_login"), given, follow=True)


def typed_on(client: Client, address: str) -> dict:
    """What the form on the page would send, with an explanation typed into it."""
    return {**fields(client.get(address)), "COM1-explanation": TYPED}


def sign_in_runs_out(client: Client) -> None:
    del client.cookies["sessionid"]


def test_typed_text_comes_back_after_signing_in(sign_in, lead, address, assessment):
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    response = browser.post(address, typed)
    assert answer_to(assessment, "COM1").explanation == ""
    response = sign_in_again(browser, lead, response)
    assert response.request["PATH_INFO"] == address
    assert RESTORED in text(response)
    assert fields(response)["COM1-explanation"] == TYPED
    assert answer_to(assessment, "COM1").explanation == ""
    browser.post(address, fields(response))
    assert answer_to(assessment, "COM1").explanation == TYPED


def test_typed_text_comes_back_once(sign_in, lead, address):
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    sign_in_again(browser, lead, browser.post(address, typed))
    again = browser.get(address)
    assert RESTORED not in text(again)
    assert fields(again)["COM1-explanation"] == ""


def test_typed_text_is_given_to_nobody_else(sign_in, lead, contributor, address):
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    response = sign_in_again(browser, contributor, browser.post(address, typed))
    assert response.request["PATH_INFO"] == address
    assert TYPED not in response.content.decode()
    assert TYPED not in browser.get(address).content.decode()


def test_mark_of_somebody_else_is_no_key(sign_in, lead, contributor, address):
    """A mark that was altered gives nothing back either."""
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    response = browser.post(address, {**typed, "typed_by": typed_text.mark(contributor.pk)[:-1] + "x"})
    assert TYPED not in sign_in_again(browser, lead, response).content.decode()


@pytest.mark.parametrize(
    ("later", "comes_back"), [(timedelta(hours=11), True), (timedelta(hours=12, minutes=1), False)]
)
def test_typed_text_is_kept_for_twelve_hours(later, comes_back, sign_in, lead, address, settings):
    settings.SESSION_COOKIE_AGE = 48 * 60 * 60
    with time_machine.travel(NOW) as clock:
        browser = sign_in(lead)
        typed = typed_on(browser, address)
        sign_in_runs_out(browser)
        response = browser.post(address, typed)
        clock.move_to(NOW + later)
        assert (TYPED in sign_in_again(browser, lead, response).content.decode()) == comes_back


@pytest.mark.parametrize(("length", "is_kept"), [(150_000, True), (200_001, False)])
def test_typed_text_is_kept_up_to_a_size(length, is_kept, sign_in, lead, address):
    browser = sign_in(lead)
    typed = typed_on(browser, address) | {"COM1-explanation": "a" * length}
    sign_in_runs_out(browser)
    browser.post(address, typed)
    assert (typed_text.SESSION_KEY in browser.session) == is_kept


def test_form_without_the_mark_is_not_kept(sign_in, lead, address):
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    del typed["typed_by"]
    sign_in_runs_out(browser)
    response = browser.post(address, typed)
    assert typed_text.SESSION_KEY not in browser.session
    assert TYPED not in sign_in_again(browser, lead, response).content.decode()


def test_passwords_are_never_kept(db):
    browser = Client()
    browser.post(reverse("account_change_password"), {"oldpassword": "x", "password1": "y", "password2": "y"})
    assert typed_text.SESSION_KEY not in browser.session


def test_text_typed_on_a_page_comes_back_on_no_other(sign_in, lead, address, assessment):
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    sign_in_again(browser, lead, browser.post(f"{assessment.get_absolute_url()}education/", typed))
    assert TYPED not in browser.get(address).content.decode()


def test_form_without_a_page_of_its_own_leads_back_to_where_it_stood(at, expert, sign_in, settings):
    """`review/start/` takes forms only: after signing in there must be something to see."""
    assessment = at(Status.SUBMITTED)
    review = reverse("review", args=[assessment.pk])
    browser = sign_in(None)
    response = browser.post(f"{review}start/", headers={"referer": f"http://testserver{review}"})
    response = sign_in_again(browser, expert, response)
    assert (response.request["PATH_INFO"], response.status_code) == (review, 200)
    assessment.refresh_from_db()
    assert assessment.status == Status.SUBMITTED


def test_page_elsewhere_is_no_page_to_come_back_to(address):
    response = Client().post(address, headers={"referer": "https://evil.example/somewhere/"})
    assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_saving_by_script_when_signed_out_is_answered_with_a_fragment(sign_in, lead, address):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    browser = sign_in(lead)
    typed = typed_on(browser, address)
    sign_in_runs_out(browser)
    response = browser.post(address, typed, headers=headers)
    assert response.status_code == 401
    assert "<html" not in response.content.decode()
    assert "You have been signed out." in text(response, "div")
    assert f"{reverse('account_login')}?next={address.replace('/', '%2F')}" in response.content.decode()
    assert not Answer.objects.exclude(version=0).exists()


def test_signed_out_fragment_leads_nowhere_else(address):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/somewhere/"}
    response = Client().post(address, headers=headers)
    assert "evil.example" not in response.content.decode()


# The content security policy -----------------------------------------------------------------------------------------

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/method/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/no-such-page/",
        "/home/",
        "/account/",
        "/accounts/2fa/",
        "/cities/testville/",
        "/cities/testville/people/",
        "/assessments/1/",
        "/assessments/1/commitment/",
        "/administration/",
        "/administration/cities/city/import/",
        "/healthz",
    ],
)
def test_every_answer_carries_the_policy(path, sign_in, admin, assessment):
    response = sign_in(admin).get(path)
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_page_of_an_error_carries_the_policy_too(client, monkeypatch, db):
    monkeypatch.setattr("icc_index.views.public.Paginator", None)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert set(response.headers["Content-Security-Policy"].split("; ")) == POLICY


def test_text_of_a_page_that_is_older_than_the_sign_in_comes_back_too(lead, address, assessment):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    typed = typed_on(browser, address) | {"csrfmiddlewaretoken": "x" * 64}
    response = browser.post(address, typed)
    assert response.status_code == 403
    assert f'href="{address}"' in response.text
    assert answer_to(assessment, "COM1").explanation == ""
    assert fields(browser.get(address))["COM1-explanation"] == TYPED


def test_evidence_typed_on_its_own_page_comes_back(sign_in, lead, address):
    page = f"{address}COM1/evidence/"
    browser = sign_in(lead)
    assert 'name="typed_by"' in browser.get(page).text
    sign_in_runs_out(browser)
    typed = {"typed_by": typed_text.mark(lead.pk), "COM1-title": "Diversity plan 2020"}
    response = sign_in_again(browser, lead, browser.post(page, typed))
    assert 'value="Diversity plan 2020"' in response.text
