"""A city's register of policies and data sources: keeping it, finding in it, beside the questions, in the report."""

import page
import pytest
import tablib
from django.db import IntegrityError, transaction
from django.urls import reverse

from cities.enums import Role
from cities.models import City
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from icc_index.actions import research
from icc_index.actions.research import Entry
from icc_index.enums import Status
from icc_index.instrument import newest_instrument
from icc_index.models import Edition, ResearchArea, ResearchSource, Result
from icc_index.reports import data, render
from icc_index.reports.chapters import policy_context
from tests.factories import make_city, make_user
from tests.icc_index.pages import text, texts, tree
from tests.icc_index.test_reports import hash_of, html_of

STRATEGY = Entry(
    kind="policy",
    level="local",
    title="Integration strategy",
    publisher="City council",
    year=2019,
    summary="Courses, a council of residents, a budget.",
    url="https://example.org/strategy",
    language="pl",
    indicators=["commitment", "language"],
)
LAW = Entry(kind="policy", level="national", title="Law on foreigners", indicators=["commitment"])
CENSUS = Entry(kind="data", level="european", title="Census", year=2021, summary="Who was born where.")


@pytest.fixture
def register(city) -> str:
    return reverse("research", args=[city.slug])


@pytest.fixture
def strategy(city, lead, edition) -> ResearchSource:
    return research.add(city=city, entry=STRATEGY, by=lead)


def sent(entry: Entry = STRATEGY, *, version: int = 0, **changes) -> dict:
    """What the form posts."""
    return {
        **entry.fields,
        "year": entry.year or "",
        "indicators": list(entry.indicators),
        "version": version,
        **changes,
    }


# Keeping it -----------------------------------------------------------------------------------------------------------


def test_added_entry_stands_on_the_register_and_on_record(register, city, lead, edition, sign_in):
    response = sign_in(lead).post(f"{register}add/", sent())
    assert (response.status_code, response.url) == (302, register)
    source = ResearchSource.objects.get()
    assert research.entry_of(source) == STRATEGY
    assert (source.city, source.added_by, source.version, source.is_sample) == (city, lead, 1, False)
    event = Event.objects.about(source).get()
    assert (event.kind, event.by, event.subject_label) == ("research.added", lead, "Integration strategy (2019)")
    assert "Integration strategy" in text(sign_in(lead).get(register))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "This field is required."),
        ({"kind": "rumour"}, "Select a valid choice."),
        ({"level": ""}, "This field is required."),
        ({"year": "1066"}, "greater than or equal to 1900"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"indicators": ["happiness"]}, "Select a valid choice. happiness"),
        ({"language": "xx"}, "Select a valid choice."),
        ({"summary": "x" * 5001}, "at most 5000 characters"),
    ],
    ids=["title", "kind", "level", "year", "url", "indicator", "language", "summary"],
)
def test_faulty_entry_comes_back_with_what_was_typed(register, lead, edition, sign_in, changes, words):
    typed = sent(**({"summary": "Typed with care."} | changes))
    response = sign_in(lead).post(f"{register}add/", typed)
    assert response.status_code == 422
    assert words in text(response, ".error-summary")
    assert response.context["form"]["summary"].value() == typed["summary"]
    assert not ResearchSource.objects.exists()


