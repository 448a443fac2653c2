"""Hundreds of stakeholders from a file: faults by row, doubts put to a person, a preview, then all of it or nothing."""

import io
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cities.enums import Role
from epi import spreadsheets
from epi.models import Event
from strategy.consent import actions as consent
from strategy.models import Contact, Stakeholder
from strategy.stakeholders import resources
from strategy.stakeholders.actions import importing, register
from strategy.stakeholders.planning import plan
from strategy.stakeholders.resources import COLUMNS, ORGANISATION
from tests.factories import make_city, make_contact, make_stakeholder, make_user
from tests.icc_index.pages import text, texts, tree
from tests.rows import all_rows

BROKEN = "The file is broken, has a password, or is not XLSX. Open it and save it as XLSX anew."
TODAY = timezone.localdate()
GIVEN = (TODAY - timedelta(days=40)).isoformat()
ANNA = {
    "organisation": "Open House",
    "group": "civil_society",
    "person": "Anna Nowak",
    "email": "anna.nowak@example.org",
    "consent_given_on": GIVEN,
    "consent_given_by": "form",
}


def table(*rows, columns=COLUMNS):
    """A CSV file with these rows, given by column."""
    return spreadsheets.write([columns, *([str(row.get(name, "")) for name in columns] for row in rows)], "csv")


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def upload(sign_in, coordinator, city):
    """`upload(content, name)`: the preview, or the faults."""
    path = reverse("stakeholders_import", args=[city.slug])
    browser = sign_in(coordinator)

    def send(content, name="list.csv", by=None):
        return (sign_in(by) if by else browser).post(path, {"file": SimpleUploadedFile(name, content)})

    return send


@pytest.fixture
def save(sign_in, coordinator, city):
    """`save(preview, **decisions)`: press Save on a preview."""
    path = reverse("stakeholders_import_save", args=[city.slug])
    browser = sign_in(coordinator)

    def send(preview, by=None, to=path, **decisions):
        return (sign_in(by) if by else browser).post(to, {"sealed": preview.context["sealed"], **decisions})

    return send


@pytest.fixture
def planned(city, coordinator):
    """`planned(row, row, …)`: what these rows would do; decisions by keyword."""

    def make(*rows, **decisions):
        read, faults = resources.read(io.BytesIO(table(*rows)), "list.csv", {"education": "Education"})
        found = plan(city, read, by=coordinator, decisions={key.replace("_", "-"): v for key, v in decisions.items()})
        return found, [str(fault) for fault in [*faults, *found.faults]]

    return make


def outcome(found):
    return {name: [entry.row.name for entry in entries] for name, entries in found.outcome.items() if entries}


def changes(found):
    entries = [*found.organisations, *found.persons]
    return [(c.number, c.column, c.before, c.after) for entry in entries for c in entry.changes]


# From file to register -----------------------------------------------------------------------------------------------
def test_file_is_previewed_then_saved_whole(upload, save, city, coordinator):
    second = {**ANNA, "person": "Jan Lis", "email": "", "kept_until": (TODAY + timedelta(days=9)).isoformat()}
    alone = {"organisation": "Radio Most", "group": "Media", "languages": "polski|uk", "website": "radio.example.org"}
    before = all_rows()
    preview = upload(table(ANNA, second, alone))
    assert preview.status_code == 200
    assert all_rows() == before
    assert outcome(preview.context["plan"]) == {
        "new_organisations": ["Open House", "Radio Most"],
        "new_persons": ["Anna Nowak", "Jan Lis"],
    }
    assert "2 new organisations" in text(preview, "#main")
    response = save(preview)
    assert (response.status_code, response["Location"]) == (302, reverse("stakeholders", args=[city.slug]))
    radio = Stakeholder.objects.get(name="Radio Most")
    assert (radio.sector, radio.languages, radio.website) == ("media", ["pl", "uk"], "https://radio.example.org")
    anna, jan = Contact.objects.order_by("name")
    assert (anna.email, anna.purpose, anna.consent_recorded_by) == (ANNA["email"], "sessions", coordinator)
    assert (jan.stakeholder, jan.keep_until) == (anna.stakeholder, TODAY + timedelta(days=9))
    event = Event.objects.get(kind="stakeholders.imported")
    assert (event.subject_label, event.detail) == (
        "Testville",
        {"rows": 3, "new_organisations": 2, "new_persons": 2, "changed_organisations": 0, "changed_persons": 0},
    )


