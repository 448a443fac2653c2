"""Who gets what: every address × every role, GET and POST, at every status of an assessment.

TABLE is the specification. A cell is an HTTP status; `in` is a redirect to the sign-in. `when` names the statuses of
the assessment by their initials (draft, submitted, in Review, clarification, validated, published), or `any` where
they make no difference. An address and method without a line answer 405. A POST answered with less than 400 must have
written; everything else must leave the database as it was. The packages' own pages follow one rule each, below.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cities import actions as people_actions
from cities.enums import Role
from cities.models import Invitation, Membership, User
from icc_index.actions import answering
from icc_index.actions.reports import request_report
from icc_index.enums import Status
from icc_index.models import Assessment, Evidence, Report
from tests.addresses import ADMINS, ALLAUTHS, NOWHERE, OURS, path_of, patterns
from tests.factories import FAR_AWAY, answer_to, ask, confirm_all, reply_to_all, save, start
from tests.rows import all_rows, undone

# lead … partner are the city's people (the indicator is assigned to `contrib`, not to `peer`); `expert` is assigned to
# the assessment, `expert2` is not; `network` coordinates the city's programme; `outsider` leads another city.
TABLE = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
method               GET    any   200    200  200     200  200   200    200     200    200     200     200   200
accessibility        GET    any   200    200  200     200  200   200    200     200    200     200     200   200
privacy              GET    any   200    200  200     200  200   200    200     200    200     200     200   200
components           GET    any   200    200  200     200  200   200    200     200    200     200     200   200
set_language         POST   any   302    302  302     302  302   302    302     302    302     302     302   302
healthz              GET    any   200    200  200     200  200   200    200     200    200     200     200   200
readyz               GET    any   200    200  200     200  200   200    200     200    200     200     200   200
account              GET    any   in     200  200     200  200   200    200     200    200     200     200   200
account              POST   any   in     302  302     302  302   302    302     302    302     302     302   302
city_people          GET    any   in     200  200     200  200   200    200     404    404     404     200   404
city_people          POST   any   in     302  403     403  403   403    403     404    404     404     302   404
membership_remove    POST   any   in     302  403     403  403   403    403     404    404     404     302   404
invitation_withdraw  POST   any   in     302  403     403  403   403    403     404    404     404     302   404
invitation           GET    any   200    200  200     200  200   200    200     200    200     200     200   200
invitation           POST   any   200    302  302     302  302   302    302     302    302     302     302   302
overview             GET    any   200    200  200     200  200   200    200     200    200     200     200   200
home                 GET    any   in     200  200     200  200   200    200     200    200     200     200   200
programme            GET    any   in     404  404     404  404   404    404     404    404     200     200   404
city                 GET    any   200    200  200     200  200   200    200     200    200     200     200   200
assessment_start     GET    any   in     200  403     403  403   403    403     404    404     404     200   404
assessment_start     POST   any   in     302  403     403  403   403    403     404    404     404     302   404
city_explanation     GET    dsrcv 404    404  404     404  404   404    404     404    404     404     404   404
city_explanation     GET    p     200    200  200     200  200   200    200     200    200     200     200   200
review_queue         GET    any   in     403  403     403  403   403    403     200    200     403     403   403
report               GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
report               GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
report_download      GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
report_download      GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
evidence_remove      POST   d     in     302  302     403  403   403    403     404    404     404     403   404
evidence_remove      POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence_remove      POST   c     in     302  302     403  403   403    403     403    404     404     403   404
assessment           GET    d     in     200  200     200  200   200    200     404    404     404     200   404
assessment           GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
check                GET    d     in     200  200     200  200   200    200     404    404     404     200   404
check                GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
check                POST   d     in     302  403     403  403   403    403     404    404     404     403   404
check                POST   srcvp in     403  403     403  403   403    403     403    404     404     403   404
send_replies         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
send_replies         POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
send_replies         POST   c     in     302  403     403  403   403    403     403    404     404     403   404
assignments          GET    d     in     200  403     403  403   403    403     404    404     404     403   404
assignments          GET    srcvp in     200  403     403  403   403    403     403    404     404     403   404
assignments          POST   d     in     302  403     403  403   403    403     404    404     404     403   404
assignments          POST   srcvp in     302  403     403  403   403    403     403    404     404     403   404
assessment_experts   GET    d     in     403  403     403  403   403    403     404    404     404     200   404
assessment_experts   GET    srcvp in     403  403     403  403   403    403     403    404     404     200   404
assessment_experts   POST   d     in     403  403     403  403   403    403     404    404     404     302   404
assessment_experts   POST   srcvp in     403  403     403  403   403    403     403    404     404     302   404
result               GET    d     in     200  200     200  200   200    200     404    404     404     200   404
result               GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
publish              POST   d     in     403  403     403  403   403    403     404    404     404     403   404
publish              POST   srcp  in     403  403     403  403   403    403     403    404     404     403   404
publish              POST   v     in     302  403     403  403   403    403     403    404     404     403   404
withdraw             POST   d     in     403  403     403  403   403    403     404    404     404     403   404
withdraw             POST   srcv  in     403  403     403  403   403    403     403    404     404     403   404
withdraw             POST   p     in     302  403     403  403   403    403     403    404     404     403   404
explanation          GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
explanation          GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
reports              GET    d     in     200  200     200  200   200    200     404    404     404     200   404
reports              GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
reports              POST   d     in     403  403     403  403   403    403     404    404     404     403   404
reports              POST   src   in     403  403     403  403   403    403     403    404     404     403   404
reports              POST   vp    in     302  302     302  302   302    302     302    404     404     302   404
review               GET    d     in     403  403     403  403   403    403     404    404     404     200   404
review               GET    srcvp in     403  403     403  403   403    403     200    404     404     200   404
review_start         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_start         POST   s     in     403  403     403  403   403    403     302    404     404     403   404
review_start         POST   rcvp  in     403  403     403  403   403    403     403    404     404     403   404
review_questions     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_questions     POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_questions     POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_send_back     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_send_back     POST   sr    in     403  403     403  403   403    403     302    404     404     403   404
review_send_back     POST   cvp   in     403  403     403  403   403    403     403    404     404     403   404
review_validate      POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_validate      POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_validate      POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_reopen        POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_reopen        POST   srcp  in     403  403     403  403   403    403     403    404     404     403   404
review_reopen        POST   v     in     403  403     403  403   403    403     302    404     404     403   404
commentary           POST   d     in     403  403     403  403   403    403     404    404     404     403   404
commentary           POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
commentary           POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_indicator     GET    d     in     403  403     403  403   403    403     404    404     404     200   404
review_indicator     GET    srcvp in     403  403     403  403   403    403     200    404     404     200   404
review_indicator     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_indicator     POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_indicator     POST   r     in     403  403     403  403   403    403     302    404     404     403   404
confirm_rest         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
confirm_rest         POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
confirm_rest         POST   r     in     403  403     403  403   403    403     302    404     404     403   404
indicator_commentary POST   d     in     403  403     403  403   403    403     404    404     404     403   404
indicator_commentary POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
indicator_commentary POST   r     in     403  403     403  403   403    403     302    404     404     403   404
indicator            GET    d     in     200  200     200  200   200    200     404    404     404     200   404
indicator            GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
indicator            POST   d     in     302  302     403  403   403    403     404    404     404     403   404
indicator            POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
indicator            POST   c     in     302  302     403  403   403    403     403    404     404     403   404
evidence             GET    d     in     200  200     403  403   403    403     404    404     404     403   404
evidence             GET    srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence             GET    c     in     200  200     403  403   403    403     403    404     404     403   404
evidence             POST   d     in     302  302     403  403   403    403     404    404     404     403   404
evidence             POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence             POST   c     in     302  302     403  403   403    403     403    404     404     403   404
history              GET    d     in     200  200     200  200   200    200     404    404     404     200   404
history              GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
"""
HEADER, *LINES = (line.split() for line in TABLE.strip().splitlines())
ROLES = HEADER[3:]
INITIALS = {
    "d": Status.DRAFT,
    "s": Status.SUBMITTED,
    "r": Status.IN_REVIEW,
    "c": Status.CLARIFICATION,
    "v": Status.VALIDATED,
    "p": Status.PUBLISHED,
}