def test_same_title_and_year_is_refused_whoever_asks(register, strategy, city, lead, sign_in):
    response = sign_in(lead).post(f"{register}add/", sent(summary="Once more."))
    assert response.status_code == 422
    assert "The register has a source of this title and year already." in text(response, ".error-summary")
    with pytest.raises(CannotBeDone):
        research.add(city=city, entry=STRATEGY, by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResearchSource.objects.create(city=city, added_by=lead, **STRATEGY.fields)
    without_year = Entry(kind="data", level="local", title="Integration strategy")
    research.add(city=city, entry=without_year, by=lead)
    with pytest.raises(CannotBeDone):
        research.add(city=city, entry=without_year, by=lead)


def test_other_city_may_have_the_same(strategy, outsider):
    research.add(city=outsider.cities[0], entry=STRATEGY, by=outsider)
    assert ResearchSource.objects.filter(title=STRATEGY.title).count() == 2


def test_change_grows_the_version_and_says_who(strategy, contributor, sign_in):
    changed = sent(version=1, title="Integration strategy, amended", indicators=["education"])
    assert sign_in(contributor).post(strategy.get_absolute_url(), changed).status_code == 302
    strategy.refresh_from_db()
    assert (strategy.title, strategy.version, strategy.changed_by) == ("Integration strategy, amended", 2, contributor)
    assert list(strategy.areas.values_list("indicator", flat=True)) == ["education"]
    assert Event.objects.about(strategy).first().kind == "research.changed"


def test_saving_what_is_stored_changes_nothing(strategy, lead, sign_in):
    assert sign_in(lead).post(strategy.get_absolute_url(), sent(version=1)).status_code == 302
    strategy.refresh_from_db()
    assert (strategy.version, strategy.changed_at) == (1, None)
    assert Event.objects.about(strategy).count() == 1


def test_second_of_two_gets_both_texts_and_decides(strategy, lead, contributor, sign_in):
    address = strategy.get_absolute_url()
    sign_in(contributor).post(address, sent(version=1, summary="Theirs.", indicators=["education"]))
    response = sign_in(lead).post(
        address, sent(version=1, summary="Mine.", title="Strategy", indicators=["commitment"])
    )
    assert response.status_code == 409
    assert "Contributor saved another text" in text(response, ".error-summary")
    facts = "Policy · Local · City council · 2019 · Polish https://example.org/strategy"
    assert text(response, ".compare") == (
        f"Saved now Integration strategy {facts} Theirs. Education What you typed Strategy {facts} Mine. Commitment"
    )
    strategy.refresh_from_db()
    assert strategy.summary == "Theirs."
    version = tree(response).xpath("//input[@name='version']/@value")[0]
    assert sign_in(lead).post(address, sent(version=int(version), summary="Both.")).status_code == 302
    strategy.refresh_from_db()
    assert (strategy.summary, strategy.version) == ("Both.", 3)


def test_action_raises_the_stored_one(strategy, lead):
    with pytest.raises(Conflict) as conflict:
        research.change(source=strategy, entry=LAW, base_version=0, by=lead)
    assert conflict.value.theirs == strategy


def test_change_into_another_entry_is_refused(strategy, city, lead, sign_in):
    research.add(city=city, entry=LAW, by=lead)
    response = sign_in(lead).post(strategy.get_absolute_url(), sent(LAW, version=1))
    assert response.status_code == 422
    assert "of this title and year already" in text(response, ".error-summary")


def test_removed_entry_is_gone_and_the_record_keeps_what_it_said(strategy, lead, sign_in):
    pk = strategy.pk
    response = sign_in(lead).post(f"{strategy.get_absolute_url()}remove/", follow=True)
    assert "“Integration strategy” is off the register." in text(response)
    assert not ResearchSource.objects.exists()
    assert not ResearchArea.objects.exists()
    event = Event.objects.get(kind="research.removed", subject_id=str(pk))
    assert (event.detail["entry"]["summary"], event.detail["entry"]["indicators"]) == (
        STRATEGY.summary,
        ["commitment", "language"],
    )


@pytest.mark.parametrize("who", ["viewer", "expert", "admin"])
def test_those_who_read_do_not_write(who, at, strategy, city, request):
    at(Status.SUBMITTED)
    person = request.getfixturevalue(who)
    for act in (
        lambda: research.add(city=city, entry=LAW, by=person),
        lambda: research.change(source=strategy, entry=LAW, base_version=1, by=person),
        lambda: research.remove(source=strategy, by=person),
    ):
        with pytest.raises(NotAllowed, match="lets you read the register"):
            act()
    assert ResearchSource.objects.get() == strategy


def test_entry_of_another_city_is_not_found_under_ones_own_address(strategy, outsider, sign_in):
    wrong = reverse("research_edit", args=[outsider.cities[0].slug, strategy.pk])
    assert sign_in(outsider).get(wrong).status_code == 404
    assert sign_in(outsider).post(f"{wrong}remove/").status_code == 404
    assert ResearchSource.objects.filter(pk=strategy.pk).exists()


def test_visible_to_those_who_see_the_city(at, assessment, strategy, cast):
    def readers():
        return {name for name, one in cast.items() if one and ResearchSource.objects.visible_to(one).exists()}

    ours = {"lead", "contributor", "colleague", "coordinator", "viewer", "partner", "admin"}
    assert readers() == ours
    at(Status.SUBMITTED)
    assert readers() == ours | {"expert"}
    cast["expert"].memberships.all().delete()
    assert readers() == ours


def test_text_typed_before_signing_out_comes_back(register, lead, edition, sign_in):
    signed_in = sign_in(lead)
    mark = tree(signed_in.get(f"{register}add/")).xpath("//input[@name='typed_by']/@value")[0]
    browser = sign_in(None)
    browser.post(f"{register}add/", sent(summary="Long thoughts.", typed_by=mark))
    browser.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = browser.get(f"{register}add/")
    assert shown.context["form"]["summary"].value() == "Long thoughts."
    assert not ResearchSource.objects.exists()


def test_code_that_the_newest_edition_lacks_is_kept(city, lead, edition, sign_in):
    source = research.add(city=city, entry=Entry("policy", "local", "Old", indicators=["housing"]), by=lead)
    shown = sign_in(lead).get(source.get_absolute_url())
    assert shown.context["form"]["indicators"].value() == ["housing"]
    posted = sent(Entry("policy", "local", "Old", indicators=["housing"]), version=1, summary="More.")
    assert sign_in(lead).post(source.get_absolute_url(), posted).status_code == 302
    assert list(source.areas.values_list("indicator", flat=True)) == ["housing"]
    assert "housing" in text(sign_in(lead).get(reverse("research", args=[city.slug])), ".sheet")


def test_register_works_before_any_edition_is_loaded(register, lead, sign_in):
    assert not Edition.objects.exists()
    assert newest_instrument() is None
    posted = sent(Entry("data", "local", "Residents"))
    assert sign_in(lead).post(f"{register}add/", posted).status_code == 302
    assert "About the city as a whole" in text(sign_in(lead).get(register))


# Finding in it --------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(city, lead, edition, outsider) -> None:
    for entry in (STRATEGY, LAW, CENSUS):
        research.add(city=city, entry=entry, by=lead)
    research.add(city=outsider.cities[0], entry=STRATEGY, by=outsider)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Census", "Integration strategy", "Law on foreigners"]),
        ("?area=commitment", ["Integration strategy", "Law on foreigners"]),
        ("?area=language", ["Integration strategy"]),
        ("?level=european", ["Census"]),
        ("?kind=data", ["Census"]),
        ("?kind=policy&level=national", ["Law on foreigners"]),
        ("?q=COUNCIL", ["Integration strategy"]),
        ("?q=born", ["Census"]),
        ("?q=law+on", ["Law on foreigners"]),
        ("?q=%00census", ["Census"]),
        ("?area=nonsense&level=x&kind=y", ["Census", "Integration strategy", "Law on foreigners"]),
        ("?area=education", []),
    ],
)
def test_register_is_filtered(register, filled, viewer, sign_in, asked, found):
    shown = sign_in(viewer).get(f"{register}{asked}")
    assert shown.status_code == 200
    assert [row.source.title for row in shown.context["rows"]] == found


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_register_goes_home_as_a_file(register, filled, city, lead, viewer, sign_in, kind):
    research.add(city=city, entry=Entry("policy", "local", "=1+1", summary="-2+3"), by=lead)
    response = sign_in(viewer).get(f"{register}export/?format={kind}&kind=policy&level=local")
    assert response["Content-Disposition"] == f'attachment; filename="research-testville.{kind}"'
    content = response.content if kind == "xlsx" else response.content.decode()
    rows = tablib.Dataset().load(content, format=kind).dict
    assert [row["title"] for row in rows] == ["'=1+1", "Integration strategy"]
    assert (rows[0]["summary"], rows[1]["indicators"], str(rows[1]["year"])) == ("'-2+3", "commitment|language", "2019")
    assert not {"added_by", "changed_by"} & set(rows[0])


