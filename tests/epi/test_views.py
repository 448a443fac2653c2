"""Pages that belong to no app: what everybody may read, health, what goes wrong in words; and settings that refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from epi import jobs
from tests.icc_index.pages import text

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("name", ["method", "accessibility", "privacy", "components"])
def test_page_opens_for_everybody_in_their_language(name, language, db):
    response = Client(headers={"accept-language": language}).get(reverse(name))
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()
    assert len(text(response, "h1")) > 3


# Health --------------------------------------------------------------------------------------------------------------


def test_healthz_needs_no_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_readyz_counts_the_jobs_that_wait(client, db):
    jobs.enqueue("epi.mail.deliver", to="a@example.org", subject="", text="", html="")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "jobs_waiting": 1})


def test_readyz_is_503_without_the_database_and_tells_no_secrets(client, monkeypatch):
    class Down:
        def cursor(self):
            raise OperationalError("connection to server at 10.0.0.5 as epi:secret failed")

    monkeypatch.setattr("epi.views.connection", Down())
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "database unavailable"})


# What goes wrong is said in words ------------------------------------------------------------------------------------


def test_form_without_its_token_is_refused_in_words(db, viewer):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(viewer, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = browser.post(reverse("account"), {"name": "Somebody", "language": "pl"})
    assert response.status_code == 403
    assert "This page was open since before you signed in, or your browser refuses cookies." in text(response, "main")
    viewer.refresh_from_db()
    assert viewer.name == "Viewer"


@pytest.mark.parametrize(("user", "words"), [("viewer", "only the cities you work with"), (None, "sign in and open")])
def test_page_that_is_not_there_says_what_to_try(user, words, request, sign_in, db):
    response = sign_in(user and request.getfixturevalue(user)).get("/no-such-page/")
    assert response.status_code == 404
    assert words in text(response, "main")


def test_page_of_an_error_stands_alone(client, monkeypatch, django_assert_num_queries, db):
    monkeypatch.setattr("icc_index.views.public.Paginator", None)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 500
    assert "<html" in response.content.decode()
    assert "Paginator" not in response.content.decode()


def test_language_is_changed_by_a_form_only(client, db):
    assert client.get(reverse("set_language")).status_code == 405


# Settings ------------------------------------------------------------------------------------------------------------

PRODUCTION = {
    "EPI_ENV": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "epi.example.org",
    "DATABASE_URL": "postgres://epi@localhost/epi",
    "REDIS_URL": "redis://localhost:6379/0",
}


def settings_with(tmp_path: Path, show: str = "", **variables: str) -> subprocess.CompletedProcess:
    load = [sys.executable, "-W", "ignore", "-c", f"import epi.settings as s; print({show or None})"]
    environment = os.environ | {"EPI_VAR": str(tmp_path)} | variables
    return subprocess.run(load, cwd=PROJECT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECRET_KEY": ""}, "Production needs SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "Production needs SECRET_KEY"),
        ({"SECRET_KEY": "abab" * 20}, "Production needs SECRET_KEY"),
        ({"SECRET_KEY": "change-me-" + "0123456789abcdef" * 4}, "Production needs SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "Production needs ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "Production needs DATABASE_URL"),
        ({"EPI_ENV": "staging"}, "EPI_ENV must be embedded, test or production"),
    ],
)
def test_settings_refuse(variables, words, tmp_path):
    refused = settings_with(tmp_path, **(PRODUCTION | variables))
    assert refused.returncode == 1
    assert words in refused.stderr


def test_production_is_guarded(tmp_path):
    names = "s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0"
    started = settings_with(tmp_path, names, **(PRODUCTION | {"DEBUG": "1"}))
    assert started.stdout.split() == ["False", "True", "True", "True", "True"]