# What everybody may read who has the address; the link of an invitation is its own key.
PUBLIC = {"overview", "city", "city_explanation", "invitation"}
# Accepted, and yet nothing to write: a language that only a cookie keeps, an invitation that is somebody else's.
WRITES_NOTHING = {("set_language", "nobody")} | {("invitation", role) for role in ROLES if role != "outsider"}

AREA, QUESTION = "commitment", "COM1"
FILE = b"%PDF-1.7 a report"


# The world that the table is about -----------------------------------------------------------------------------------


@dataclass
class World:
    cast: dict[str, User | None]
    assessment: Assessment
    evidence: Evidence
    membership: Membership
    invitation: Invitation
    token: str
    report: Report | None = None

    def address(self, name: str) -> str:
        """The address of that name, of the test city's things."""
        about = {"pk": self.assessment.pk}
        given = {
            "city": {"slug": "testville"},
            "city_people": {"slug": "testville"},
            "assessment_start": {"slug": "testville"},
            "city_explanation": {"slug": "testville", "year": 2021, "subject": "core_index"},
            "programme": {"slug": "test-programme"},
            "membership_remove": {"pk": self.membership.pk},
            "invitation_withdraw": {"pk": self.invitation.pk},
            "invitation": {"token": self.token},
            "evidence_remove": {"pk": self.evidence.pk},
            "report": {"report_id": self.report.pk if self.report else NOWHERE},
            "report_download": {"report_id": self.report.pk if self.report else NOWHERE},
            "explanation": about | {"subject": "core_index"},
            "indicator": about | {"code": AREA},
            "review_indicator": about | {"code": AREA},
            "confirm_rest": about | {"code": AREA},
            "indicator_commentary": about | {"code": AREA},
            "evidence": about | {"code": AREA, "question": QUESTION},
            "history": about | {"code": AREA, "question": QUESTION},
        }
        return reverse(name, kwargs=given.get(name, about if name in ABOUT_AN_ASSESSMENT else {}))

    def body(self, name: str) -> dict[str, Any]:
        """What a form of that address would post."""
        answer = answer_to(self.assessment, QUESTION)
        why = {"comment": "Because of the annex."}
        comment = {"text": "Well done.", "recommendation": "Go on.", "version": 0}
        return {
            "account": {"name": "New Name", "language": "pl"},
            "set_language": {"language": "pl", "next": "/method/"},
            "city_people": {"email": "new@example.org", "role": "viewer"},
            "assessment_start": {"edition": self.assessment.edition_id, "year": 2022},
            "indicator": {f"{QUESTION}-value": "no", f"{QUESTION}-version": answer.version},
            "evidence": {f"{QUESTION}-title": "Plan", f"{QUESTION}-url": "https://example.org/plan"},
            "assignments": {"indicator": AREA, f"{AREA}-users": [self.cast["peer"].pk]},
            "assessment_experts": {"expert": self.cast["expert2"].pk},
            "reports": {"language": "pl"},
            "review_indicator": {"question": QUESTION, "ruling": "confirmed", "seen_version": answer.version},
            "review_questions": {"clarify_by": FAR_AWAY},
            "review_send_back": why,
            "review_reopen": why,
            "commentary": comment,
            "indicator_commentary": comment,
        }.get(name, {})

    def prepare(self, name: str) -> dict[str, list[tuple]] | None:
        """What must be there for a POST to that address to have something to do; all rows then, if anything is."""
        steps = {
            ("review_questions", Status.IN_REVIEW): lambda: ask(self.assessment, self.cast["expert"], QUESTION),
            ("review_validate", Status.IN_REVIEW): lambda: confirm_all(self.assessment, self.cast["expert"]),
            ("send_replies", Status.CLARIFICATION): lambda: reply_to_all(self.assessment, self.cast["lead"]),
        }
        step = steps.get((name, self.assessment.status))
        return step and [step(), all_rows()][1]