def test_what_is_stored_already_changes_nothing(upload, save):
    save(upload(table(ANNA)))
    before = all_rows()
    preview = upload(table(ANNA))
    assert preview.context["plan"].unchanged == 1
    assert "Everything in the list is in the register already." in text(preview, "#main")
    assert save(preview).status_code == 302
    assert all_rows() == before


def test_changes_are_shown_old_beside_new_then_written(upload, save, contact, partner):
    row = {"organisation": "OPEN HOUSE", "group": "faith", "email": "Anna.Nowak@Example.org", "person": "Anna Lis"}
    preview = upload(table({**row, "telephone": "123 456"}))
    assert changes(preview.context["plan"]) == [
        (2, "group", "Civil society organisations", "Faith communities"),
        (2, "person", "Anna Nowak", "Anna Lis"),
        (2, "telephone", "", "123 456"),
    ]
    assert texts(preview, "ins") == ["Faith communities", "Anna Lis", "123 456"]
    save(preview)
    contact.refresh_from_db()
    assert (contact.name, contact.phone, contact.email) == ("Anna Lis", "123 456", "anna.nowak@example.org")
    assert (contact.stakeholder.name, contact.stakeholder.sector, contact.version) == ("Open House", "faith", 1)


def test_empty_cells_and_missing_columns_keep_what_is_stored(upload, save, contact):
    before = all_rows()
    row = {"organisation": "Open House", "person": "Anna Nowak", "email": contact.email}
    save(upload(table(row)))
    save(upload(table(row, columns=("email", "organisation", "person"))))
    assert all_rows() == before


def test_newer_consent_is_recorded_by_who_imports_and_holds_anew(upload, save, contact, partner):
    row = {**ANNA, "consent_given_by": "mail"}
    save(upload(table(row), by=partner), by=partner)
    contact.refresh_from_db()
    assert (contact.consent_recorded_by, contact.consent_given_by) == (partner, "mail")
    assert contact.keep_until.year == date.fromisoformat(GIVEN).year + 2


def test_person_without_an_address_is_known_by_name_at_the_organisation(planned, stakeholder):
    make_contact(stakeholder, "Anna Nowak", email="")
    found, faults = planned({"organisation": "Open House", "person": "anna  nowak", "function": "Chair"})
    assert (changes(found), faults) == ([(2, "function", "", "Chair")], [])


def test_person_whose_time_is_over_is_new_and_nothing_of_them_is_shown(upload, save, contact):
    Contact.objects.update(keep_until=TODAY - timedelta(days=1), phone="999 888")
    preview = upload(table(ANNA))
    assert outcome(preview.context["plan"]) == {"new_persons": ["Anna Nowak"]}
    assert "999 888" not in preview.content.decode()
    save(preview)
    again = Contact.objects.get()
    assert (again.pk, again.phone, again.is_known) == (contact.pk, "", True)


# Faults --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"organisation": ""}, "Row 2, organisation: The name of the organisation is missing."),
        ({"organisation": "New", "group": ""}, "Row 2, group: A new organisation needs its group."),
        ({"group": "nonsense"}, "Row 2, group: “nonsense” is none of: city, authority, "),
        ({"website": "not an address"}, "Row 2, website: Enter a valid URL."),
        ({"languages": "Polish|Klingonish"}, "Row 2, languages: “Klingonish” is no language that is known here. "),
        ({"interests": "education|magic"}, "Row 2, interests: “magic” is no area of the Index."),
        ({"person": ""}, "Row 2, person: The name of the person is missing."),
        ({"email": "anna"}, "Row 2, email: Enter a valid email address."),
        ({"telephone": "ring me"}, "Row 2, telephone: Digits, spaces and + only."),
        ({"language": "pl|uk"}, "Row 2, language: Only one language can stand here."),
        ({"purpose": "everything"}, "Row 2, purpose: “everything” is none of: sessions, sessions_and_news."),
        ({"consent_given_on": ""}, "Row 2, consent_given_on: A new person needs the day of their consent."),
        ({"consent_given_by": ""}, "Row 2, consent_given_by: A new person needs how they gave their consent."),
        ({"consent_given_on": "1/3/2021"}, "Row 2, consent_given_on: “1/3/2021” is no day. Write it "),
        ({"consent_given_on": "31.02.2026"}, "Row 2, consent_given_on: “31.02.2026” is no day. Write it "),
        ({"consent_given_on": "9999-01-01"}, "Row 2, consent_given_on: This day is still to come. "),
        ({"kept_until": "2020-01-01"}, "Row 2, kept_until: This day is before the consent was given."),
        ({"consent_given_on": "2001-01-01"}, "Row 2, kept_until: 1 January 2003 is over: the person would be "),
        ({"person": "x" * 151}, "Row 2, person: Ensure this value has at most 150 characters (it has 151)."),
    ],
)
def test_fault_is_told_by_row_and_column(row, fault, planned):
    _found, faults = planned({**ANNA, **row})
    (said,) = faults
    assert said.startswith(fault)


