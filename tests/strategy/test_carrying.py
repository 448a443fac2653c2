"""What was delivered as evidence of the next round: what is proposed where, using it once, setting it aside."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cities.enums import Role
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from icc_index import rules as index_rules
from icc_index.actions import answering, assessments
from icc_index.enums import Status
from icc_index.instrument import instrument_for
from icc_index.models import Assessment, Evidence
from strategy.milestones.enums import MilestoneState, Process
from strategy.models import Article, Carried, Commitment, Milestone, Reading
from strategy.plan.enums import GapKind
from strategy.whatnext.actions import carrying as actions
from strategy.whatnext.proposals import proposals_for
from tests.factories import (
    answer_to,
    make_action,
    make_gap,
    make_milestone,
    make_objective,
    make_pact,
    make_reached,
    make_reading,
    make_result,
    make_strategy,
    make_user,
    start,
)
from tests.icc_index.pages import text, texts
from tests.icc_index.test_concurrency import together


@pytest.fixture
def first_round(city, edition, lead) -> Assessment:
    """The validated round of 2021, from which the strategy starts."""
    return make_result(city, edition, lead, {}, status=Status.VALIDATED).assessment


@pytest.fixture
def action(city, coordinator, first_round):
    """An action for an objective that rests on public space and, there, on SPA2."""
    strategy = make_strategy(city, coordinator, assessment=first_round)
    objective = make_objective(strategy)
    make_gap(objective, "public_space")
    make_gap(objective, "SPA2", kind=GapKind.QUESTION)
    return make_action(objective)


@pytest.fixture
def reached(city, coordinator, action) -> Milestone:
    return make_reached(city, coordinator, action=action, process=Process.ACTION)


@pytest.fixture
def draft(city, edition, lead, first_round) -> Assessment:
    """The next round, of 2024."""
    return start(city, edition, lead, 2024)


def told(assessment) -> list[tuple[str, str]]:
    """What is proposed beside which area."""
    return sorted((one.thing.title, one.indicator.code) for one in proposals_for(assessment)[0])


def proposal(assessment, area="public_space"):
    (found,) = [one for one in proposals_for(assessment)[0] if one.indicator.code == area]
    return found


def use(assessment, by, code="SPA2", **facts):
    one = proposal(assessment)
    question = instrument_for(assessment.edition).questions[code]
    given = {"title": "Courtyards", "url": "https://example.org/courtyards", "page": None, "quote": "Open.", **facts}
    return actions.use(
        assessment=assessment, thing=one.thing, indicator=one.indicator, question=question, by=by, **given
    )


def address(name, assessment, *more):
    return reverse(name, args=[assessment.city.slug, assessment.pk, *more])


def of_milestone(name, assessment, milestone, area="public_space"):
    return address(name, assessment, area, f"milestone-{milestone.pk}")


POSTED = {"question": "SPA2", "title": "Courtyards", "url": "https://example.org/courtyards", "quote": "Open."}


# What is proposed -----------------------------------------------------------------------------------------------------


def test_milestone_of_an_action_is_proposed_on_what_its_objective_rests_on(draft, reached):
    assert told(draft) == [("Courtyards open", "public_space")]
    assert [question.code for question in proposal(draft).named] == ["SPA2"]


def test_milestone_that_is_not_reached_is_not_proposed(draft, action, city, coordinator):
    for state in (MilestoneState.PLANNED, MilestoneState.UNDER_WAY):
        make_milestone(city, coordinator, state, action=action, process=Process.ACTION, state=state)
    dropped = {"state": MilestoneState.DROPPED, "drop_reason": "No money."}
    make_milestone(city, coordinator, "Dropped", action=action, process=Process.ACTION, **dropped)
    assert told(draft) == []


def test_milestone_of_the_body_is_proposed_on_commitment_and_one_of_the_pact_on_its_commitments_too(
    draft, city, coordinator
):
    make_reached(city, coordinator, "Mandate given", process=Process.BODY)
    make_reached(city, coordinator, "Pact signed", process=Process.PACT)
    article = Article.objects.create(pact=make_pact(city, coordinator), position=1, title="One", text="Text")
    Commitment.objects.create(article=article, text="We teach.", subjects=["language"])
    assert told(draft) == [
        ("Mandate given", "commitment"),
        ("Pact signed", "commitment"),
        ("Pact signed", "language"),
    ]


def test_commitment_of_the_pact_brings_its_indicators_to_the_action(draft, city, coordinator, action, reached):
    article = Article.objects.create(pact=make_pact(city, coordinator), position=1, title="One", text="Text")
    promised = Commitment.objects.create(article=article, text="We teach.", subjects=["language"])
    assert ("Courtyards open", "language") not in told(draft)
    promised.actions.add(action)
    assert told(draft) == [("Courtyards open", "language"), ("Courtyards open", "public_space")]


def test_reading_is_proposed_on_the_indicator_that_its_measure_names(draft, action, coordinator):
    make_reading(action, coordinator, "Learners", subject="language")
    assert told(draft) == [("Learners", "language")]


def test_milestone_is_proposed_on_what_measures_of_its_action_bear_on_too(draft, action, coordinator, reached):
    make_reading(action, coordinator, "Learners", subject="language")
    assert told(draft)[:2] == [("Courtyards open", "language"), ("Courtyards open", "public_space")]


def test_reading_of_a_measure_that_names_nothing_is_proposed_on_what_its_action_aims_at(draft, action, coordinator):
    make_reading(action, coordinator)
    assert told(draft) == [("Visitors", "public_space")]
    words = proposal(draft).thing.words
    assert words == (
        "From 100 a day on 1 June 2021 to 250 a day on 31 March 2023. The target is 300 a day by 31 December 2024."
    )


def test_last_reading_of_a_measure_speaks_for_it(draft, action, coordinator):
    first = make_reading(action, coordinator)
    last = Reading.objects.create(measure=first.measure, read_on=date(2024, 1, 31), value="275.5", by=coordinator)
    assert proposal(draft).thing.reading == last
    assert "to 275.50 a day on 31 January 2024" in proposal(draft).thing.words


def test_what_was_delivered_before_the_last_round_is_not_proposed(draft, reached, city, coordinator):
    make_reached(city, coordinator, "Old mandate", reached_on=date(2020, 12, 31))
    make_reached(city, coordinator, "New mandate", reached_on=date(2021, 1, 1))
    assert told(draft) == [("Courtyards open", "public_space"), ("New mandate", "commitment")]


def test_round_from_which_the_strategy_started_gets_nothing_of_its_actions(first_round, reached):
    assert told(first_round) == []


def test_made_up_things_stay_with_made_up_rounds(draft, reached, city, coordinator):
    Milestone.objects.filter(pk=reached.pk).update(is_sample=True)
    assert told(draft) == []
    Assessment.objects.filter(city=city).update(is_sample=True)
    draft.refresh_from_db()
    make_reached(city, coordinator, "Sample mandate", is_sample=True)
    make_reached(city, coordinator, "Real mandate")
    assert told(draft) == [("Sample mandate", "commitment")]


def test_what_bears_on_nothing_that_the_edition_asks_is_told_apart(draft, city, coordinator, action, reached):
    action.objective.gaps.all().delete()
    make_gap(action.objective, "an_area_of_another_edition")
    proposed, without = proposals_for(draft)
    assert (proposed, [thing.title for thing in without]) == ([], ["Courtyards open"])


# Using it -------------------------------------------------------------------------------------------------------------


def test_used_milestone_becomes_evidence_through_the_index_and_is_remembered(draft, reached, lead):
    use(draft, lead, page=3)
    evidence = Evidence.objects.get()
    assert (evidence.answer, evidence.title, evidence.url, evidence.page, evidence.quote, evidence.added_by) == (
        answer_to(draft, "SPA2"),
        "Courtyards",
        "https://example.org/courtyards",
        3,
        "Open.",
        lead,
    )
    assert Event.objects.about(evidence.answer).get().kind == "evidence.added"
    carried = Carried.objects.get()
    assert (carried.subject, carried.milestone, carried.evidence, carried.by) == ("SPA2", reached, evidence, lead)
    assert not proposal(draft).is_open


def test_same_thing_is_evidence_for_a_question_once_and_for_another_too(draft, reached, lead):
    use(draft, lead)
    with pytest.raises(CannotBeDone, match=r"“Courtyards open” is evidence for SPA2 already\."):
        use(draft, lead)
    use(draft, lead, "SPA3")
    assert sorted(Carried.objects.values_list("subject", flat=True)) == ["SPA2", "SPA3"]
    assert Evidence.objects.count() == 2


def test_removed_evidence_opens_the_proposal_again_and_it_can_be_used_again(draft, reached, lead):
    use(draft, lead)
    answering.remove_evidence(evidence=Evidence.objects.get(), by=lead, is_assigned=False)
    assert Carried.objects.get().evidence is None
    assert proposal(draft).is_open
    use(draft, lead)
    assert Carried.objects.get().evidence == Evidence.objects.get()


def test_database_keeps_one_row_for_a_thing_and_a_question(draft, reached, lead):
    use(draft, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Carried.objects.create(assessment=draft, subject="SPA2", milestone=reached, by=lead)


def test_carried_reading_stays_in_sight_when_a_newer_one_comes(draft, action, coordinator, lead):
    first = make_reading(action, coordinator)
    use(draft, lead)
    Reading.objects.create(measure=first.measure, read_on=date(2024, 1, 31), value=275, by=coordinator)
    found = proposals_for(draft)[0]
    assert [(one.thing.on, one.is_open) for one in found] == [(date(2024, 1, 31), True), (date(2023, 3, 31), False)]


def test_only_who_may_answer_the_area_uses_and_sets_aside(
    draft, reached, lead, contributor, coordinator, partner, viewer, instrument
):
    one = proposal(draft)
    for user in (coordinator, partner, viewer):
        with pytest.raises(NotAllowed, match=r"Your role lets you read the answers, not change them\."):
            use(draft, user)
    with pytest.raises(NotAllowed, match=r"This indicator is not assigned to you\."):
        use(draft, contributor)
    with pytest.raises(NotAllowed):
        actions.set_aside(assessment=draft, thing=one.thing, indicator=one.indicator, by=coordinator)
    assessments.assign_indicator(assessment=draft, indicator=one.indicator, users=[contributor], by=lead)
    use(draft, contributor)
    assert Evidence.objects.get().added_by == contributor


def test_submitted_round_takes_nothing_more(draft, reached, lead, sign_in):
    one = proposal(draft)
    answering.submit(assessment=draft, by=lead)
    draft.refresh_from_db()
    with pytest.raises(NotAllowed, match=r"The assessment is with the experts\."):
        use(draft, lead)
    with pytest.raises(NotAllowed):
        actions.set_aside(assessment=draft, thing=one.thing, indicator=one.indicator, by=lead)
    browser = sign_in(lead)
    answer = browser.post(of_milestone("carry", draft, reached), POSTED)
    assert (answer.status_code, index_rules.not_your_turn(draft) in answer.content.decode()) == (403, True)
    assert not Carried.objects.exists()
    page = browser.get(address("delivered", draft))
    assert page.context["why_not"] == index_rules.not_your_turn(draft)


def test_what_is_set_aside_can_be_brought_back(draft, reached, lead):
    one = proposal(draft)
    for _again in range(2):
        actions.set_aside(assessment=draft, thing=one.thing, indicator=one.indicator, by=lead)
    assert Carried.objects.get().is_set_aside
    assert (proposal(draft).is_set_aside, proposal(draft).is_open) == (True, False)
    for _again in range(2):
        actions.bring_back(assessment=draft, thing=one.thing, indicator=one.indicator, by=lead)
    assert proposal(draft).is_open
    kinds = Event.objects.filter(kind__startswith="delivered.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["delivered.set_aside", "delivered.brought_back"]


def test_events_name_nothing_that_people_wrote(draft, reached, lead):
    use(draft, lead)
    event = Event.objects.get(kind="delivered.used")
    assert "Courtyards" not in f"{event.subject_label}{event.detail}"


# Pages ----------------------------------------------------------------------------------------------------------------


def test_page_shows_what_was_delivered_by_area_with_its_proof(draft, reached, lead, sign_in):
    page = sign_in(lead).get(address("delivered", draft))
    words = text(page, "#public_space")
    assert "Courtyards open Milestone, reached on 1 March 2023 · Open the courtyards" in words
    assert "Twelve courtyards are open to everybody. Proof" in words
    assert "Use as evidence for SPA2" in words
    assert "1 proposal waits" in text(page, ".turn")


def test_coordinator_sees_the_proposals_without_buttons_and_why(draft, reached, coordinator, sign_in):
    page = sign_in(coordinator).get(address("delivered", draft))
    assert "Courtyards open" in page.content.decode()
    assert "Use as evidence" not in page.content.decode()
    assert page.context["why_not"] == "Your role lets you read the answers, not change them."


def test_form_says_beforehand_what_the_evidence_will_say(draft, reached, lead, sign_in):
    page = sign_in(lead).get(of_milestone("carry", draft, reached))
    assert page.context["form"].initial == {
        "question": "SPA2",
        "title": "Open the courtyards: Courtyards open",
        "url": "https://example.org/courtyards",
        "quote": "Twelve courtyards are open to everybody.",
    }


def test_posted_form_makes_the_evidence_and_leads_back(draft, reached, lead, sign_in):
    browser = sign_in(lead)
    posted = browser.post(of_milestone("carry", draft, reached), POSTED)
    assert posted.url == f"{address('delivered', draft)}#public_space"
    page = browser.get(address("delivered", draft))
    assert "Evidence for SPA2" in text(page, "#public_space")
    assert "All is dealt with." in text(page, ".turn")
    answers = browser.get(f"{draft.get_absolute_url()}public_space/")
    assert "Courtyards (opens in a new window) Open." in text(answers, "#SPA2-evidence")


def test_proof_without_a_link_asks_for_one(draft, reached, lead, sign_in):
    Milestone.objects.filter(pk=reached.pk).update(proof_url="")
    browser, here = sign_in(lead), of_milestone("carry", draft, reached)
    assert "No link was recorded with the proof." in browser.get(here).content.decode()
    posted = browser.post(here, POSTED | {"url": ""})
    assert posted.status_code == 422
    assert list(posted.context["form"].errors) == ["url"]
    assert 'value="Courtyards"' in posted.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": "COM1"}, "question"),
        ({"question": ""}, "question"),
        ({"url": "no link"}, "url"),
        ({"title": ""}, "title"),
    ],
)
def test_faulty_form_comes_back(draft, reached, lead, sign_in, change, field):
    posted = sign_in(lead).post(of_milestone("carry", draft, reached), POSTED | change)
    assert (posted.status_code, list(posted.context["form"].errors)) == (422, [field])
    assert not Carried.objects.exists()


def test_long_proof_is_cut_to_what_evidence_holds(draft, reached, lead, sign_in):
    Milestone.objects.filter(pk=reached.pk).update(proof="x" * 3000)
    initial = sign_in(lead).get(of_milestone("carry", draft, reached)).context["form"].initial
    assert (len(initial["quote"]), initial["quote"][-1]) == (2000, "…")


def test_second_press_says_that_it_is_evidence_already(draft, reached, lead, sign_in):
    browser, here = sign_in(lead), of_milestone("carry", draft, reached)
    answers = [browser.post(here, POSTED) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert answers[1].context["form"].errors == {"question": ["“Courtyards open” is evidence for SPA2 already."]}
    assert Evidence.objects.count() == 1


def test_buttons_set_aside_and_bring_back(draft, reached, lead, sign_in):
    browser = sign_in(lead)
    for name, is_there in (("set_aside", True), ("bring_back", False)):
        assert browser.post(of_milestone(name, draft, reached)).status_code == 302
        assert Carried.objects.filter(is_set_aside=True).exists() == is_there


def test_what_is_not_proposed_is_not_found(draft, reached, lead, city, coordinator, sign_in):
    browser = sign_in(lead)
    planned = make_milestone(city, coordinator)
    assert browser.post(of_milestone("carry", draft, planned, "commitment"), POSTED).status_code == 404
    assert browser.post(of_milestone("carry", draft, reached, "language"), POSTED).status_code == 404
    assert browser.post(address("carry", draft, "public_space", "milestone-x"), POSTED).status_code == 404


def test_round_of_another_city_is_not_found(draft, reached, outsider, edition, lead, sign_in):
    other = start(outsider.cities[0], edition, outsider, 2024)
    assert sign_in(lead).get(reverse("delivered", args=["testville", other.pk])).status_code == 404
    assert sign_in(outsider).get(reverse("delivered", args=["elsewhere", draft.pk])).status_code == 404


def test_page_without_anything_says_where_things_come_from(draft, lead, sign_in):
    assert "Nothing to propose" in sign_in(lead).get(address("delivered", draft)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_proposals_costs_the_same_for_any_number(
    rows, draft, action, city, coordinator, lead, sign_in, django_assert_num_queries
):
    for number in range(rows):
        more = make_action(action.objective, f"Action {number}")
        make_reached(city, coordinator, f"Reached {number}", action=more, process=Process.ACTION)
        make_reading(more, coordinator, f"Measure {number}")
    browser = sign_in(lead)
    instrument_for(draft.edition, "en")
    with django_assert_num_queries(16):
        page = browser.get(address("delivered", draft))
    assert len(page.context["sections"][0].proposals) == 2 * rows


# Offered on the pages of the index ------------------------------------------------------------------------------------


def offered(page) -> list[str]:
    return [words for words in texts(page, "a") if words.startswith("Use “")]


def test_start_page_of_the_round_tells_what_was_delivered(draft, reached, action, coordinator, lead, sign_in):
    make_reading(action, coordinator)
    words = sign_in(lead).get(draft.get_absolute_url()).content.decode()
    assert "Since the last round the city delivered 2 things that could be evidence." in words
    assert address("delivered", draft) in words


def test_start_page_says_nothing_once_all_is_dealt_with(draft, reached, lead, sign_in):
    use(draft, lead)
    assert "Since the last round" not in sign_in(lead).get(draft.get_absolute_url()).content.decode()


def test_page_of_evidence_leads_to_what_bears_on_the_question(draft, reached, action, coordinator, lead, sign_in):
    make_reading(action, coordinator, "Learners", subject="language")
    browser = sign_in(lead)
    page = browser.get(f"{draft.get_absolute_url()}public_space/SPA2/evidence/")
    assert offered(page) == ["Use “Courtyards open”"]
    assert f"{of_milestone('carry', draft, reached)}?question=SPA2" in page.content.decode()
    elsewhere = browser.get(f"{draft.get_absolute_url()}language/LAN1/evidence/")
    assert offered(elsewhere) == ["Use “Learners”", "Use “Courtyards open”"]
    fragment = browser.get(f"{draft.get_absolute_url()}public_space/SPA2/evidence/", headers={"HX-Request": "true"})
    assert offered(fragment) == ["Use “Courtyards open”"]


def test_offers_are_for_people_of_the_city_only(draft, reached, admin, lead, sign_in):
    seen = {
        user: "Since the last round" in sign_in(user).get(draft.get_absolute_url()).content.decode()
        for user in (admin, lead)
    }
    assert seen == {admin: False, lead: True}


def test_page_of_an_indicator_asks_for_no_proposals(draft, reached, lead, sign_in, django_assert_max_num_queries):
    browser = sign_in(lead)
    instrument_for(draft.edition, "en")
    with django_assert_max_num_queries(12):
        browser.get(f"{draft.get_absolute_url()}public_space/")


# Two people at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_at_one_proposal_make_one_piece_of_evidence(draft, reached, city, lead, sign_in):
    browsers = [sign_in(lead), sign_in(make_user("second-lead", Role.LEAD, city))]
    here = of_milestone("carry", draft, reached)
    answers = together(*(lambda browser=browser: browser.post(here, POSTED) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert (Evidence.objects.count(), Carried.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_presses_of_set_aside_leave_one_row(draft, reached, lead, sign_in):
    here = of_milestone("set_aside", draft, reached)
    browsers = [sign_in(lead), sign_in(lead)]
    answers = together(*(lambda browser=browser: browser.post(here) for browser in browsers))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Carried.objects.count() == 1
