"""Who gets what: every address × every role, GET and POST, at every status of an assessment.

The table in tests/access/ is the specification. A cell is an HTTP status; `in` is a redirect to the sign-in. An address
and method without a line answer 405. A POST answered with less than 400 must have written; everything else must leave
the database as it was. The packages' own pages follow one rule each, below.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cities.models import User
from icc_index.enums import Status
from tests.access import PARTS
from tests.access.world import INITIALS, ROLES, World
from tests.addresses import ADMINS, ALLAUTHS, OURS, path_of, patterns
from tests.fixtures import FILE
from tests.rows import all_rows, undone

LINES = [(*line.split(), part) for part in PARTS for line in part.lines.strip().splitlines()[1:]]
PART_OF = {name: part for name, *_rest, part in LINES}
PUBLIC = frozenset().union(*(part.public for part in PARTS))
BY_STATUS = frozenset().union(*(part.by_status for part in PARTS))
OPEN_TO = frozenset().union(*(part.open_to for part in PARTS))
WRITES_NOTHING = frozenset().union(*(part.writes_nothing for part in PARTS))


def address(world: World, name: str) -> str:
    """The address of that name, of the test city's things."""
    about = {"pk": world.assessment.pk} if name in ABOUT_AN_ASSESSMENT else {}
    return reverse(name, kwargs=PART_OF[name].keys(world).get(name, about))


def body(world: World, name: str) -> dict[str, Any]:
    """What a form of that address would post."""
    return PART_OF[name].bodies(world).get(name, {})


def prepare(world: World, name: str) -> dict[str, list[tuple]] | None:
    """Do what must be there for a POST to that address; all rows then, if anything was done."""
    step = PART_OF[name].steps(world).get(name)
    return step and [step(), all_rows()][1]


class Browsers:
    """A browser for each role; every request is made in one that has only just signed in."""

    def __init__(self, cast: dict[str, User | None]) -> None:
        self.sessions = {role: self._session(user) for role, user in cast.items()}

    def _session(self, user: User | None) -> str:
        if user is None:
            return ""
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def of(self, role: str) -> Client:
        client = Client()
        if self.sessions[role]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


@contextmanager
def writing() -> Iterator[list[str]]:
    """The statements in here that write into our tables."""
    statements = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if re.match(r"(INSERT|UPDATE|DELETE)(?!.*django_session)", sql):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def cell(response: HttpResponse) -> str:
    is_to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
    return "in" if is_to_sign_in else str(response.status_code)


# The addresses -------------------------------------------------------------------------------------------------------

ABOUT_AN_ASSESSMENT = {
    name for name, form in OURS.items() if name in BY_STATUS or re.match(r"(assessments|evidence|reports)/", form)
}


def expected_at(status: Status) -> list[str]:
    """The table's lines for one status, without the column that says so."""
    lines = []
    for name, method, when, *cells, _part in LINES:
        if (status == Status.DRAFT) if when == "any" else any(INITIALS[initial] == status for initial in when):
            lines.append(" ".join([name, method, *cells]))
    return sorted(lines)


# Tests ---------------------------------------------------------------------------------------------------------------


def test_table_names_every_address_of_ours_and_no_other():
    assert {name for name, *_rest in LINES} == set(OURS)


def test_every_address_is_ours_or_falls_under_a_rule():
    assert {form for _name, form, _view in patterns()} == {*OURS.values(), *ALLAUTHS, *ADMINS}


def test_table_says_at_every_status_what_holds_of_an_assessment():
    for name, _method, when, *cells, _part in LINES:
        assert len(cells) == len(ROLES), name
        assert (when == "any") == (name not in ABOUT_AN_ASSESSMENT), name
    for name, method in {(name, method) for name, method, *_rest in LINES if name in ABOUT_AN_ASSESSMENT}:
        said = "".join(when for n, m, when, *_rest in LINES if (n, m) == (name, method))
        assert sorted(said) == sorted(INITIALS), (name, method)


@pytest.mark.parametrize("role", ["outsider", "expert2", "network"])
def test_others_find_nothing_of_the_citys(role):
    """A rule over the table: whoever has no part in it gets the answer that a wrong address gives."""
    column = ROLES.index(role)
    found = {
        (name, method, cells[column])
        for name, method, _when, *cells in LINES
        if "<" in OURS[name] and name not in PUBLIC and (role, name) not in OPEN_TO
    }
    assert {(name, method) for name, method, answer in found if answer != "404"} == set()


def test_signed_out_people_see_what_is_public_only():
    column = ROLES.index("nobody")
    shown = {name for name, _method, _when, *cells, _part in LINES if cells[column] == "200"}
    assert shown == PUBLIC | {"method", "accessibility", "privacy", "components", "healthz", "readyz"}