def test_every_fault_of_the_file_is_told_and_nothing_can_be_saved(upload):
    bad = [{**ANNA, "email": "anna"}, {**ANNA, "organisation": ""}, {**ANNA, "group": "media"}]
    before = all_rows()
    response = upload(table(ANNA, *bad))
    assert response.status_code == 422
    assert [str(fault) for fault in response.context["faults"]] == [
        "Row 3, email: Enter a valid email address.",
        "Row 4, organisation: The name of the organisation is missing.",
        "Row 5, group: Row 2 says something else of this organisation.",
        "Row 5, person: Row 2 tells of this person already.",
    ]
    assert "sealed" not in response.context
    assert all_rows() == before


def test_person_who_stands_twice_is_told(planned):
    _found, faults = planned(ANNA, {**ANNA, "person": "A. Nowak"})
    assert faults == ["Row 3, person: Row 2 tells of this person already."]


def test_rows_are_counted_as_a_spreadsheet_does(upload):
    lines = table({**ANNA, "email": "anna"}).decode().splitlines()
    response = upload("\n".join([lines[0], "", "", lines[1]]).encode())
    assert [str(fault) for fault in response.context["faults"]] == ["Row 4, email: Enter a valid email address."]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"%PDF-1.7", "list.pdf", "Only .csv and .xlsx files can be read; this one is called “list.pdf”."),
        (b"PK\x03\x04 broken", "list.xlsx", BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted", "list.xlsx", BROKEN),
        (b" \n", "list.csv", "The file is empty."),
        (b"x" * (spreadsheets.MOST_BYTES + 1), "list.csv", "The file is larger than 5 MB."),
        (b"organisation\n" + b"a\n" * 1001, "list.csv", "The file has more than 1000 rows."),
        ("organisation\nŁódź".encode("cp1250"), "list.csv", "The file is not text in UTF-8. In Excel, save it as"),
        (b"organisation,group\n", "list.csv", "Below the column names there are no rows."),
        (b"name,group\nA,media\n", "list.csv", "“name” is not a column of this table."),
        (b"group\nmedia\n", "list.csv", "The column “organisation” is missing."),
        (b"organisation,Organisation\nA,B\n", "list.csv", "The column “organisation” stands more than once."),
        (b"organisation,group\nA,media,more\n", "list.csv", "Row 2: There are more cells than columns; is a text"),
        (b"organisation,group\nA\x07,media\n", "list.csv", "Row 2, organisation: There are control characters."),
        (
            workbook(["organisation", "group"], ["=1+1", "media"]),
            "list.xlsx",
            "Row 2, organisation: There is a formu",
        ),
    ],
)
def test_file_that_is_no_such_table_is_refused_with_the_reason(content, name, reason, upload):
    before = all_rows()
    response = upload(content, name)
    assert response.status_code == 422
    assert str(response.context["faults"][0]).startswith(reason)
    assert reason in text(response, ".error-summary")
    assert all_rows() == before


def test_upload_without_a_file_is_told(sign_in, coordinator, city):
    response = sign_in(coordinator).post(reverse("stakeholders_import", args=[city.slug]))
    assert response.status_code == 422
    assert "This field is required." in text(response, ".error-summary")


@pytest.mark.parametrize("day", [date(2026, 3, 1), "2026-03-01", "01.03.2026", "1. 3. 2026"])
def test_day_is_understood_as_a_real_date_and_in_two_spellings(day, upload, save):
    row = ["Open House", "media", "Anna Nowak", 48600100200, day, "form"]
    names = ["organisation", "group", "person", "telephone", "consent_given_on", "consent_given_by"]
    save(upload(workbook(names, row), "list.xlsx"))
    anna = Contact.objects.get()
    assert (anna.consent_given_on, anna.phone) == (date(2026, 3, 1), "48600100200")


def test_choices_are_understood_by_code_and_by_name_in_each_language(planned):
    said = ["media", "Media", "MEDIA", " Media "]
    found, faults = planned(*({"organisation": f"House {n}", "group": one} for n, one in enumerate(said)))
    assert ({entry.row.sector for entry in found.organisations}, faults) == ({"media"}, [])
    found, faults = planned({**ANNA, "interests": "Education"})
    assert (found.organisations[0].row.interests, faults) == (["education"], [])


