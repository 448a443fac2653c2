"""A real Chromium for the tests in this folder: the one in CHROMIUM, or on PATH. One for all, a fresh context each."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from cities.models import User

# Playwright's own loop runs in this thread; Django would refuse to touch the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000  # milliseconds until an expectation is given up
expect.set_options(timeout=PATIENCE)

OpenBrowser = Callable[..., Page]


def pytest_collection_modifyitems(items):
    folder = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(folder):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.fail("No Chromium found: `apt-get install -y chromium`, or set CHROMIUM to its path.", pytrace=False)
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of the running site. Unlike `live_server` it leaves the database to the test."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()
    with django_db_blocker.unblock():
        _end_sessions()


def _end_sessions() -> None:
    """PostgreSQL drops no database that is in use: by the server's last threads, and by this one while Playwright's
    loop was running, for which Django keeps a connection apart."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browsers of a test complain of. A test that expects a complaint takes it out."""
    return []


@pytest.fixture
def open_browser(transactional_db: None, browser: Browser, site: str, complaints: list[str]) -> Iterator[OpenBrowser]:
    """`open_browser(lead)`: an empty page in a browser of its own, signed in as that person; None for nobody.

    Other keywords go to Playwright's `new_context`. A complaint in any console fails the test.
    """
    contexts = []

    def opened(user: User | None = None, **options) -> Page:
        context = new_context(browser, site, user, complaints, **options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def new_context(
    browser: Browser, site: str, user: User | None, complaints: list[str], **options: object
) -> BrowserContext:
    """A browser signed in as `user` that writes what its console, scripts and style sheets complain of."""
    context = browser.new_context(base_url=site, **{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(PATIENCE)
    if user:
        sign_in(context, site, user)

    def on_console(message: ConsoleMessage) -> None:
        # What Chromium says of each answer with an error status is no complaint: such answers are part of the site.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def on_response(response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and urlsplit(response.url).path.startswith("/static/")):
            complaints.append(f"{response.status} {response.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", on_response)
    return context


def sign_in(context: BrowserContext, site: str, user: User) -> None:
    """By cookie; the sign-in page has tests of its own."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
