"""Findings: written by hand or from a note, without names, until the minutes are final; and all of a city."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cities.enums import Role
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.enums import Sector
from strategy.findings import actions, rules
from strategy.findings.enums import FindingKind
from strategy.findings.models import Finding
from strategy.sessions.models import Note, Participant
from tests.factories import make_contact, make_session, make_stakeholder, make_user, save, start
from tests.icc_index.pages import text, texts, tree
from tests.strategy.rated import find, make_final

NEW = {
    "subject": "COM1",
    "kind": "contradicts",
    "sector": "media",
    "text": "Nobody has seen the statement.",
    "version": 0,
}


@pytest.fixture
def there(session, contact) -> Participant:
    """Anna Nowak takes part in the session."""
    return Participant.objects.create(session=session, contact=contact)


def address(session, name: str = "session_findings", *more: int) -> str:
    return reverse(name, args=[session.city.slug, session.pk, *more])


def post(client, session, **changes):
    return client.post(address(session), {**NEW, **changes})


# Writing -------------------------------------------------------------------------------------------------------------
def test_finding_keeps_the_answer_that_was_spoken_of(sign_in, coordinator, lead, session, assessment):
    save(assessment, lead, COM1="yes")
    assert post(sign_in(coordinator), session).status_code == 302
    save(assessment, lead, COM1="no")
    finding = Finding.objects.get()
    assert (finding.subject, finding.kind, finding.sector, finding.text) == (
        "COM1",
        FindingKind.CONTRADICTS,
        Sector.MEDIA,
        "Nobody has seen the statement.",
    )
    assert (finding.about_value, finding.by) == ("yes", coordinator)
    page = sign_in(coordinator).get(address(session))
    assert "The city's answer: Yes · by now: No" in text(page, ".finding")


def test_finding_on_an_area_keeps_the_own_score(sign_in, coordinator, lead, session, assessment):
    save(assessment, lead, COM1="yes")
    post(sign_in(coordinator), session, subject="commitment")
    assert Finding.objects.get().about_value == "10.00"
    assert "The city's own score: 10" in text(sign_in(coordinator).get(address(session)), ".finding")


def test_finding_is_recorded_without_what_was_said(coordinator, session):
    finding = find(session, coordinator, text="A secret of somebody.")
    actions.delete_finding(finding=finding, by=coordinator)
    events = Event.objects.about(session)
    assert [event.kind for event in events] == ["finding.deleted", "finding.written"]
    assert not [event for event in events if "secret" in f"{event.subject_label}{event.comment}{event.detail}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"),
        ({"subject": "NOPE"}, "subject"),
        ({"kind": ""}, "kind"),
        ({"sector": "nobody"}, "sector"),
        ({"text": "x" * 5001}, "text"),
    ],
)
def test_incomplete_finding_comes_back_with_what_was_typed(changes, field, sign_in, coordinator, session):
    response = post(sign_in(coordinator), session, **changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    typed = {**NEW, **changes}
    assert tree(response).xpath("string(//textarea[@name='text'])").strip() == typed["text"].strip()
    assert Finding.objects.count() == 0


NAMING = [
    "Anna Nowak said so.",
    "as anna  NOWAK told us",
    "Nowak, Anna: it is not so",
    "(Anna\nNowak)",
    "Ánna Nowak",
]


@pytest.mark.parametrize("said", NAMING)
def test_text_that_names_a_participant_is_refused_and_comes_back(said, sign_in, coordinator, session, there):
    response = post(sign_in(coordinator), session, text=said)
    assert response.status_code == 422
    assert "names Anna Nowak, who took part" in text(response, ".error-summary")
    assert tree(response).xpath("string(//textarea[@name='text'])").strip() == said
    assert Finding.objects.count() == 0


@pytest.mark.parametrize("said", NAMING)
def test_change_that_names_a_participant_is_refused(said, coordinator, session, there):
    finding = find(session, coordinator)
    with pytest.raises(CannotBeDone, match="Anna Nowak"):
        actions.change_finding(
            finding=finding, base_version=0, subject="COM1", kind="idea", sector="", text=said, by=coordinator
        )
    finding.refresh_from_db()
    assert finding.text == "It is not so in the north of the city."


@pytest.mark.parametrize("said", ["Anna said so.", "Annabella Nowakowska", "Anna, and later Nowak", "The Nowaks"])
def test_text_with_less_than_the_full_name_is_taken(said, coordinator, session, there):
    assert find(session, coordinator, text=said).text == said


def test_names_of_those_who_did_not_take_part_are_no_matter(coordinator, session, contact):
    assert find(session, coordinator, text="Anna Nowak is in the papers.").pk


def test_names_are_compared_word_by_word():
    rules.check_names_nobody("Al said so", ["Alexandra Lis"])
    rules.check_names_nobody("anything", ["", " "])
    with pytest.raises(CannotBeDone):
        rules.check_names_nobody("José de la Cruz meint", ["Jose De La Cruz"])


# Changing ------------------------------------------------------------------------------------------------------------
def test_change_is_saved_and_keeps_the_answer_of_then(sign_in, coordinator, lead, session, assessment):
    save(assessment, lead, COM1="yes", COM2="yes")
    finding = find(session, coordinator)
    save(assessment, lead, COM1="no", COM2="no")
    changed = {**NEW, "kind": "nuances", "text": "Some have seen it."}
    assert sign_in(coordinator).post(address(session, "finding", finding.pk), changed).status_code == 302
    finding.refresh_from_db()
    assert (finding.kind, finding.text, finding.about_value, finding.version) == (
        "nuances",
        "Some have seen it.",
        "yes",
        1,
    )
    sign_in(coordinator).post(address(session, "finding", finding.pk), {**NEW, "subject": "COM2", "version": 1})
    finding.refresh_from_db()
    assert (finding.subject, finding.about_value) == ("COM2", "no")


def test_change_on_an_older_version_shows_both_texts_and_then_saves(sign_in, coordinator, partner, session):
    finding = find(session, coordinator)
    here = address(session, "finding", finding.pk)
    sign_in(partner).post(here, {**NEW, "text": "Theirs."})
    response = sign_in(coordinator).post(here, {**NEW, "text": "Mine."})
    assert response.status_code == 409
    assert texts(response, ".prewrap") == ["Theirs.", "Mine."]
    assert tree(response).xpath("string(//input[@name='version']/@value)") == "1"
    finding.refresh_from_db()
    assert finding.text == "Theirs."
    assert sign_in(coordinator).post(here, {**NEW, "text": "Both.", "version": 1}).status_code == 302
    finding.refresh_from_db()
    assert finding.text == "Both."


def test_change_of_a_deleted_finding_is_offered_as_a_new_one(sign_in, coordinator, session):
    here = find(session, coordinator).get_absolute_url()
    actions.delete_finding(finding=Finding.objects.get(), by=coordinator)
    response = sign_in(coordinator).post(here, {**NEW, "text": "Still mine."})
    assert response.status_code == 409
    assert tree(response).xpath("string(//textarea[@name='text'])").strip() == "Still mine."
    assert Finding.objects.count() == 0


def test_finding_of_another_session_is_not_found(sign_in, coordinator, session, assessment):
    finding = find(session, coordinator)
    other = make_session(assessment, coordinator, "Another")
    assert sign_in(coordinator).get(address(other, "finding", finding.pk)).status_code == 404
    assert sign_in(coordinator).post(address(other, "finding_delete", finding.pk)).status_code == 404
    assert Finding.objects.count() == 1


def test_deleted_finding_is_gone(sign_in, coordinator, session):
    finding = find(session, coordinator)
    assert sign_in(coordinator).post(address(session, "finding_delete", finding.pk)).status_code == 302
    assert Finding.objects.count() == 0


def test_nothing_changes_once_the_minutes_are_final(sign_in, coordinator, session, caplog):
    caplog.set_level("CRITICAL", "django.request")
    finding = find(session, coordinator)
    make_final(session)
    browser = sign_in(coordinator)
    refused = [
        post(browser, session),
        browser.post(address(session, "finding", finding.pk), {**NEW, "text": "Late."}),
        browser.post(address(session, "finding_delete", finding.pk)),
        browser.get(address(session, "finding", finding.pk)),
    ]
    assert {response.status_code for response in refused} == {403}
    assert all("minutes of this session are final" in text(response) for response in refused)
    assert list(Finding.objects.values_list("text", "version")) == [(finding.text, 0)]
    page = browser.get(address(session))
    assert (tree(page).xpath("//textarea"), "Change or delete" in text(page)) == ([], False)


def test_stale_page_does_not_get_past_final_minutes(coordinator, session):
    finding = find(session, coordinator)
    make_final(type(session).objects.get(pk=session.pk))  # `session` and `finding.session` still say draft
    for change in (
        lambda: find(session, coordinator),
        lambda: actions.delete_finding(finding=finding, by=coordinator),
        lambda: actions.change_finding(
            finding=finding, base_version=0, subject="COM1", kind="idea", sector="", text="x", by=coordinator
        ),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert Finding.objects.count() == 1


def test_conflict_carries_what_is_stored(coordinator, session):
    finding = find(session, coordinator)
    with pytest.raises(Conflict) as conflict:
        actions.change_finding(
            finding=finding, base_version=3, subject="COM1", kind="idea", sector="", text="x", by=coordinator
        )
    assert conflict.value.theirs == finding


# Notes beside --------------------------------------------------------------------------------------------------------
def test_note_fills_the_form(sign_in, coordinator, session):
    note = Note.objects.create(session=session, subject="COM1", sector="media", text="Not seen.", by=coordinator)
    form = sign_in(coordinator).get(address(session), {"note": note.pk}).context["form"]
    assert form.initial == {"subject": "COM1", "sector": "media", "text": "Not seen."}


@pytest.mark.parametrize("number", ["x", "", "0", "99999999999999999999"])
def test_note_that_is_none_fills_nothing(number, sign_in, coordinator, session):
    response = sign_in(coordinator).get(address(session), {"note": number})
    assert (response.status_code, response.context["form"].initial) == (200, {})


def test_note_of_another_session_fills_nothing(sign_in, coordinator, session, assessment):
    other = make_session(assessment, coordinator, "Another")
    note = Note.objects.create(session=other, text="Not seen.", by=coordinator)
    assert sign_in(coordinator).get(address(session), {"note": note.pk}).context["form"].initial == {}


def test_notes_stand_beside_the_coded_ones_first_and_say_if_they_were_used(sign_in, coordinator, session):
    for subject, said in (("", "Uncoded."), ("COM2", "Unused."), ("COM1", "Used.")):
        Note.objects.create(session=session, subject=subject, text=said, by=coordinator)
    find(session, coordinator, "COM1")
    shown = texts(sign_in(coordinator).get(address(session)), ".note")
    assert ["Unused." in shown[0], "Used." in shown[1], "Uncoded." in shown[2]] == [True] * 3
    assert ["No finding on this yet" in shown[0], "There is a finding on this" in shown[1]] == [True, True]


def test_readers_see_findings_and_no_notes(sign_in, viewer, coordinator, session):
    Note.objects.create(session=session, text="Raw words.", by=coordinator)
    find(session, coordinator)
    page = sign_in(viewer).get(address(session))
    assert len(texts(page, ".finding")) == 1
    assert "Raw words." not in text(page)


# All of a city -------------------------------------------------------------------------------------------------------
def listed(browser, **wanted) -> list[str]:
    response = browser.get(reverse("findings", args=["testville"]), wanted)
    return [row.finding.text for row in response.context["rows"]]


@pytest.fixture
def several(coordinator, session, assessment):
    other = make_session(assessment, coordinator, "Interview with a newspaper")
    find(session, coordinator, "COM1", "contradicts", sector="residents", text="one")
    find(session, coordinator, "commitment", "idea", sector="media", text="two")
    find(other, coordinator, "EDU1", "confirms", sector="media", text="three")
    return session, other


def test_findings_are_narrowed_by_area_kind_group_and_session(sign_in, viewer, several):
    browser = sign_in(viewer)
    session, other = several
    assert sorted(listed(browser)) == ["one", "three", "two"]
    assert listed(browser, indicator="commitment") == ["one", "two"]
    assert listed(browser, kind="confirms") == ["three"]
    assert sorted(listed(browser, group="media")) == ["three", "two"]
    assert listed(browser, session=other.pk) == ["three"]
    assert listed(browser, indicator="commitment", group="media", session=session.pk) == ["two"]
    for nonsense in ({"indicator": "x"}, {"kind": "x"}, {"group": "x"}, {"session": "x"}, {"session": 10**17}):
        assert listed(browser, **nonsense) == []


def test_findings_of_another_city_are_nowhere(sign_in, viewer, several, outsider, edition):
    elsewhere = start(outsider.cities[0], edition, outsider)
    theirs = make_user("theirs", Role.COORDINATOR, elsewhere.city)
    find(make_session(elsewhere, theirs), theirs, text="elsewhere")
    assert sorted(listed(sign_in(viewer))) == ["one", "three", "two"]


def test_findings_come_in_pages_that_keep_the_filter(sign_in, viewer, coordinator, session):
    for number in range(30):
        find(session, coordinator, text=f"Finding {number}")
    browser = sign_in(viewer)
    assert (len(listed(browser)), len(listed(browser, page=2, kind="contradicts"))) == (25, 5)
    page = browser.get(reverse("findings", args=["testville"]), {"kind": "contradicts"})
    assert tree(page).xpath("string(//a[@rel='next']/@href)") == "?kind=contradicts&page=2"


def test_city_without_findings_is_told_how_to_begin(sign_in, coordinator, assessment):
    page = sign_in(coordinator).get(reverse("findings", args=["testville"]))
    assert text(page, ".empty").startswith("No findings yet")


def rows_of(response) -> list[list]:
    return [list(row) for row in load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)]


def test_export_holds_what_the_filter_shows_and_runs_no_formula(sign_in, viewer, coordinator, several):
    find(several[0], coordinator, "COM2", "quotation", sector="faith", text='=HYPERLINK("http://x")')
    response = sign_in(viewer).get(reverse("findings_export", args=["testville"]), {"group": "faith"})
    assert response["Content-Disposition"] == 'attachment; filename="findings-testville.xlsx"'
    head, row = rows_of(response)
    assert len(head) == len(row) == 10
    assert row[6] == '\'=HYPERLINK("http://x")'
    everything = rows_of(sign_in(viewer).get(reverse("findings_export", args=["testville"])))
    assert len(everything) == 5


ROWS = pytest.mark.parametrize("rows", [1, 3])
QUERIES = {"list": 8, "session": 7, "export": 6}


@ROWS
def test_lists_cost_the_same(rows, sign_in, coordinator, session, assessment, django_assert_num_queries):
    sessions = [session] + [make_session(assessment, coordinator, f"Session {number}") for number in range(rows - 1)]
    for one in sessions:
        find(one, coordinator)
    for number in range(rows):
        find(session, coordinator, "commitment", text=f"Finding {number}")
        Note.objects.create(session=session, subject="COM1", text="Not seen.", by=coordinator)
    browser = sign_in(coordinator)
    for name, path in (
        ("list", reverse("findings", args=["testville"])),
        ("session", address(session)),
        ("export", reverse("findings_export", args=["testville"])),
    ):
        browser.get(path)
        with django_assert_num_queries(QUERIES[name]):
            browser.get(path)


def test_forgotten_participants_hinder_nobody(coordinator, session, city):
    """A person whose data were deleted has no name that could be searched for."""
    contact = make_contact(make_stakeholder(city, coordinator, "Gone"), "Piotr Zet")
    Participant.objects.create(session=session, contact=contact)
    type(contact).objects.filter(pk=contact.pk).update(
        name="", email="", forgotten_at=session.starts_at, forgotten_because="withdrawn"
    )
    assert find(session, coordinator, text="Anything.").pk


@pytest.mark.parametrize("page", ["/engagement/testville/sessions/{}/findings/", "/engagement/testville/priorities/"])
def test_text_typed_while_the_sign_in_ran_out_comes_back(page, sign_in, coordinator, session):
    browser, here = sign_in(coordinator), page.format(session.pk)
    mark = browser.get(here).context["typed_by"]
    browser.logout()
    typed = {**NEW, "subject": "education", "reason": "My words.", "text": "My words.", "typed_by": mark}
    assert browser.post(here, typed, headers={"Referer": f"http://testserver{here}"}).status_code == 302
    browser.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    again = browser.get(here)
    assert again.context["restored"]
    assert tree(again).xpath("string(//textarea)").strip() == "My words."
    assert Finding.objects.count() == 0