# Doubts --------------------------------------------------------------------------------------------------------------
NEAR = {**ANNA, "organisation": "Open Hause", "person": "Jan Lis", "email": "jan@example.org"}


def test_nearly_the_same_organisation_is_asked_once_and_can_be_the_same(upload, save, stakeholder, contact):
    second = {**NEAR, "person": "Ewa Kos", "email": "ewa@example.org"}
    preview = upload(table(NEAR, second))
    doubt = preview.context["plan"].doubts
    assert [(one.name, one.choices) for one in doubt] == [
        ("organisation-2", ((f"s{stakeholder.pk}", "the same as “Open House”"), ("new", "a new one")))
    ]
    refused = save(preview)
    assert (refused.status_code, Stakeholder.objects.count()) == (422, 1)
    assert "Say which it is." in text(refused, ".error-summary")
    save(preview, **{"organisation-2": f"s{stakeholder.pk}"})
    assert Stakeholder.objects.get().name == "Open House"
    assert Contact.objects.filter(stakeholder=stakeholder).count() == 3


def test_nearly_the_same_organisation_can_be_a_new_one(upload, save, stakeholder):
    save(upload(table(NEAR)), **{"organisation-2": "new"})
    assert set(Stakeholder.objects.values_list("name", flat=True)) == {"Open House", "Open Hause"}


def test_two_nearly_the_same_in_the_file_are_asked_too(upload, save, city):
    preview = upload(table(ANNA, NEAR))
    assert preview.context["plan"].doubts[0].choices[0] == ("r2", "the same as “Open House” in row 2")
    save(preview, **{"organisation-3": "r2"})
    assert Stakeholder.objects.get().contacts.count() == 2


def test_same_address_at_another_organisation_is_asked(upload, save, contact, city, coordinator):
    row = {**ANNA, "organisation": "Chamber of Commerce", "group": "business"}
    preview = upload(table(row))
    assert [(one.name, [key for key, _label in one.choices]) for one in preview.context["plan"].doubts] == [
        ("person-2", [f"p{contact.pk}", "new"])
    ]
    save(preview, **{"person-2": "new"})
    assert Contact.objects.filter(email=contact.email).count() == 2


def test_nearly_the_same_person_at_the_organisation_can_be_the_same(upload, save, contact):
    row = {**ANNA, "person": "Ana Nowak", "email": "ana@example.org"}
    save(upload(table(row)), **{"person-2": f"p{contact.pk}"})
    contact.refresh_from_db()
    assert (contact.name, contact.email, Contact.objects.count()) == ("Ana Nowak", "ana@example.org", 1)


def test_row_that_a_person_calls_the_same_as_another_row_is_left_out(upload, save):
    row = {**ANNA, "person": "Ana Nowak", "email": "ana@example.org"}
    save(upload(table(ANNA, row)), **{"person-3": "r2"})
    assert Contact.objects.get().email == ANNA["email"]


def test_answer_that_was_not_offered_counts_as_none(upload, save, stakeholder):
    assert save(upload(table(NEAR)), **{"organisation-2": "s999"}).status_code == 422
    assert Stakeholder.objects.count() == 1


def test_typed_answers_come_back_when_one_is_missing(upload, save, stakeholder, contact):
    other = {**ANNA, "person": "Ana Nowak", "email": "ana@example.org"}
    refused = save(upload(table(NEAR, other)), **{"organisation-2": "new"})
    ticked = tree(refused).xpath("//input[@type='radio'][@checked]/@name")
    assert (refused.status_code, ticked) == (422, ["organisation-2"])


# Between preview and saving ------------------------------------------------------------------------------------------
def test_register_that_changed_meanwhile_is_previewed_again(upload, save, coordinator, city):
    preview = upload(table(ANNA))
    register.add(city=city, by=coordinator, name="Open House", sector="media", website="", languages=[], interests=[])
    before = all_rows()
    again = save(preview)
    assert again.status_code == 409
    assert "The register changed since this preview was made." in text(again, ".messages")
    assert changes(again.context["plan"]) == [(2, "group", "Media", "Civil society organisations")]
    assert all_rows() == before
    assert save(again).status_code == 302


def test_stale_preview_is_refused(upload, save, monkeypatch):
    preview = upload(table(ANNA))
    monkeypatch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + importing.VALID_FOR + 9)
    _refused(save(preview), "This preview is older than an hour. Choose the file again.")


