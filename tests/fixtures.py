"""A named cast: one city with a person in every role, an expert assigned to it, and people from elsewhere."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from cities import actions as people_actions
from cities.enums import Role
from cities.models import City, Invitation, Membership, Programme, User
from epi import links
from icc_index import edition_files
from icc_index.actions import answering, assessments, editions
from icc_index.actions.reports import request_report
from icc_index.enums import Status
from icc_index.instrument import Instrument, forget_all, instrument_for
from icc_index.models import Assessment, Edition, Report
from strategy.events.enums import EventKind
from strategy.models import Contact, EngagementSession, ProgrammeEvent, Stakeholder
from tests import demos
from tests.access import PARTS
from tests.access.world import QUESTION, ROLES, World
from tests.factories import (
    answer_to,
    bring_to,
    make_city,
    make_contact,
    make_event,
    make_session,
    make_stakeholder,
    make_user,
    save,
    start,
)

FILE = b"%PDF-1.7 a report"


@pytest.fixture(scope="session")
def edition_content() -> edition_files.EditionFiles:
    """The files of icc-2019, read once."""
    return edition_files.read(edition_files.EDITIONS / "icc-2019")


@pytest.fixture(autouse=True)
def _fresh_instrument() -> None:
    """Primary keys come again after a rollback, so nothing cached may outlive a test."""
    forget_all()
    cache.clear()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A page read in another language leaves that language behind in its thread."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def demo_network(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, edition_content: edition_files.EditionFiles
) -> Iterator[str]:
    """The whole demo network, for the tests of one module; gives what the command printed."""
    with demos.network(django_db_blocker, edition_content) as printed:
        yield printed


@pytest.fixture(scope="module")
def demo_answered(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, edition_content: edition_files.EditionFiles
) -> Iterator[str]:
    """The demo network without the experts' work, for the tests of one module."""
    with demos.network(django_db_blocker, edition_content, demos.ONLY_ANSWERED) as printed:
        yield printed


@pytest.fixture
def edition(db: None, edition_content: edition_files.EditionFiles) -> Edition:
    return editions.store(edition_content).edition


@pytest.fixture
def instrument(edition: Edition) -> Instrument:
    return instrument_for(edition, "en")


@pytest.fixture
def city(db: None) -> City:
    return make_city("testville")


@pytest.fixture
def lead(city: City) -> User:
    return make_user("lead", Role.LEAD, city)


@pytest.fixture
def contributor(city: City) -> User:
    return make_user("contributor", Role.CONTRIBUTOR, city)


@pytest.fixture
def coordinator(city: City) -> User:
    return make_user("coordinator", Role.COORDINATOR, city)


@pytest.fixture
def viewer(city: City) -> User:
    return make_user("viewer", Role.VIEWER, city)


@pytest.fixture
def partner(city: City) -> User:
    return make_user("partner", Role.PARTNER, city)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin@example.org", "correct horse battery", name="Admin")


@pytest.fixture
def outsider(db: None) -> User:
    """The lead of another city."""
    return make_user("outsider", Role.LEAD, make_city("elsewhere"))


@pytest.fixture
def programme(city: City) -> Programme:
    programme = Programme.objects.create(
        name="Test programme", slug="test-programme", starts_on="2020-01-01", ends_on="2022-06-30"
    )
    programme.cities.add(city)
    return programme


@pytest.fixture
def network(programme: Programme) -> User:
    user = make_user("network")
    Membership.objects.create(user=user, role=Role.NETWORK_COORDINATOR, programme=programme)
    return user


@pytest.fixture
def other_expert(db: None) -> User:
    """An expert who is not assigned to the test city's assessment."""
    return make_user("other-expert", Role.EXPERT)


@pytest.fixture
def assessment(city: City, edition: Edition, lead: User) -> Assessment:
    """The test city's draft."""
    return start(city, edition, lead)