def test_link_to_the_file_keeps_the_filter(register, filled, viewer, sign_in):
    shown = sign_in(viewer).get(f"{register}?kind=policy&page=1")
    [link] = tree(shown).xpath("//a[contains(@href, 'export')]/@href")
    assert link == f"{register}export/?kind=policy"


def test_empty_register_starts_the_work_of_those_who_keep_it(register, lead, viewer, edition, sign_in):
    assert "Add the first policy or data source" in text(sign_in(lead).get(register), ".empty")
    assert "Add the first" not in text(sign_in(viewer).get(register))
    assert "Nothing is on the register yet" in text(sign_in(viewer).get(register), ".empty")


def test_nothing_found_leads_back_to_all(register, filled, lead, sign_in):
    shown = sign_in(lead).get(f"{register}?q=zebra")
    assert "Nothing on the register fits" in text(shown, ".empty")
    assert tree(shown).xpath("//div[@class='empty']/a/@href") == [register]


def test_long_register_comes_in_pages_that_keep_the_filter(register, city, lead, edition, sign_in):
    for number in range(23):
        research.add(city=city, entry=Entry("policy", "local", f"Plan {number:02}"), by=lead)
    first = sign_in(lead).get(f"{register}?level=local")
    assert "23 entries" in text(first)
    assert len(first.context["rows"]) == 20
    following = tree(first).xpath("//a[@rel='next']/@href")[0]
    last = sign_in(lead).get(f"{register}{following}")
    assert [row.source.title for row in last.context["rows"]] == ["Plan 20", "Plan 21", "Plan 22"]