def test_preview_of_somebody_else_or_of_another_city_is_refused(upload, save, partner, coordinator):
    preview = upload(table(ANNA))
    _refused(save(preview, by=partner), "This preview is of another person or another city. Choose the file again.")
    coordinator.memberships.create(role=Role.COORDINATOR, city=make_city("elsewhere"))
    elsewhere = reverse("stakeholders_import_save", args=["elsewhere"])
    _refused(save(preview, to=elsewhere), "This preview is of another person or another city. Choose the file again.")


def test_changed_or_missing_preview_is_refused(upload, sign_in, coordinator, city):
    sealed = upload(table(ANNA)).context["sealed"]
    path = reverse("stakeholders_import_save", args=[city.slug])
    for wrong in ("", sealed[:-3], "x" + sealed, signing.dumps({"city": city.pk}, salt="other")):
        response = sign_in(coordinator).post(path, {"sealed": wrong}, follow=True)
        assert "This preview was changed or did not arrive whole." in text(response, ".messages")
    assert Stakeholder.objects.count() == 0


def _refused(response, reason):
    assert response.status_code == 302
    browser = response.client
    assert texts(browser.get(response["Location"]), ".messages") == [f"Error: {reason}"]
    assert Stakeholder.objects.count() == 0


def test_file_itself_is_kept_nowhere(upload, settings):
    upload(table(ANNA))
    assert not list(settings.MEDIA_ROOT.glob("**/*list*"))


