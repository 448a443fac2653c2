"""The milestones of a programme: written, ordered, laid out over the cities, moved in cities that were asked for."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from cities.models import City, Programme
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.management.commands import load_milestones
from strategy.milestones import resources, templates
from strategy.milestones.actions import milestones, moving
from strategy.milestones.actions import templates as actions
from strategy.milestones.enums import MilestoneState, Process
from strategy.models import Dependency, Milestone, MilestoneTemplate, Promise
from tests.factories import make_city
from tests.icc_index.pages import texts

FACTS = {"description": "", "starts_on": None, "due_on": date(2021, 7, 31)}
POSTED = {"title": "Members named", "process": "body", "due_on": "2021-07-31", "version": 0}


@pytest.fixture
def mandate(programme, network) -> MilestoneTemplate:
    return add(programme, network, "Mandate given", due_on=date(2021, 6, 30))


@pytest.fixture
def members(programme, network, mandate) -> MilestoneTemplate:
    return add(programme, network, "Members named", needs=[mandate])


def add(programme, by, title, **facts) -> MilestoneTemplate:
    given = {"process": Process.BODY, "needs": [], **FACTS, **facts}
    return actions.add_template(programme=programme, title=title, by=by, **given)


def edit(template, by, **facts) -> None:
    template.refresh_from_db()
    names = ("title", "process", "description", "starts_on", "due_on")
    stored = {name: getattr(template, name) for name in names} | {"needs": list(template.needs.all())}
    actions.change_template(template=template, base_version=template.version, by=by, **stored | facts)


def titles(programme) -> list[str]:
    return [row.template.title for _process, rows in templates.sections(programme) for row in rows]


# Writing --------------------------------------------------------------------------------------------------------------
def test_coordinator_adds_a_template_after_another(programme, mandate, network, sign_in):
    posted = sign_in(network).post(reverse("template_add", args=[programme.slug]), POSTED | {"needs": [mandate.pk]})
    assert posted.url == reverse("milestone_templates", args=[programme.slug])
    template = programme.milestone_templates.last()
    assert (template.title, template.code, template.position) == ("Members named", "members-named", 1)
    assert list(template.needs.all()) == [mandate]
    assert not Milestone.objects.exists()


def test_two_templates_of_one_title_have_codes_of_their_own(programme, network):
    found = [add(programme, network, "Pakt podpisany").code for _number in range(3)]
    assert found == ["pakt-podpisany", "pakt-podpisany-2", "pakt-podpisany-3"]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"starts_on": "2021-08-01"}, {"due_on": ["The due date is before the start."]}),
        ({"due_on": "July"}, {"due_on": ["Write the date as year-month-day, for example 2022-03-31."]}),
    ],
)
def test_template_that_cannot_be_stored_comes_back(typed, errors, programme, network, sign_in):
    posted = sign_in(network).post(reverse("template_add", args=[programme.slug]), POSTED | typed)
    assert (posted.status_code, posted.context["form"].errors) == (422, errors)
    assert not MilestoneTemplate.objects.exists()


def test_template_is_of_no_action_and_only_the_networks_coordinator_writes_it(programme, network, coordinator):
    with pytest.raises(CannotBeDone, match="one city's own"):
        add(programme, network, "Action begun", process=Process.ACTION)
    with pytest.raises(NotAllowed, match="Only the network's coordinator"):
        add(programme, coordinator, "Mandate given")


def test_circle_of_templates_is_refused_and_named(mandate, members, network, sign_in):
    posted = {"title": "Mandate given", "process": "body", "due_on": "2021-06-30", "version": 0, "needs": [members.pk]}
    here = reverse("template_edit", args=[mandate.programme.slug, mandate.pk])
    response = sign_in(network).post(here, posted)
    sentence = "These would wait for each other in a circle: “Mandate given” → “Members named” → “Mandate given”."
    assert (response.status_code, response.context["form"].non_field_errors()) == (422, [sentence])
    assert mandate.needs.count() == 0


def test_template_of_another_programme_does_not_come_before(mandate, network):
    other = Programme.objects.create(name="Other", slug="other", starts_on="2020-01-01", ends_on="2021-01-01")
    stranger = MilestoneTemplate.objects.create(programme=other, code="a", process="body", **FACTS)
    with pytest.raises(CannotBeDone, match="the same programme"):
        edit(mandate, network, needs=[stranger])


def test_two_people_editing_one_template_see_both_texts(mandate, network, admin, sign_in):
    edit(mandate, admin, title="Theirs")
    here = reverse("template_edit", args=[mandate.programme.slug, mandate.pk])
    response = sign_in(network).post(here, POSTED | {"title": "Mine", "due_on": "2021-06-30"})
    assert response.status_code == 409
    assert response.context["form"].differences == [("Title", "Theirs", "Mine")]
    mandate.refresh_from_db()
    assert mandate.title == "Theirs"


def test_order_changes_within_a_process_and_stops_at_its_ends(programme, mandate, members, network, sign_in):
    add(programme, network, "Pact signed", process=Process.PACT)
    add(programme, network, "First meeting")
    assert titles(programme) == ["Mandate given", "Members named", "First meeting", "Pact signed"]
    here = reverse("template_order", args=[programme.slug, members.pk])
    for pressed, expected in (
        ("down", ["Mandate given", "First meeting", "Members named", "Pact signed"]),
        ("down", ["Mandate given", "First meeting", "Members named", "Pact signed"]),
        ("up", ["Mandate given", "Members named", "First meeting", "Pact signed"]),
    ):
        sign_in(network).post(here, {pressed: "1"})
        assert (pressed, titles(programme)) == (pressed, expected)


# Laying out -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(programme) -> list[City]:
    programme.cities.add(make_city("second"), make_city("third"))
    return list(programme.cities.all())


def test_laying_out_gives_every_city_what_it_has_not_got(programme, three, mandate, members, network, sign_in):
    here = reverse("templates_lay_out", args=[programme.slug])
    page = sign_in(network).post(here, follow=True)
    assert "6 milestones were laid out. They were for 3 cities." in page.content.decode()
    for city in three:
        first, second = city.milestones.order_by("due_on")
        assert [first.title, second.title] == ["Mandate given", "Members named"]
        assert list(second.needs.all()) == [first]
        assert [one.promises.get().due_on for one in (first, second)] == [date(2021, 6, 30), date(2021, 7, 31)]
    again = sign_in(network).post(here, follow=True)
    assert "Every city has every milestone already." in again.content.decode()
    assert (Milestone.objects.count(), Promise.objects.count(), Dependency.objects.count()) == (6, 6, 3)


def test_laying_out_again_adds_what_is_new_and_leaves_the_rest(programme, three, mandate, members, network):
    actions.lay_out(programme=programme, by=network)
    Milestone.objects.filter(city=three[0]).update(title="As the city calls it", due_on=date(2021, 9, 1))
    add(programme, network, "First meeting", needs=[members])
    programme.cities.add(make_city("fourth"))
    laid = actions.lay_out(programme=programme, by=network)
    assert (laid.milestones, laid.cities) == (3 + 3, 4)
    kept = three[0].milestones.filter(due_on=date(2021, 9, 1)).values_list("title", flat=True)
    assert list(kept) == ["As the city calls it"] * 2
    meeting = three[0].milestones.get(title="First meeting")
    assert meeting.needs.get().template == members


def test_laying_out_costs_the_same_for_one_and_for_three_cities(
    programme, mandate, members, network, django_assert_num_queries
):
    network.may_in_programme("run_programme", programme.pk)  # roles are read once
    with django_assert_num_queries(11):
        actions.lay_out(programme=programme, by=network)
    programme.cities.add(make_city("second"), make_city("third"), make_city("fourth"))
    with django_assert_num_queries(11):
        actions.lay_out(programme=programme, by=network)


def test_laying_out_is_all_or_nothing(programme, three, mandate, network, monkeypatch):
    monkeypatch.setattr(actions, "_connect", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.lay_out(programme=programme, by=network)
    assert not Milestone.objects.exists()


def test_removed_template_leaves_the_cities_what_they_have(programme, three, mandate, network, sign_in):
    actions.lay_out(programme=programme, by=network)
    sign_in(network).post(reverse("template_remove", args=[programme.slug, mandate.pk]))
    assert not MilestoneTemplate.objects.exists()
    assert list(Milestone.objects.values_list("template", "programme")) == [(None, programme.pk)] * 3


def test_milestone_of_a_template_stays_where_the_programme_has_it(programme, mandate, network, coordinator, sign_in):
    actions.lay_out(programme=programme, by=network)
    milestone = Milestone.objects.get()
    here = reverse("milestone_edit", args=["testville", milestone.pk])
    assert {"place", "programme", "due_on"} & set(sign_in(coordinator).get(here).context["form"].fields) == set()
    posted = {"title": "As we call it", "description": "In writing.", "version": 0, "place": "pact"}
    assert sign_in(coordinator).post(here, posted).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.title, milestone.process, milestone.programme) == ("As we call it", Process.BODY, programme)
    facts = {"title": "x", "description": "", "starts_on": None, "owner": None, "action": None, "needs": []}
    with pytest.raises(CannotBeDone, match="where the programme has it"):
        milestones.change_milestone(
            milestone=milestone, base_version=1, by=coordinator, process=Process.PACT, programme=programme, **facts
        )
    with pytest.raises(CannotBeDone, match="Drop it instead"):
        milestones.delete_milestone(milestone=milestone, by=coordinator)


# Moving what is laid out ----------------------------------------------------------------------------------------------
@pytest.fixture
def laid_out(programme, three, mandate, network) -> list[Milestone]:
    """The mandate in three cities, and then the template moved to 15 July."""
    actions.lay_out(programme=programme, by=network)
    edit(mandate, network, due_on=date(2021, 7, 15), starts_on=date(2021, 6, 1))
    return list(Milestone.objects.order_by("city__name"))


def test_changed_template_moves_no_city_by_itself(laid_out):
    assert {milestone.due_on for milestone in laid_out} == {date(2021, 6, 30)}
    assert Promise.objects.count() == 3


def test_preview_ticks_cities_that_kept_the_first_date_only(laid_out, mandate, network, make_coordinator, sign_in):
    moved = laid_out[0]
    by = make_coordinator(moved.city)
    milestones.promise_date(milestone=moved, due_on=date(2021, 8, 1), reason="Holidays.", base_version=0, by=by)
    moving.reach(
        milestone=laid_out[2],
        reached_on=date(2021, 6, 20),
        proof="Minutes.",
        proof_url="",
        base_version=0,
        by=make_coordinator(laid_out[2].city),
    )
    here = reverse("template_apply", args=[mandate.programme.slug, mandate.pk])
    form = sign_in(network).get(here).context["form"]
    assert [label for _key, label in form.fields["chosen"].choices] == [
        "Second: promised for 1 August 2021 now, after it moved before",
        "Testville: promised for 30 June 2021 now",
    ]
    assert form.fields["chosen"].initial == [f"{laid_out[1].pk}-0"]
    row = templates.sections(mandate.programme)[0][1][0]
    assert (row.laid_out, row.otherwise) == (3, 2)


@pytest.fixture
def make_coordinator():
    from cities.enums import Role
    from tests.factories import make_user

    return lambda city: make_user(f"coordinator-of-{city.slug}", Role.COORDINATOR, city)


def test_applied_date_is_a_promise_with_its_reason_in_the_cities_ticked(laid_out, mandate, network, sign_in):
    here = reverse("template_apply", args=[mandate.programme.slug, mandate.pk])
    chosen = [f"{one.pk}-{one.version}" for one in laid_out[:2]]
    sign_in(network).post(here, {"chosen": chosen, "reason": "The partners asked for it."})
    for milestone in laid_out:
        milestone.refresh_from_db()
    assert [one.due_on.day for one in laid_out] == [15, 15, 30]
    promise = laid_out[0].promises.last()
    assert (promise.due_on, promise.reason, promise.by) == (date(2021, 7, 15), "The partners asked for it.", network)
    assert [one.starts_on for one in laid_out] == [date(2021, 6, 1), date(2021, 6, 1), None]


@pytest.mark.parametrize("typed", [{"reason": ""}, {"chosen": []}])
def test_nothing_is_applied_without_a_reason_or_a_city(typed, laid_out, mandate, network, sign_in):
    here = reverse("template_apply", args=[mandate.programme.slug, mandate.pk])
    posted = {"chosen": [f"{laid_out[0].pk}-0"], "reason": "They asked."} | typed
    assert sign_in(network).post(here, posted).status_code == 422
    assert Promise.objects.count() == 3


def test_city_that_changed_its_milestone_meanwhile_stops_all_of_it(laid_out, mandate, network, sign_in):
    chosen = {one.pk: one.version for one in laid_out}
    Milestone.objects.filter(pk=laid_out[1].pk).update(version=5)
    with pytest.raises(CannotBeDone, match="Testville has changed its milestone in the meantime"):
        actions.apply(template=mandate, chosen=chosen, reason="They asked.", by=network)
    Milestone.objects.filter(pk=laid_out[1].pk).update(state=MilestoneState.DROPPED, drop_reason="No money.")
    with pytest.raises(CannotBeDone, match="has closed its milestone"):
        actions.apply(template=mandate, chosen=chosen, reason="They asked.", by=network)
    assert Promise.objects.count() == 3
    posted = {"chosen": [f"{pk}-{version}" for pk, version in chosen.items()], "reason": "They asked."}
    response = sign_in(network).post(reverse("template_apply", args=[mandate.programme.slug, mandate.pk]), posted)
    assert response.context["form"].errors["chosen"] == [
        "A city has changed its milestone in the meantime. Look at the list again."
    ]


# The page -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 3, 30])
def test_page_costs_the_same(number, programme, network, sign_in, django_assert_num_queries):
    first = None
    for count in range(number):
        first = add(programme, network, f"Number {count}", needs=[first] if first else [])
    browser = sign_in(network)
    here = reverse("milestone_templates", args=[programme.slug])
    browser.get(here)
    with django_assert_num_queries(10):
        page = browser.get(here)
    assert len(texts(page, "tbody//th")) == number


def test_programmes_page_leads_to_its_milestones(programme, network, sign_in):
    page = sign_in(network).get(programme.get_absolute_url())
    assert reverse("milestone_templates", args=[programme.slug]) in page.content.decode()


def test_empty_page_starts_the_work(programme, network, sign_in):
    page = sign_in(network).get(reverse("milestone_templates", args=[programme.slug]))
    assert reverse("template_add", args=[programme.slug]) in page.content.decode()


# What comes with the platform -----------------------------------------------------------------------------------------
@pytest.fixture
def loaded(db) -> None:
    call_command("load_cities", verbosity=0)
    call_command("load_milestones", verbosity=0)


def test_platform_brings_three_to_five_milestones_a_process_within_the_seeds_dates(loaded):
    within = {
        Process.BODY: (date(2021, 6, 1), date(2022, 3, 31)),
        Process.LAUNCH: (date(2021, 6, 15), date(2021, 8, 31)),  # what is presented is chosen just before
        Process.PACT: (date(2021, 7, 1), date(2022, 3, 31)),
    }
    found = templates.sections(Programme.objects.get())
    assert [process for process, _rows in found] == list(within)
    for process, rows in found:
        first, last = within[process]
        assert 3 <= len(rows) <= 5
        assert all(row.template.description and row.template.starts_on >= first for row in rows)
        assert max(row.template.due_on for row in rows) == last


def test_loading_again_leaves_what_people_changed_unless_told(loaded, capsys):
    MilestoneTemplate.objects.filter(code="body-mandate").update(title="As we call it")
    out = io.StringIO()
    call_command("load_milestones", stdout=out)
    assert MilestoneTemplate.objects.filter(title="As we call it").exists()
    call_command("load_milestones", update=True, stdout=out)
    assert not MilestoneTemplate.objects.filter(title="As we call it").exists()
    assert out.getvalue().splitlines()[-1] == "milestone_templates.csv: 0 new, 1 changed, 14 as they were."


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("epi-2020-2022,late,body,Late,,2021-09-01,2021-08-01,9,", "is violated"),
        ("epi-2020-2022,lost,body,Lost,,,2021-08-01,9,nowhere", "No row before this one has the code 'nowhere'."),
        ("gone,lost,body,Lost,,,2021-08-01,9,", "There is no programme 'gone'."),
        ("epi-2020-2022,odd,walk,Odd,,,2021-08-01,9,", "is not a valid choice"),
        ("epi-2020-2022,self,body,Self,,,2021-08-01,9,self", "circle: self → self"),
    ],
)
def test_fault_in_the_table_is_told_with_its_row_and_nothing_is_written(row, fault, db, tmp_path, monkeypatch):
    call_command("load_cities", verbosity=0)
    table = resources.TEMPLATES.read_text()
    path = tmp_path / "milestone_templates.csv"
    path.write_text(f"{table}{row}\n")
    monkeypatch.setattr(resources, "TEMPLATES", path)
    with pytest.raises(CommandError, match="row 17") as raised:
        call_command("load_milestones", verbosity=0)
    assert fault in str(raised.value)
    assert not MilestoneTemplate.objects.exists()


def test_table_that_would_close_a_circle_is_refused(loaded, tmp_path, monkeypatch):
    path = tmp_path / "milestone_templates.csv"
    head = resources.TEMPLATES.read_text().splitlines()[0]
    path.write_text(f"{head}\nepi-2020-2022,body-mandate,body,Mandate,,,2021-06-30,0,body-members\n")
    monkeypatch.setattr(resources, "TEMPLATES", path)
    with pytest.raises(CommandError, match="body-mandate → body-members → body-mandate"):
        call_command("load_milestones", update=True, verbosity=0)


def test_command_names_the_programme_that_the_platform_brings():
    assert load_milestones.PROGRAMME in resources.TEMPLATES.read_text()


def test_conflict_writes_nothing(mandate, network):
    with pytest.raises(Conflict):
        actions.change_template(
            template=mandate, needs=[], base_version=4, by=network, title="x", process=Process.BODY, **FACTS
        )
    assert Event.objects.about(mandate).count() == 1
