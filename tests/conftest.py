"""Where the tests run: database, broker and folders are chosen here, before Django reads its settings.

EPI_TEST_DB=sqlite (default): SQLite in a file and the filesystem broker. EPI_TEST_DB=postgres: PostgreSQL and Redis,
those that DATABASE_URL and REDIS_URL name, or servers of our own (tests/services.py). Nothing of the developer's own
var/ or .env is read or written. Fixtures stand in tests/fixtures.py.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.template import base as template_base

from tests import services

pytest_plugins = ["tests.fixtures"]

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("EPI_TEST_DB", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", "gw1", or nothing in the process that was called
_to_close = contextlib.ExitStack()


class UnknownVariable(str):
    """Stands in for `string_if_invalid`: an unknown variable in a template of ours fails the test that renders it."""

    def __mod__(self, variable: object) -> str:
        origin = _template_being_rendered()
        if PROJECT in origin.parents and "site-packages" not in origin.parts:
            pytest.fail(f"Unknown variable {str(variable)!r} in {origin.relative_to(PROJECT)}", pytrace=False)
        return ""


def _template_being_rendered() -> Path:
    frame = sys._getframe()
    while frame := frame.f_back:
        node = frame.f_locals.get("self")
        if isinstance(node, template_base.Node) and getattr(node, "origin", None):
            return Path(node.origin.name)
    return Path()


def _choose_services() -> None:
    """Set the environment that epi/settings.py reads. Workers of pytest-xdist inherit it from the first process."""
    if not WORKER:
        var = tempfile.mkdtemp(prefix="epi-test-")
        _to_close.callback(shutil.rmtree, var, ignore_errors=True)
        os.environ["EPI_TEST_VAR"] = var
        if DATABASE == "postgres":
            if not os.environ.get("DATABASE_URL"):
                os.environ["DATABASE_URL"] = _to_close.enter_context(services.postgres())
            if not os.environ.get("REDIS_URL"):
                os.environ.update(_to_close.enter_context(services.redis()))
    var = os.path.join(os.environ["EPI_TEST_VAR"], WORKER)
    if DATABASE == "sqlite":
        os.environ |= {"DATABASE_URL": f"sqlite:///{var}/epi.sqlite3", "REDIS_URL": "", "CELERY_BROKER_URL": ""}
    elif WORKER:  # a broker and a cache of its own for each worker, or one would take or clear what is the other's
        number = int(WORKER.removeprefix("gw")) + 2
        os.environ["REDIS_URL"] = re.sub(r"db=\d+", f"db={number + 6}", os.environ["REDIS_URL"])
        os.environ["CELERY_BROKER_URL"] = re.sub(
            r"virtual_host=\d+", f"virtual_host={number}", os.environ["CELERY_BROKER_URL"]
        )
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "epi.settings",
        "EPI_ENV": "test",
        "EPI_VAR": var,
        "MEDIA_ROOT": os.path.join(var, "media"),
        # What a developer may have in .env must not steer the tests.
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "DEBUG": "0",
        "EMAIL_URL": "",
        "EPI_DEMO": "0",
        "OIDC_SERVER_URL": "",
        "SITE_URL": "http://testserver",
    }


def _load_settings() -> None:
    if DATABASE == "sqlite":
        # A file rather than memory: tests with threads, workers and a live server open several connections.
        settings.DATABASES["default"]["TEST"] = {"NAME": str(settings.VAR_DIR / "test.sqlite3")}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # look files up when asked for, instead of listing all for each test client
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UnknownVariable("%s")
    django.setup()
    # Workers of pytest-xdist inherit the environment: with this name in it they would load the settings before us.
    del os.environ["DJANGO_SETTINGS_MODULE"]


if DATABASE not in {"sqlite", "postgres"}:
    raise pytest.UsageError(f"EPI_TEST_DB is {DATABASE!r}; it must be sqlite or postgres.")
if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: tests/conftest.py must choose the services first.")
_choose_services()
_load_settings()


def pytest_report_header() -> str:
    return f"database: {_database_version()}; broker: {_broker_version()}"


def pytest_unconfigure() -> None:
    _to_close.close()


def _database_version() -> str:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg2

    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parameters = {key: database[name] for key, name in names.items() if database.get(name)}
    with contextlib.closing(psycopg2.connect(**parameters)) as connection:
        return f"PostgreSQL {connection.info.parameter_status('server_version').split()[0]} through psycopg2"


def _broker_version() -> str:
    if not settings.REDIS_URL:
        return "filesystem"
    from redis import Redis

    with Redis.from_url(settings.REDIS_URL) as client:
        return f"Redis {client.info('server')['redis_version']}"