@pytest.mark.parametrize("status", Status)
def test_access(status, world_at, caplog):
    caplog.set_level("CRITICAL", "django.request")
    world = world_at(status)
    browsers = Browsers(world.cast)
    names = set(OURS) if status == Status.DRAFT else ABOUT_AN_ASSESSMENT
    before, answers, wrong = all_rows(), [], []
    for name in names:
        for method in ("GET", "POST"):
            cells = []
            for role in ROLES:
                with undone():
                    answer, wrote, unexplained = _request(world, browsers.of(role), name, method, before)
                cells.append(answer)
                should_write = method == "POST" and answer in {"200", "302"} and (name, role) not in WRITES_NOTHING
                if wrote != should_write:
                    wrong.append((name, method, role, answer, "wrote" if wrote else "wrote nothing"))
                if unexplained:
                    wrong.append((name, method, role, answer, "without a reason"))
            if set(cells) - {"in", "405"}:
                answers.append(" ".join([name, method, *cells]))
    assert sorted(answers) == expected_at(status)
    assert wrong == []


def _request(
    world: World, client: Client, name: str, method: str, before: dict[str, list[tuple]]
) -> tuple[str, bool, bool]:
    """The answer, if it wrote anything, and if it refused without a reason of its own."""
    path, send = address(world, name), client.get
    if method == "POST":
        before = prepare(world, name) or before
        send = partial(client.post, data=body(world, name))
    with writing() as statements:
        response = send(path)
    if response.streaming:
        assert b"".join(response) == FILE
    wrote = bool(statements) and all_rows() != before  # what was written and taken back is not written
    unexplained = response.status_code == 403 and "Your role does not allow this." in response.content.decode()
    return cell(response), wrote, unexplained


@pytest.mark.parametrize("status", [Status.VALIDATED, Status.PUBLISHED])
def test_stored_report_reaches_those_who_see_the_assessment(status, world_at, sign_in):
    world = world_at(status)
    got = set()
    for role, user in world.cast.items():
        response = sign_in(user).get(address(world, "report_download"))
        if response.status_code == 200:
            assert b"".join(response.streaming_content) == FILE
            assert response["Content-Disposition"] == 'attachment; filename="icc-index-testville-2021-en.pdf"'
            assert response["Cache-Control"] == "private"
            got.add(role)
    assert got == set(ROLES) - {"nobody", "expert2", "network", "outsider"}


def test_stored_files_have_no_address_of_their_own(world_at, sign_in):
    world = world_at(Status.PUBLISHED)
    assert world.report is not None
    for address in (f"/media/{world.report.file.name}", f"/{world.report.file.name}", world.report.file.name):
        assert sign_in(world.cast["lead"]).get(address).status_code == 404


# The packages' pages -------------------------------------------------------------------------------------------------

# Signed out, these show a page; signed in, one is sent on. All others of allauth need a sign-in, or only redirect.
FOR_SIGNED_OUT = {"account_login", "account_signup"}
FOR_ANYBODY = {
    "account_inactive",
    "account_confirm_email",  # says that the key is wrong
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
}
ALSO_FOR_SIGNED_OUT = FOR_SIGNED_OUT | FOR_ANYBODY


def test_account_pages_show_signed_out_people_the_entrance_only(world_at, sign_in):
    world = world_at(Status.DRAFT)
    for form, name in ALLAUTHS.items():
        response = sign_in(None).get(path_of(form))
        assert response.status_code in ({200, 404} if name in ALSO_FOR_SIGNED_OUT else {301, 302, 404}), form
        assert _named_in(response, world) == set(), form


@pytest.mark.parametrize("role", ["lead", "expert", "outsider"])
def test_account_pages_show_people_nothing_of_others(role, world_at):
    world = world_at(Status.DRAFT)
    browsers, before = Browsers(world.cast), all_rows()
    for form, name in ALLAUTHS.items():
        for method in ("get", "post"):
            with undone():
                response = getattr(browsers.of(role), method)(path_of(form))
            others = {200, 301, 302, 401, 404, 405}
            assert response.status_code in ({302} if name in FOR_SIGNED_OUT else others), form
            assert _named_in(response, world) <= {role}, form
    assert all_rows() == before


def _named_in(response: HttpResponse, world: World) -> set[str]:
    """Whose address stands on the page."""
    text = "" if response.streaming else response.content.decode()
    return {role for role, user in world.cast.items() if user and user.email in text}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_administration_is_for_administrators(role, world_at, caplog):
    caplog.set_level("CRITICAL", "django.request")
    world = world_at(Status.DRAFT)
    browsers, before = Browsers(world.cast), all_rows()
    shown = set()
    for form in ADMINS:
        for method in ("get", "post"):
            with undone():
                response = getattr(browsers.of(role), method)(path_of(form))
            if cell(response) not in {"in", "302", "403", "404"} or _named_in(response, world):
                shown.add((form, method, response.status_code))
    assert shown == set()
    assert all_rows() == before


def test_administration_opens_for_administrators(world_at):
    world = world_at(Status.PUBLISHED)
    browsers = Browsers(world.cast)
    pages = [form for form in ADMINS if not re.search(r"[<(]", form)]
    answers = {form: browsers.of("admin").get(path_of(form)).status_code for form in pages}
    assert {form for form, answer in answers.items() if answer not in {200, 302, 403, 405}} == set()
    lists = [form for form in pages if ADMINS[form].endswith("_changelist")]
    assert {answers[form] for form in lists} == {200}