@pytest.fixture
def expert(assessment: Assessment, admin: User) -> User:
    """An expert assigned to the test city's assessment."""
    user = make_user("expert", Role.EXPERT)
    assessments.assign_expert(assessment=assessment, expert=user, by=admin)
    return user


@pytest.fixture
def at(assessment: Assessment, lead: User, expert: User) -> Callable[[Status], Assessment]:
    """`at(Status.VALIDATED)`: the test city's assessment, walked to that status."""
    return lambda status: bring_to(assessment, status, lead=lead, expert=expert)


@pytest.fixture
def colleague(city: City) -> User:
    """A contributor to whom no indicator is assigned."""
    return make_user("colleague", Role.CONTRIBUTOR, city)


@pytest.fixture
def stakeholder(city: City, coordinator: User) -> Stakeholder:
    return make_stakeholder(city, coordinator)


@pytest.fixture
def contact(stakeholder: Stakeholder) -> Contact:
    """A person of the test city's stakeholder who agreed to sessions."""
    return make_contact(stakeholder)


@pytest.fixture
def session(assessment: Assessment, coordinator: User) -> EngagementSession:
    """A planned focus group about the test city's assessment."""
    return make_session(assessment, coordinator)


@pytest.fixture
def event(programme: Programme, network: User) -> ProgrammeEvent:
    """A workshop of the test city's programme, long over."""
    return make_event(programme, network)


@pytest.fixture
def meeting(programme: Programme, network: User) -> ProgrammeEvent:
    """An exchange meeting of the test city's programme, long over."""
    return make_event(programme, network, "Exchange meeting", kind=EventKind.EXCHANGE_MEETING)


@pytest.fixture
def cast(
    assessment: Assessment,
    lead: User,
    contributor: User,
    colleague: User,
    coordinator: User,
    viewer: User,
    partner: User,
    expert: User,
    other_expert: User,
    network: User,
    admin: User,
    outsider: User,
) -> dict[str, User | None]:
    """Everybody there is, by the name of their part; the first indicator is assigned to `contributor`."""
    area = instrument_for(assessment.edition).indicators[0]
    assessments.assign_indicator(assessment=assessment, indicator=area, users=[contributor], by=lead)
    return {
        "nobody": None,
        "lead": lead,
        "contributor": contributor,
        "colleague": colleague,
        "coordinator": coordinator,
        "viewer": viewer,
        "partner": partner,
        "expert": expert,
        "other_expert": other_expert,
        "network": network,
        "admin": admin,
        "outsider": outsider,
    }


@pytest.fixture
def sign_in(client: Client) -> Callable[[User | None], Client]:
    """`sign_in(lead)`: a browser of that person; None for nobody."""

    def browser(user: User | None) -> Client:
        fresh = Client()
        if user:
            fresh.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return fresh

    return browser


@pytest.fixture
def world_at(
    at: Callable[[Status], Assessment],
    assessment: Assessment,
    city: City,
    lead: User,
    viewer: User,
    outsider: User,
    cast: dict[str, User | None],
) -> Callable[[Status], World]:
    """`world_at(status)`: the test city's assessment at that status, with everybody and everything around it."""
    save(assessment, lead, **{QUESTION: "yes"})
    answer = answer_to(assessment, QUESTION)
    evidence = answering.add_evidence(
        answer=answer, title="Plan", url="https://example.org", page=None, quote="", by=lead, is_assigned=False
    )
    token = "the-token-of-the-invitation"
    invitation = people_actions.invite(city=city, email=outsider.email, role=Role.VIEWER, by=lead)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=links.hash_of(token))
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
        for part in PARTS:
            part.build(world)
        return world

    return build


def _stored_report(assessment: Assessment, by: User) -> Report:
    report = request_report(result=assessment.results.get(), language="en", by=by)
    report.data_hash, report.pages = "0" * 64, 1
    report.file.save(f"{report.pk}.pdf", ContentFile(FILE))
    return report