def test_sample_entries_are_marked_and_bring_the_banner(register, city, lead, edition, sign_in):
    research.add(city=city, entry=CENSUS, by=lead)
    assert "sample data" not in text(sign_in(lead).get(register)).lower()
    research.add(city=city, entry=LAW, by=lead, is_sample=True)
    shown = sign_in(lead).get(register)
    assert "Sample data:" in text(shown, ".sample")
    assert [("sample data" in one) for one in texts(shown, "article")] == [False, True]


@pytest.mark.parametrize("rows", [1, 3])
def test_register_costs_the_same(rows, register, city, lead, edition, sign_in, django_assert_num_queries):
    for number in range(rows):
        research.add(
            city=city, entry=Entry("policy", "local", f"Plan {number}", indicators=["commitment", "language"]), by=lead
        )
    browser = sign_in(lead)
    browser.get(register)
    with django_assert_num_queries(8):
        shown = browser.get(register)
    assert len(shown.context["rows"]) == rows


def test_markup_in_an_entry_is_text(register, city, lead, edition, sign_in):
    research.add(city=city, entry=Entry("policy", "local", "<b>Bold</b>", summary="<script>x</script>"), by=lead)
    shown = sign_in(lead).get(register)
    assert tree(shown).xpath("//article//b | //article//script") == []
    assert "<b>Bold</b>" in text(shown)


# Where people would look for it ---------------------------------------------------------------------------------------


def test_tabs_home_and_review_lead_to_the_register(at, register, lead, expert, sign_in):
    assessment = at(Status.IN_REVIEW)
    for person, address in (
        (lead, assessment.get_absolute_url()),
        (lead, "/home/"),
        (expert, f"{assessment.get_absolute_url()}review/"),
    ):
        assert register in tree(sign_in(person).get(address)).xpath("//main//a/@href"), address


# Beside the questions -------------------------------------------------------------------------------------------------


def test_sources_stand_beside_the_questions_that_they_bear_on(at, filled, lead, expert, sign_in):
    assessment = at(Status.IN_REVIEW)
    beside = "Policies and data on this area (2)"
    for person, address in ((lead, "{}{}/"), (expert, "{}review/area/{}/")):
        shown = sign_in(person).get(address.format(assessment.get_absolute_url(), "commitment"))
        assert beside in text(shown, ".sources")
        assert "Integration strategy" in text(shown, ".sources")
        assert "Census" not in text(shown, ".sources")


