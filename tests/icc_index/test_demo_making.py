"""Making the demo network: repeatable, all or nothing, only where it is wanted."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cities.models import City, User
from icc_index import demo
from icc_index.enums import Status
from icc_index.models import (
    Answer,
    Assessment,
    Benchmark,
    Evidence,
    Score,
    Verdict,
)
from tests.icc_index.pages import texts
from tests.rows import all_rows


@pytest.fixture
def empty_platform(edition, settings) -> None:
    """What `make run` finds before the demo: cities, partners, programme, edition."""
    settings.EPI_DEMO_PASSWORD = "a password for the demo"
    call_command("load_cities", verbosity=0)


@pytest.fixture
def network_of_seven(empty_platform) -> str:
    """The demo network; gives what the command printed."""
    return run()


def run(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def made_up() -> list[tuple]:
    """What was made up, without keys and dates."""
    answers = Answer.objects.order_by("assessment__city__slug", "assessment__year", "question__code")
    return [
        *answers.values_list("assessment__city__slug", "question__code", "value", "explanation"),
        *Evidence.objects.order_by(
            "answer__assessment__city__slug", "answer__assessment__year", "answer__question__code"
        ).values_list("answer__assessment__city__slug", "answer__question__code", "title", "url", "page"),
        *Verdict.objects.order_by(
            "answer__assessment__city__slug", "answer__assessment__year", "answer__question__code"
        ).values_list("answer__assessment__city__slug", "answer__question__code", "ruling", "value"),
        *Score.objects.order_by(
            "result__assessment__city__slug", "result__assessment__year", "layer", "subject"
        ).values_list("subject", "exact"),
    ]


def test_same_seed_makes_the_same_and_another_seed_something_else(empty_platform):
    made = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            run(seed=seed)
            made.append(made_up())
            transaction.set_rollback(True)
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_more_than_seven_are_wholly_made_up_and_say_so(empty_platform):
    run(cities=9)
    extra = City.objects.filter(is_sample=True)
    assert list(extra.values_list("name", "country")) == [("Sample city 1", "ZZ"), ("Sample city 2", "ZZ")]
    assert dict(Assessment.objects.filter(city__in=extra).values_list("city__slug", "status")) == {
        "sample-1": Status.PUBLISHED,
        "sample-2": Status.PUBLISHED,
    }
    assert set(Benchmark.objects.filter(subject="core_index").values_list("is_sample", "cities")) == {(True, 3)}


def test_only_if_empty_leaves_an_installation_with_data_alone(edition, city, lead, assessment):
    call_command("load_cities", verbosity=0)
    before = all_rows()
    run(only_if_empty=True)
    assert all_rows() == before


def test_only_if_empty_fills_an_empty_one(empty_platform):
    run(only_if_empty=True)
    assert Assessment.objects.count() == 2 * 7


def test_refused_in_production_unless_wanted(empty_platform, settings):
    settings.PRODUCTION, settings.EPI_DEMO = True, False
    with pytest.raises(CommandError, match="set EPI_DEMO=1") as refusal:
        run()
    assert refusal.value.returncode == 2
    assert not User.objects.exists()
    settings.EPI_DEMO = True
    run()
    assert Assessment.objects.count() == 2 * 7


def test_negative_number_of_cities_is_refused(empty_platform):
    with pytest.raises(CommandError, match="must be 0 or more"):
        run(cities=-1)


def test_password_of_an_installation_is_made_once_and_kept_private(settings, tmp_path):
    settings.EPI_DEMO_PASSWORD, settings.VAR_DIR = "", tmp_path
    first = demo.password()
    assert (demo.password(), len(first)) == (first, 16)
    assert (tmp_path / "demo_password").stat().st_mode & 0o777 == 0o600


def test_pages_of_real_data_do_not_say_so(at, assessment, lead, expert, network, sign_in):
    at(Status.PUBLISHED)
    address = assessment.get_absolute_url()
    pages = {
        None: ["/", "/cities/testville/", "/cities/testville/2021/core_index/"],
        lead: ["/home/", address, f"{address}commitment/", f"{address}check/", f"{address}result/"],
        expert: ["/home/", "/review/", f"{address}review/", f"{address}review/area/commitment/"],
        network: ["/programmes/test-programme/"],
    }
    for person, addresses in pages.items():
        for address in addresses:
            page = sign_in(person).get(address)
            assert (page.status_code, texts(page, ".sample")) == (200, []), address
