"""The demo network: every state once, labelled, repeatable, made only where it is wanted."""

from io import StringIO

from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db.models import Count

from cities.enums import CITY_ROLES
from cities.models import City, Membership, User
from icc_index import demo
from icc_index.enums import Ruling, Status
from icc_index.models import (
    Answer,
    Assessment,
    Clarification,
    Commentary,
    Evidence,
    ExpertAssignment,
    ResearchArea,
    ResearchSource,
    Result,
    Verdict,
)
from tests.icc_index.pages import texts
from tests.rows import all_rows

STATES = {
    "lublin": Status.PUBLISHED,
    "cluj-napoca": Status.VALIDATED,
    "cartagena": Status.IN_REVIEW,
    "linkoping": Status.SUBMITTED,
    "riga": Status.CLARIFICATION,
    "ravenna": Status.DRAFT,
    "dietzenbach": Status.DRAFT,
}


def run(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def test_every_state_is_there_once(db, demo_network):
    now = Assessment.objects.filter(year=demo.YEAR)
    assert dict(now.values_list("city__slug", "status")) == STATES
    assert set(Assessment.objects.values_list("is_sample", flat=True)) == {True}
    given = {
        slug: Answer.objects.filter(assessment__in=now, assessment__city__slug=slug).exclude(version=0).count()
        for slug in STATES
    }
    assert (given["dietzenbach"], 30 < given["ravenna"] < 43) == (0, True)
    assert all(70 < given[slug] <= 85 for slug in ("lublin", "cluj-napoca", "cartagena", "linkoping", "riga"))


def test_every_city_has_a_validated_round_before(db, demo_network):
    earlier = Assessment.objects.filter(year=demo.EARLIER_YEAR)
    assert dict(earlier.values_list("city__slug", "status")) == dict.fromkeys(STATES, Status.VALIDATED)


def test_there_is_something_of_everything(db, demo_network):
    now = Assessment.objects.filter(year=demo.YEAR)
    assert set(Verdict.objects.values_list("ruling", flat=True)) == set(Ruling.values)
    asked = Clarification.objects.filter(answer__assessment__in=now.filter(city__slug="riga"), closed_at=None)
    assert [bool(one.sent_at) and not one.reply for one in asked] == [True] * 3
    assert Clarification.objects.filter(answer__assessment__in=now).exclude(reply="").count() == 6
    assert Evidence.objects.count() > 100
    assert Commentary.objects.filter(assessment__in=now).values("assessment").distinct().count() == 2
    results = Result.objects.filter(assessment__in=now).order_by("assessment__city__slug")
    assert list(results.values_list("assessment__city__slug", flat=True)) == ["cluj-napoca", "lublin"]
    result = results.get(assessment__city__slug="lublin")
    own, validated = (result.scores.get(subject="core_index", layer=layer).value for layer in ("self", "validated"))
    assert 30 < validated < own < 95


def test_every_account_is_printed_and_signs_in_with_the_printed_password(db, demo_network, settings):
    printed = [line.strip() for line in demo_network.splitlines()]
    people = [f"{role}@{slug}.example" for slug in STATES for role in CITY_ROLES]
    assert set(printed[1:-1]) == {
        *people,
        "expert@coe.example",
        "expert2@coe.example",
        "network@epi.example",
        "admin@epi.example",
    }
    assert printed[-1] == f"Password: {settings.EPI_DEMO_PASSWORD}"
    assert set(User.objects.values_list("email", flat=True)) == set(printed[1:-1])
    (stored,) = set(User.objects.values_list("password", flat=True))
    assert check_password(settings.EPI_DEMO_PASSWORD, stored)
    roles = {(one.user.email, one.role) for one in Membership.objects.select_related("user")}
    assert {(f"{role}@{slug}.example", role) for slug in STATES for role in CITY_ROLES} < roles
    assert len(roles) == 35 + 3


def test_second_run_changes_nothing(db, demo_network):
    before = all_rows()
    demo._hashes.clear()  # as in another process
    run()
    assert all_rows() == before


def test_registers_hold_sample_entries_on_areas_that_there_are(db, demo_network, instrument):
    counts = dict(City.objects.annotate(entries=Count("research_sources")).values_list("slug", "entries"))
    assert counts.pop("dietzenbach") == 0  # has only begun
    assert set(counts.values()) == {4}
    assert set(ResearchSource.objects.values_list("is_sample", flat=True)) == {True}
    assert set(ResearchArea.objects.values_list("indicator", flat=True)) <= set(instrument.by_code)


# The label ------------------------------------------------------------------------------------------------------------


def test_every_page_with_demo_data_says_so_and_no_other(db, demo_network, sign_in):
    ids = dict(Assessment.objects.filter(year=demo.YEAR).values_list("city__slug", "pk"))
    people = {email: User.objects.get(email=email) for email in User.objects.values_list("email", flat=True)}
    lublin, riga, cartagena = (ids[slug] for slug in ("lublin", "riga", "cartagena"))
    pages = {
        None: ["/", "/cities/lublin/", "/cities/lublin/2021/core_index/"],
        "lead@lublin.example": [
            "/home/",
            f"/assessments/{lublin}/",
            f"/assessments/{lublin}/commitment/",
            f"/assessments/{lublin}/commitment/COM1/history/",
            f"/assessments/{lublin}/check/",
            f"/assessments/{lublin}/result/",
            f"/assessments/{lublin}/result/language/",
            f"/assessments/{lublin}/reports/",
        ],
        "lead@riga.example": ["/home/", f"/assessments/{riga}/commitment/COM1/evidence/"],
        "expert@coe.example": [
            "/home/",
            "/review/",
            f"/assessments/{cartagena}/review/",
            f"/assessments/{cartagena}/review/area/commitment/",
        ],
        "network@epi.example": ["/programmes/epi-2020-2022/"],
        "admin@epi.example": [f"/assessments/{cartagena}/experts/"],
    }
    for email, addresses in pages.items():
        browser = sign_in(people.get(email))
        for address in addresses:
            page = browser.get(address, headers={"Accept-Language": "en"})
            assert page.status_code == 200, address
            assert len(texts(page, ".sample")) == 1, address
    others = {None: ["/method/", "/cities/riga/", "/accounts/login/"], "lead@lublin.example": ["/account/"]}
    for email, addresses in others.items():
        for address in addresses:
            assert texts(sign_in(people.get(email)).get(address), ".sample") == [], address


def test_administrator_s_desk_says_so_when_a_demo_city_waits(db, demo_network, sign_in):
    ExpertAssignment.objects.filter(assessment__city__slug="linkoping", assessment__year=demo.YEAR).delete()
    page = sign_in(User.objects.get(email="admin@epi.example")).get("/home/")
    assert [str(one.city) for one in page.context["without_expert"]] == ["Linköping"]
    assert len(texts(page, ".sample")) == 1