@pytest.fixture
def world_at(at, assessment, city, lead, viewer, outsider, cast):
    """`world_at(status)`: the test city's assessment at that status, with everybody and everything around it."""
    save(assessment, lead, **{QUESTION: "yes"})
    answer = answer_to(assessment, QUESTION)
    evidence = answering.add_evidence(
        answer=answer, title="Plan", url="https://example.org", page=None, quote="", by=lead, is_assigned=False
    )
    token = "the-token-of-the-invitation"
    invitation = people_actions.invite(city=city, email=outsider.email, role=Role.VIEWER, by=lead)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=Invitation.hash_of(token))
    start(outsider.cities[0], assessment.edition, outsider)

    def build(status: Status) -> World:
        world = World(
            cast=dict(zip(ROLES, cast.values(), strict=True)),
            assessment=at(status),
            evidence=evidence,
            membership=viewer.memberships.get(),
            invitation=invitation,
            token=token,
        )
        if world.assessment.has_result:
            world.report = _stored_report(world.assessment, lead)
        return world

    return build


def _stored_report(assessment: Assessment, by: User) -> Report:
    report = request_report(result=assessment.results.get(), language="en", by=by)
    report.data_hash, report.pages = "0" * 64, 1
    report.file.save(f"{report.pk}.pdf", ContentFile(FILE))
    return report


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