def test_area_without_sources_offers_to_add_one_to_those_who_may(at, filled, lead, viewer, expert, sign_in):
    assessment = at(Status.SUBMITTED)
    here = f"{assessment.get_absolute_url()}education/"
    assert "(0)" in text(sign_in(lead).get(here), ".sources")
    add = tree(sign_in(lead).get(here)).xpath("//details[contains(@class, 'sources')]//a/@href")[-1]
    form = sign_in(lead).get(add).context["form"]
    assert form["indicators"].value() == ["education"]
    for person, address in ((viewer, here), (expert, f"{assessment.get_absolute_url()}review/area/education/")):
        assert texts(sign_in(person).get(address), ".sources") == []


def test_made_up_entries_stand_beside_made_up_answers_only(assessment, city, lead, sign_in):
    research.add(city=city, entry=LAW, by=lead, is_sample=True)
    here = f"{assessment.get_absolute_url()}commitment/"
    assert "(0)" in text(sign_in(lead).get(here), ".sources")
    type(assessment).objects.update(is_sample=True)
    assert "(1)" in text(sign_in(lead).get(here), ".sources")


# In the report --------------------------------------------------------------------------------------------------------


@pytest.fixture
def result(at, edition) -> Result:
    return at(Status.VALIDATED).results.get()


def test_report_has_no_policy_context_while_the_register_is_empty(result, city, lead):
    research.add(city=city, entry=LAW, by=lead, is_sample=True)
    assert policy_context(data.collect(result, "en")) is None
    assert "Policy context" not in html_of(result)


def test_report_tells_the_policy_context_after_the_city(result, filled):
    chapter = policy_context(data.collect(result, "en"))
    assert [section.title for section in chapter.sections] == [
        "Local policies and data",
        "National policies and data",
        "European policies and data",
    ]
    html = html_of(result)
    for words in ("Integration strategy", "City council", "Courses, a council of residents", "Commitment, Language"):
        assert words in html[html.index('id="policy-context"') :]
    assert html.index('id="city-overview"') < html.index('id="policy-context"') < html.index('id="indicators"')
    assert "the city as a whole" in html


def test_chapter_is_typeset_as_an_accessible_pdf(result, filled, settings):
    settings.EPI_REPORT_CHAPTERS = ["icc_index.reports.chapters.policy_context"]
    rendered = render.render(result, "en")
    checked = page.validate_pdf_bytes(rendered.content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in checked.failures] == []


def test_report_says_on_which_areas_nothing_is_on_record(result, filled):
    html = html_of(result)
    said = html[html.index("Nothing is on record that bears on:") :].split("</p>")[0]
    assert "Education" in said
    assert "Commitment" not in said


@pytest.mark.parametrize(
    "change",
    [
        lambda source: ResearchSource.objects.filter(pk=source.pk).update(summary="Else."),
        lambda source: ResearchArea.objects.filter(source=source).update(indicator="education"),
        lambda source: source.delete(),
    ],
)
def test_whatever_the_chapter_shows_changes_the_hash(result, filled, city, change):
    before = hash_of(result)
    assert hash_of(result) == before
    change(ResearchSource.objects.filter(city=city, title="Law on foreigners").get())
    assert hash_of(result) != before


def test_chapter_costs_two_queries_whatever_the_register_holds(result, filled, django_assert_num_queries):
    report_input = data.collect(result, "en")
    with django_assert_num_queries(2):
        policy_context(report_input)


def test_register_of_a_city_in_which_one_has_several_roles_lists_each_entry_once(strategy, city, sign_in):
    person = make_user("many", Role.VIEWER, city)
    person.memberships.create(role=Role.CONTRIBUTOR, city=city)
    person.memberships.create(role=Role.VIEWER, city=make_city("third"))
    assert ResearchSource.objects.visible_to(person).count() == 1
    assert City.objects.count() == 2