def test_saving_is_all_or_nothing(upload, save, monkeypatch):
    preview = upload(table(ANNA))
    before = all_rows()
    monkeypatch.setattr(importing, "_save_persons", lambda plan: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(preview)
    assert all_rows() == before


# Who withdrew --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("email", ["anna.nowak@example.org", "", "other@example.org"])
def test_person_who_withdrew_is_not_brought_back_by_an_old_list(email, planned, contact, coordinator):
    consent.withdraw(contact=contact, by=coordinator)
    _found, faults = planned({**ANNA, "email": email})
    assert faults == ["Row 2, person: This person withdrew their consent. If they agreed anew, add them by hand."]


def test_person_who_withdraws_between_preview_and_saving_stays_away(upload, save, contact, coordinator):
    preview = upload(table({**ANNA, "telephone": "123 456"}))
    consent.withdraw(contact=contact, by=coordinator)
    assert save(preview).status_code == 422
    assert Contact.objects.known().count() == 0


def test_person_who_withdrew_cannot_come_back_under_a_nearly_same_name(planned, stakeholder, contact, coordinator):
    make_contact(stakeholder, "Ana Nowak", email="ana@example.org")
    consent.withdraw(contact=contact, by=coordinator)
    found, _faults = planned(ANNA)
    (same, _label), *_rest = found.doubts[0].choices
    _found, faults = planned(ANNA, person_2=same)
    assert faults == ["Row 2, person: This person withdrew their consent. If they agreed anew, add them by hand."]


# Who may -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_others_of_the_city_are_told_why_they_may_not(role, upload, request):
    response = upload(table(ANNA), by=request.getfixturevalue(role))
    assert response.status_code == 403
    assert "Only the city's coordinator and its technical partner may do this." in text(response, "#main")


# Size ----------------------------------------------------------------------------------------------------------------
def _hundreds(number, **more):
    for n in range(number):
        yield {
            **ANNA,
            "organisation": f"House of the {n}th street",
            "person": f"Person {n}",
            "email": f"person-{n}@example.org",
            **more,
        }


def test_500_rows_cost_few_queries(upload, save, city, coordinator):
    for n in range(0, 500, 2):
        make_contact(make_stakeholder(city, coordinator, f"House of the {n}th street"), f"Person {n}", email="")
    content = table(*_hundreds(500, telephone="123 456"))
    with CaptureQueriesContext(connection) as reading:
        preview = upload(content)
    assert (len(preview.context["plan"].persons), preview.context["plan"].faults) == (500, [])
    doubts = {doubt.name: doubt.choices[0][0] for doubt in preview.context["plan"].doubts}
    assert len(doubts) == 250
    with CaptureQueriesContext(connection) as writing:
        assert save(preview, **doubts).status_code == 302
    assert (Stakeholder.objects.count(), Contact.objects.count()) == (500, 500)
    assert len(reading) <= 10
    assert len(writing) <= 60  # SQLite takes hundreds of rows in several statements


def test_hundreds_of_doubts_can_be_answered(upload, save, city, coordinator, settings):
    for n in range(600):
        make_stakeholder(city, coordinator, f"House of the {n}th street")
    rows = [{"organisation": f"Hause of the {n}th street", "group": "media"} for n in range(600)]
    preview = upload(table(*rows))
    doubts = {doubt.name: "new" for doubt in preview.context["plan"].doubts}
    assert len(doubts) == 600
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS > 2 * spreadsheets.MOST_ROWS + 10
    assert save(preview, **doubts).status_code == 302
    assert Stakeholder.objects.count() == 1200


# Out -----------------------------------------------------------------------------------------------------------------
def cells_of(response, kind):
    """The rows of a file, each as long as the table is wide."""
    width = len(COLUMNS)
    return [cells[:width] for _number, cells in spreadsheets.read(io.BytesIO(response.content), f"list.{kind}")]


@pytest.fixture
def exported(sign_in, city):
    def export(user, kind):
        response = sign_in(user).get(f"{reverse('stakeholders_export', args=[city.slug])}?format={kind}")
        assert response["Content-Disposition"].endswith(f'.{kind}"')
        return cells_of(response, kind)

    return export


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_register_goes_out_with_known_persons_only_and_comes_back_the_same(
    kind, exported, city, edition, contact, coordinator, sign_in, upload
):
    Stakeholder.objects.update(languages=["pl", "uk"], interests=["education"], website="https://example.org")
    Contact.objects.update(language="uk", phone="+48 123", keep_until=TODAY, consent_given_on=GIVEN)
    make_contact(contact.stakeholder, "Long Ago", keep_until=TODAY - timedelta(days=1))
    make_contact(contact.stakeholder, "Withdrawn").stakeholder.contacts.filter(name="Withdrawn").forget("withdrawn")
    make_stakeholder(city, coordinator, "Radio")
    make_stakeholder(make_city("elsewhere"), coordinator, "Not ours")
    header, first, second = exported(coordinator, kind)
    said = dict(zip(header, first, strict=True))
    assert tuple(header) == COLUMNS
    assert {name: said[name] for name in ("organisation", "languages", "interests", "person", "telephone")} == {
        "organisation": "Open House",
        "languages": "pl|uk",
        "interests": "education",
        "person": "Anna Nowak",
        "telephone": "'+48 123",
    }
    assert dict(zip(header, second, strict=True))["organisation"] == "Radio"
    export = sign_in(coordinator).get(f"{reverse('stakeholders_export', args=[city.slug])}?format={kind}")
    preview = upload(export.content, f"list.{kind}")
    assert (preview.status_code, preview.context["plan"].changes_something) == (200, False)


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_others_get_the_organisations_alone(role, exported, contact, request):
    header, *rows = exported(request.getfixturevalue(role), "csv")
    assert tuple(header) == tuple(ORGANISATION)
    assert [row[0] for row in rows] == ["Open House"]


def test_no_cell_leaves_as_a_formula(exported, city, coordinator):
    make_contact(make_stakeholder(city, coordinator, "=1+1"), "@SUM(A1)", email="")
    _header, row = exported(coordinator, "csv")
    assert [row[0], row[5]] == ["'=1+1", "'@SUM(A1)"]


@pytest.mark.parametrize("rows", [1, 3])
def test_export_costs_the_same(rows, city, coordinator, sign_in, django_assert_num_queries):
    for number in range(rows):
        make_contact(make_stakeholder(city, coordinator, f"House {number}"))
    browser, path = sign_in(coordinator), reverse("stakeholders_export", args=[city.slug])
    with django_assert_num_queries(6):
        browser.get(path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_has_the_columns_and_nothing_else(kind, sign_in, coordinator, city):
    response = sign_in(coordinator).get(f"{reverse('stakeholders_template', args=[city.slug])}?format={kind}")
    assert cells_of(response, kind) == [list(COLUMNS)]


def test_page_tells_what_each_column_holds(sign_in, coordinator, city, edition):
    page = sign_in(coordinator).get(reverse("stakeholders_import", args=[city.slug]))
    assert set(COLUMNS) <= set(texts(page, "code"))
    assert "education" in texts(page, "code")


def test_member_of_two_cities_keeps_them_apart(sign_in, stakeholder, coordinator):
    somebody = make_user("both", Role.COORDINATOR, make_city("elsewhere"))
    assert sign_in(somebody).get(reverse("stakeholders_export", args=["testville"])).status_code == 404