ABOUT_AN_ASSESSMENT = {name for name, form in OURS.items() if re.match(r"(assessments|evidence|reports)/", form)} | {
    "city_explanation"
}


def expected_at(status: Status) -> list[str]:
    """The table's lines for one status, without the column that says so."""
    lines = []
    for name, method, when, *cells in LINES:
        if (status == Status.DRAFT) if when == "any" else any(INITIALS[initial] == status for initial in when):
            lines.append(" ".join([name, method, *cells]))
    return sorted(lines)


# Tests ---------------------------------------------------------------------------------------------------------------


def test_table_names_every_address_of_ours_and_no_other():
    assert {name for name, *_rest in LINES} == set(OURS)


def test_every_address_is_ours_or_falls_under_a_rule():
    assert {form for _name, form, _view in patterns()} == {*OURS.values(), *ALLAUTHS, *ADMINS}


def test_table_says_at_every_status_what_holds_of_an_assessment():
    for name, _method, when, *cells in LINES:
        assert len(cells) == len(ROLES), name
        assert (when == "any") == (name not in ABOUT_AN_ASSESSMENT), name
    for name, method in {(name, method) for name, method, *_rest in LINES if name in ABOUT_AN_ASSESSMENT}:
        said = "".join(when for n, m, when, *_cells in LINES if (n, m) == (name, method))
        assert sorted(said) == sorted(INITIALS), (name, method)


@pytest.mark.parametrize("role", ["outsider", "expert2", "network"])
def test_others_find_nothing_of_the_citys(role):
    """A rule over the table: whoever has no part in it gets the answer that a wrong address gives."""
    column = ROLES.index(role)
    found = {
        (name, method, cells[column])
        for name, method, _when, *cells in LINES
        if "<" in OURS[name] and name not in PUBLIC and not (role == "network" and name == "programme")
    }
    assert {(name, method) for name, method, answer in found if answer != "404"} == set()


def test_signed_out_people_see_what_is_public_only():
    column = ROLES.index("nobody")
    shown = {name for name, _method, _when, *cells in LINES if cells[column] == "200"}
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
    address, send = world.address(name), client.get
    if method == "POST":
        before = world.prepare(name) or before
        send = partial(client.post, data=world.body(name))
    with writing() as statements:
        response = send(address)
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
        response = sign_in(user).get(world.address("report_download"))
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
