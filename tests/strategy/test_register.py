"""The register of a city's stakeholders: its list, its pages, changes by two people, removing, making one of two."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.enums import Sector
from strategy.models import Amendment, Contact, Participant, ParticipantLink, RatingRound, Stakeholder
from strategy.stakeholders import queries
from strategy.stakeholders.actions import register
from tests.factories import make_city, make_contact, make_session, make_stakeholder, make_user
from tests.icc_index.pages import text, texts
from tests.rows import all_rows

FACTS = {"name": "Open House", "sector": "media", "website": "", "languages": ["pl"], "interests": ["education"]}
YESTERDAY = timezone.localdate() - timedelta(days=1)


def address(name, city, *keys):
    return reverse(name, args=[city.slug, *keys])


@pytest.fixture
def page_of(sign_in, city):
    """`page_of(coordinator, "q=open")`: the list as somebody sees it."""
    return lambda user, query="": sign_in(user).get(f"{address('stakeholders', city)}?{query}")


def listed(response):
    return [row.name for row, _languages in response.context["rows"]]


# The list ------------------------------------------------------------------------------------------------------------
QUERIES = 9


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same(rows, city, edition, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        stakeholder = make_stakeholder(city, coordinator, f"Place {number}", languages=["pl"], interests=["education"])
        for who in range(rows):
            make_contact(stakeholder, f"Anna {who}")
    browser, path = sign_in(coordinator), address("stakeholders", city)
    browser.get(path)
    with django_assert_num_queries(QUERIES):
        page = browser.get(path)
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_one_costs_the_same(rows, city, assessment, coordinator, sign_in, django_assert_num_queries):
    stakeholder = make_stakeholder(city, coordinator)
    for number in range(rows):
        contact = make_contact(stakeholder, f"Anna {number}")
        Participant.objects.create(session=make_session(assessment, coordinator, f"Talk {number}"), contact=contact)
    browser, path = sign_in(coordinator), stakeholder.get_absolute_url()
    browser.get(path)
    with django_assert_num_queries(8):
        page = browser.get(path)
    assert (len(page.context["contacts"]), len(page.context["sessions"])) == (rows, rows)


def test_empty_register_says_how_to_begin(page_of, coordinator, viewer):
    assert texts(page_of(coordinator), ".empty") == [
        "Nobody is in the register yet Begin with the organisations whose view of the city counts: those who work with "
        "newcomers, employers, schools, faith communities, the media. Add an organisation"
    ]
    assert "Add an organisation" not in text(page_of(viewer), "main")


def test_list_is_narrowed_by_each_condition(page_of, city, edition, coordinator):
    make_stakeholder(city, coordinator, "Łódzki Dom", sector=Sector.MEDIA, languages=["pl"], interests=["education"])
    make_stakeholder(city, coordinator, "Open House", languages=["uk", "pl"], interests=["participation"])
    make_stakeholder(make_city("elsewhere"), coordinator, "Łódzki Dom of others", languages=["pl"])
    assert listed(page_of(coordinator)) == ["Open House", "Łódzki Dom"]
    assert listed(page_of(coordinator, "q=lodz")) == ["Łódzki Dom"]
    assert listed(page_of(coordinator, "q=OPEN")) == ["Open House"]
    assert listed(page_of(coordinator, "group=media")) == ["Łódzki Dom"]
    assert listed(page_of(coordinator, "language=uk")) == ["Open House"]
    assert listed(page_of(coordinator, "interest=education")) == ["Łódzki Dom"]
    assert listed(page_of(coordinator, "q=dom&language=uk")) == []
    assert "No stakeholder fits" in text(page_of(coordinator, "q=nothing"), "main")


def test_condition_that_is_not_offered_narrows_nothing(page_of, stakeholder, coordinator):
    assert listed(page_of(coordinator, "group=nonsense&page=99")) == ["Open House"]


def test_long_list_comes_in_pages(page_of, city, coordinator):
    for number in range(26):
        make_stakeholder(city, coordinator, f"Place {number:02}")
    assert len(listed(page_of(coordinator, "q=place"))) == 25
    assert listed(page_of(coordinator, "q=place&page=2")) == ["Place 25"]


@pytest.mark.parametrize("role", ["lead", "coordinator", "partner"])
def test_persons_are_found_and_named_for_those_who_may_know(role, page_of, contact, request):
    page = page_of(request.getfixturevalue(role), "q=nowak")
    assert listed(page) == ["Open House"]
    assert "Anna Nowak" in text(page)


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_others_see_how_many_persons_there_are_but_not_who(role, page_of, contact, request, sign_in):
    user = request.getfixturevalue(role)
    page = page_of(user)
    assert [row.persons for row, _languages in page.context["rows"]] == [1]
    one = sign_in(user).get(contact.stakeholder.get_absolute_url())
    assert "1 person agreed to be contacted." in text(one)
    for response in (page, one):
        assert "Nowak" not in response.content.decode()
        assert contact.email not in response.content.decode()
    assert listed(page_of(user, "q=nowak")) == []


def test_person_whose_time_is_over_is_not_there_even_before_the_task_runs(page_of, contact, coordinator, sign_in):
    Contact.objects.update(keep_until=YESTERDAY)
    assert "Anna" not in page_of(coordinator).content.decode()
    assert listed(page_of(coordinator, "q=nowak")) == []
    assert "Anna" not in sign_in(coordinator).get(contact.stakeholder.get_absolute_url()).content.decode()
    edit = sign_in(coordinator).get(address("contact_edit", contact.stakeholder.city, contact.pk))
    assert edit.status_code == 404


def test_page_of_one_shows_its_sessions_and_how_many_came(stakeholder, session, coordinator, sign_in):
    for number, attended in enumerate([True, True, False]):
        contact = make_contact(stakeholder, f"Anna {number}")
        Participant.objects.create(session=session, contact=contact, attended=attended)
    page = sign_in(coordinator).get(stakeholder.get_absolute_url())
    assert "2 of 3 came" in text(page, "#main")


def test_sample_data_are_marked(page_of, city, coordinator, sign_in):
    sample = make_stakeholder(city, coordinator, is_sample=True)
    for response in (page_of(coordinator), sign_in(coordinator).get(sample.get_absolute_url())):
        assert texts(response, ".sample") != []


def test_stakeholder_of_another_city_is_not_there(city, coordinator, sign_in):
    other = make_stakeholder(make_city("elsewhere"), coordinator)
    for name in ("stakeholder", "stakeholder_edit", "stakeholder_merge", "contact_add"):
        assert sign_in(coordinator).get(address(name, city, other.pk)).status_code == 404
        assert sign_in(coordinator).get(address(name, other.city, other.pk)).status_code == 404


# Adding and changing -------------------------------------------------------------------------------------------------
def test_organisation_is_added_with_its_words_for_languages(city, edition, coordinator, sign_in):
    sent = {"name": " Open  House ", "sector": "media", "website": "example.org", "languages": "Polish; ukraiński, ar"}
    response = sign_in(coordinator).post(address("stakeholder_add", city), sent | {"interests": ["education"]})
    added = Stakeholder.objects.get()
    assert (response.status_code, response["Location"]) == (302, added.get_absolute_url())
    assert (added.name, added.website, added.added_by) == ("Open House", "https://example.org", coordinator)
    assert (added.languages, added.interests) == (["pl", "uk", "ar"], ["education"])


def test_unknown_language_is_told_and_what_was_typed_comes_back(city, coordinator, sign_in):
    sent = {"name": "Open House", "sector": "media", "languages": "Polish, Klingonish"}
    response = sign_in(coordinator).post(address("stakeholder_add", city), sent)
    assert response.status_code == 422
    assert "“Klingonish” is no language that is known here." in text(response, ".error-summary")
    assert response.context["form"]["languages"].value() == "Polish, Klingonish"
    assert Stakeholder.objects.count() == 0


@pytest.mark.parametrize("name", ["OPEN HOUSE", "open  house"])
def test_name_is_unique_in_a_city_in_any_case(name, stakeholder, city, coordinator, sign_in):
    response = sign_in(coordinator).post(address("stakeholder_add", city), {"name": name, "sector": "media"})
    assert response.status_code == 422
    assert "is in the register already" in text(response, ".error-summary")
    assert Stakeholder.objects.count() == 1


def test_name_beyond_ascii_is_unique_too(city, coordinator):
    register.add(city=city, by=coordinator, **{**FACTS, "name": "Łódź"})
    with pytest.raises(CannotBeDone):
        register.add(city=city, by=coordinator, **{**FACTS, "name": "łÓDŹ"})


def test_name_may_be_that_of_another_citys_stakeholder(stakeholder, coordinator):
    other = make_city("elsewhere")
    coordinator.memberships.create(role=Role.COORDINATOR, city=other)
    assert register.add(city=other, by=coordinator, **FACTS).name == stakeholder.name


def test_what_is_the_same_writes_nothing(stakeholder, coordinator):
    facts = {**FACTS, "sector": "civil_society", "languages": [], "interests": []}
    before = all_rows()
    register.change(stakeholder=stakeholder, base_version=0, by=coordinator, **facts)
    assert all_rows() == before


def test_of_two_who_edit_one_is_told_and_sees_both_texts(stakeholder, coordinator, partner, sign_in):
    path = address("stakeholder_edit", stakeholder.city, stakeholder.pk)
    version = sign_in(coordinator).get(path).context["form"]["version"].value()
    sent = {"name": "Open House", "sector": "media", "languages": "Polish", "version": version}
    assert sign_in(partner).post(path, sent).status_code == 302
    late = {**sent, "sector": "faith", "languages": "Arabic"}
    response = sign_in(coordinator).post(path, late)
    assert response.status_code == 409
    assert response.context["differences"] == [
        ("Group", "Media", "Faith communities"),
        ("Languages", "Polish", "Arabic"),
    ]
    stakeholder.refresh_from_db()
    assert (stakeholder.sector, stakeholder.languages) == ("media", ["pl"])
    again = {**late, "version": response.context["form"]["version"].value()}
    assert sign_in(coordinator).post(path, again).status_code == 302
    stakeholder.refresh_from_db()
    assert (stakeholder.sector, stakeholder.languages) == ("faith", ["ar"])


def test_area_of_an_earlier_edition_is_kept(stakeholder, edition, coordinator, sign_in):
    Stakeholder.objects.update(interests=["of_old"])
    path = address("stakeholder_edit", stakeholder.city, stakeholder.pk)
    sent = {"name": "Open House", "sector": "media", "interests": ["of_old", "education"], "version": 0}
    assert sign_in(coordinator).post(path, sent).status_code == 302
    assert Stakeholder.objects.get().interests == ["of_old", "education"]


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_only_those_who_run_engagement_change_the_register(role, stakeholder, request):
    user = request.getfixturevalue(role)
    before = all_rows()
    given = {"stakeholder": stakeholder, "by": user}
    for refused in (
        lambda: register.add(city=stakeholder.city, by=user, **FACTS),
        lambda: register.change(base_version=0, **given, **FACTS),
        lambda: register.remove(**given),
        lambda: register.merge(into=stakeholder, **given),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert all_rows() == before


def test_administrator_has_no_part_in_it(stakeholder, admin, sign_in):
    assert sign_in(admin).get(stakeholder.get_absolute_url()).status_code == 404


def test_text_typed_before_the_sign_in_ran_out_comes_back(city, coordinator, sign_in):
    path = address("stakeholder_add", city)
    form = sign_in(coordinator).get(path)
    gone = sign_in(None)
    sent = {"name": "Open House", "sector": "", "typed_by": form.context["typed_by"]}
    assert gone.post(path, sent).status_code == 302
    gone.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert gone.get(path).context["form"]["name"].value() == "Open House"


# Removing ------------------------------------------------------------------------------------------------------------
def test_stakeholder_on_whom_nothing_hangs_is_removed(stakeholder, coordinator, sign_in):
    sign_in(coordinator).post(address("stakeholder_remove", stakeholder.city, stakeholder.pk))
    assert Stakeholder.objects.count() == 0
    assert Event.objects.filter(kind="stakeholder.removed", detail={"stakeholder": stakeholder.pk}).count() == 1


def test_stakeholder_with_a_person_stays_and_the_reason_is_told(contact, coordinator, sign_in):
    stakeholder = contact.stakeholder
    path = address("stakeholder_remove", stakeholder.city, stakeholder.pk)
    response = sign_in(coordinator).post(path, follow=True)
    assert "Contact persons belong to it." in text(response, ".messages")
    assert Stakeholder.objects.count() == 1


def test_stakeholder_who_was_in_a_session_stays(contact, session, coordinator):
    Participant.objects.create(session=session, contact=contact)
    Contact.objects.update(keep_until=YESTERDAY)
    with pytest.raises(CannotBeDone, match="It was in sessions"):
        register.remove(stakeholder=contact.stakeholder, by=coordinator)


# Making one of two ---------------------------------------------------------------------------------------------------
@pytest.fixture
def twin(city, coordinator):
    return make_stakeholder(
        city, coordinator, "Open Hause", website="https://example.org", languages=["uk"], interests=["participation"]
    )


def test_nearly_the_same_name_stands_first_among_those_to_choose(stakeholder, twin, city, coordinator):
    make_stakeholder(city, coordinator, "Chamber of Commerce")
    assert [other.name for other in queries.candidates(stakeholder)] == ["Open Hause", "Chamber of Commerce"]


def test_merging_moves_persons_and_sessions_and_fills_gaps(contact, twin, session, coordinator, sign_in):
    stakeholder, moved = contact.stakeholder, make_contact(twin, "Jan Kowalski")
    place = Participant.objects.create(session=session, contact=moved, attended=True)
    response = sign_in(coordinator).post(
        address("stakeholder_merge", twin.city, twin.pk), {"other": stakeholder.pk}, follow=True
    )
    assert response.redirect_chain == [(stakeholder.get_absolute_url(), 302)]
    kept = Stakeholder.objects.get()
    assert (kept.name, kept.website, kept.languages) == ("Open House", "https://example.org", ["uk"])
    assert {person.name for person in kept.contacts.all()} == {"Anna Nowak", "Jan Kowalski"}
    place.refresh_from_db()
    assert place.contact.stakeholder == kept
    event = Event.objects.get(kind="stakeholder.merged")
    assert event.detail == {"stakeholder": twin.pk, "into": stakeholder.pk}


def test_person_who_stands_in_both_is_one_person_with_the_later_consent(contact, twin, assessment, coordinator):
    again = make_contact(
        twin, email="ANNA.NOWAK@example.org", phone="123456", consent_given_on="2022-02-02", consent_given_by="mail"
    )
    shared, other = (make_session(assessment, coordinator, title) for title in ("Shared", "Other"))
    kept_place = Participant.objects.create(session=shared, contact=contact)
    lost_place = Participant.objects.create(
        session=shared, contact=again, attended=True, reply="yes", replied_at=timezone.now()
    )
    moved_place = Participant.objects.create(session=other, contact=again)
    Amendment.objects.create(session=shared, participant=lost_place, text="Change this.")
    ParticipantLink.issue(participant=lost_place, expires_at=timezone.now() + timedelta(days=1))
    asked = RatingRound.objects.create(session=shared, subjects=[], closes_at=timezone.now(), opened_by=coordinator)
    asked.asked.add(lost_place)
    register.merge(stakeholder=twin, into=contact.stakeholder, by=coordinator)
    person = Contact.objects.get()
    assert list(asked.asked.all()) == [kept_place]
    assert (person.pk, person.phone, str(person.consent_given_on)) == (contact.pk, "123456", "2022-02-02")
    assert set(person.participations.values_list("pk", "attended", "reply")) == {
        (kept_place.pk, True, "yes"),
        (moved_place.pk, False, ""),
    }
    assert Amendment.objects.get().participant == kept_place
    assert ParticipantLink.objects.get().participant == kept_place


def test_forgotten_persons_move_too(stakeholder, twin, coordinator):
    make_contact(twin)
    twin.contacts.all().forget("withdrawn")
    register.merge(stakeholder=twin, into=stakeholder, by=coordinator)
    assert stakeholder.contacts.get().forgotten_because == "withdrawn"


def test_merging_is_all_or_nothing(contact, twin, coordinator, monkeypatch):
    make_contact(twin, "Jan Kowalski")
    before = all_rows()
    monkeypatch.setattr("strategy.stakeholders.actions.register._fill_gaps", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        register.merge(stakeholder=twin, into=contact.stakeholder, by=coordinator)
    assert all_rows() == before


def test_merging_with_itself_or_another_city_is_refused(stakeholder, coordinator):
    other = make_stakeholder(make_city("elsewhere"), make_user("somebody"))
    for into in (stakeholder, other):
        with pytest.raises(CannotBeDone, match="Choose another stakeholder"):
            register.merge(stakeholder=stakeholder, into=into, by=coordinator)


def test_change_of_an_entry_that_is_gone_is_told(stakeholder, coordinator):
    Stakeholder.objects.all().delete()
    with pytest.raises(CannotBeDone, match="in the meantime"):
        register.change(stakeholder=stakeholder, base_version=0, by=coordinator, **FACTS)


def test_change_of_an_old_version_is_a_conflict(stakeholder, coordinator):
    Stakeholder.objects.update(version=3)
    with pytest.raises(Conflict) as caught:
        register.change(stakeholder=stakeholder, base_version=2, by=coordinator, **FACTS)
    assert caught.value.theirs == stakeholder
