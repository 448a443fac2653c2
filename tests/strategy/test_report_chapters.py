"""The report's chapters on stakeholders: who was heard, what was found, and what stays hidden."""

from datetime import UTC, datetime

import pytest

from icc_index.actions import reviewing
from icc_index.enums import Status
from icc_index.models import Result
from icc_index.reports import data as report_data
from icc_index.reports import render
from strategy.findings.enums import FindingKind
from strategy.reports import chapters
from strategy.reports import data as told
from strategy.sessions.enums import Decision, MinutesPhase, SessionState
from strategy.sessions.models import Amendment, MinutesVersion, Participant, Presence
from tests.factories import bring_to, confirm_all, judge, make_contact, make_session, make_stakeholder, save
from tests.icc_index.test_reports import html_of, text_of
from tests.strategy.rated import find, make_final, open_round, rated

C, N, X, P = FindingKind.CONFIRMS, FindingKind.NUANCES, FindingKind.CONTRADICTS, FindingKind.PRIORITY


@pytest.fixture
def result(assessment, lead, expert) -> Result:
    """A result in which the experts adjusted COM1 and confirmed the rest."""
    save(assessment, lead, COM1="yes", COM2="yes")
    bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)
    judge(assessment, expert, "COM1", value="no", reason="It was never renewed.")
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    return Result.objects.get()


def input_of(result) -> report_data.ReportInput:
    return report_data.collect(result, "en")


def came(session, *, sector: str, registered: int = 0, others: int = 0, by) -> None:
    for number in range(registered):
        name = f"{sector} {number} of {session.pk}"
        contact = make_contact(make_stakeholder(session.city, by, f"Of {name}", sector=sector), name)
        Participant.objects.create(session=session, contact=contact, attended=True)
    if others:
        Presence.objects.create(session=session, sector=sector, count=others)


# Participation -------------------------------------------------------------------------------------------------------
def test_nothing_to_tell_leaves_both_chapters_out(result, coordinator, session):
    find(session, coordinator)
    rated(session, coordinator, {"media": [(1, 1)] * 5}, close=False)
    assert chapters.participation(input_of(result)) is None
    assert chapters.findings(input_of(result)) is None
    assert "Method and participation" not in html_of(result)


def test_groups_are_told_from_five_on_and_nobody_by_name(result, coordinator, session):
    came(session, sector="media", registered=4, others=1, by=coordinator)
    came(session, sector="faith", registered=2, others=2, by=coordinator)
    came(session, sector="culture", others=7, by=coordinator)
    make_final(session)
    html = chapters.participation(input_of(result)).html
    assert "Media: 5" in html
    assert "Faith communities: fewer than five" in html
    assert "Culture and sport: 7" in html
    assert not [name for name in Participant.objects.values_list("contact__name", flat=True) if name in html]
    assert session.title not in html


def test_those_who_did_not_come_are_not_counted(result, coordinator, session):
    came(session, sector="media", registered=5, by=coordinator)
    Participant.objects.filter(session=session).first().delete()
    gone = make_contact(make_stakeholder(session.city, coordinator, "Gone", sector="media"), "Gone Away")
    Participant.objects.create(session=session, contact=gone, attended=False)
    make_final(session)
    (one,) = told.participation(session.assessment).sessions
    assert [(group.sector, group.people) for group in one.groups] == [("media", None)]


def test_sums_add_what_is_told_of_single_sessions_only(result, coordinator, session, assessment):
    other = make_session(assessment, coordinator, "Another")
    for one, media, faith in ((session, 6, 3), (other, 4, 3)):
        came(one, sector="media", others=media, by=coordinator)
        came(one, sector="faith", others=faith, by=coordinator)
        make_final(one)
    groups = told.participation(assessment).groups
    assert [(group.sector, group.people) for group in groups] == [("faith", None), ("media", 6)]


def test_two_reports_differ_by_no_small_group(result, coordinator, session, assessment):
    """Two moments: a session with four more people changes no number."""
    came(session, sector="media", others=6, by=coordinator)
    make_final(session)
    before = {group.sector: group.people for group in told.participation(assessment).groups}
    other = make_session(assessment, coordinator, "Another")
    came(other, sector="media", others=4, by=coordinator)
    make_final(other)
    assert {group.sector: group.people for group in told.participation(assessment).groups} == before


def test_minutes_are_told_with_how_they_were_agreed(result, coordinator, session):
    came(session, sector="media", registered=2, by=coordinator)
    make_final(session)
    for number, (phase, day) in enumerate([(MinutesPhase.CIRCULATED, 20), (MinutesPhase.FINAL, 27)], start=1):
        MinutesVersion.objects.create(session=session, number=number, phase=phase, text="x", by=coordinator)
        MinutesVersion.objects.filter(number=number).update(at=datetime(2021, 4, day, 12, tzinfo=UTC))
    for participant, decision in zip(session.participants.all(), (Decision.TAKEN, Decision.OPEN), strict=True):
        decided = {"decided_by": coordinator, "decided_at": session.starts_at} if decision == Decision.TAKEN else {}
        Amendment.objects.create(session=session, participant=participant, text="No.", decision=decision, **decided)
    html = " ".join(chapters.participation(input_of(result)).html.split())
    assert (
        "Sent to those present on 20 April 2021. 2 changes were proposed, 1 taken up. Final on 27 April 2021." in html
    )


def test_sessions_without_final_minutes_are_counted_and_not_told(result, coordinator, session, assessment):
    make_final(session)
    held = make_session(assessment, coordinator, "Held", kind="interview", state=SessionState.HELD)
    came(held, sector="media", others=9, by=coordinator)
    html = chapters.participation(input_of(result)).html
    assert "1 more session was held." in html
    assert "Interview" not in html
    assert "Media" not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_chapters_cost_the_same(rows, result, assessment, coordinator, django_assert_num_queries):
    for number in range(rows):
        session = make_session(assessment, coordinator, f"Session {number}")
        came(session, sector="media", registered=rows, others=5, by=coordinator)
        find(session, coordinator)
        rated(session, coordinator, {"media": [(1, 1)] * 5})
        make_final(session)
    report_input = input_of(result)
    for chapter, number in ((chapters.participation, 7), (chapters.findings, 2)):
        with django_assert_num_queries(number):
            assert chapter(report_input)


# Findings ------------------------------------------------------------------------------------------------------------
def section(html: str, code: str) -> str:
    start = html.index(f'id="heard-{code}"')
    following = html.find('id="heard-', start + 10)
    return " ".join(html[start : following if following > 0 else len(html)].split())


def test_findings_stand_beside_answer_and_verdict(result, coordinator, session):
    find(session, coordinator, "COM1", C, text="Seen in the press.")
    find(session, coordinator, "COM1", X, sector="media", text="Nobody <b>printed</b> it.")
    find(session, coordinator, "COM2", N, text="In the centre.")
    find(session, coordinator, "commitment", P, text="Begin here.")
    make_final(session)
    chapter = chapters.findings(input_of(result))
    told_ = section(chapter.html, "commitment")
    assert "By the city's own answers: 20. Validated: 10." in told_
    assert "confirm an answer: 1; that nuance one: 1; that contradict one: 1." in told_
    first = told_[told_.index("COM1") : told_.index("COM2")]
    assert "<dt>The city's answer</dt><dd>Yes</dd><dt>The experts</dt><dd>Adjusted to: No" in first
    assert "It was never renewed." in first
    assert first.index("Contradicts the answer") < first.index("Confirms the answer")
    assert "· Media" in first
    assert "Nobody &lt;b&gt;printed&lt;/b&gt; it." in first
    assert "<dt>The experts</dt><dd>Confirmed</dd>" in told_[told_.index("COM2") :]
    assert "The area as a whole" in told_
    assert [one.anchor for one in chapter.sections] == ["heard-commitment"]


def test_findings_without_final_minutes_stay_at_home(result, coordinator, session, assessment):
    find(session, coordinator, text="Told.")
    make_final(session)
    find(make_session(assessment, coordinator, "Open"), coordinator, text="Not told.")
    html = html_of(result)
    assert "Told." in html
    assert "Not told." not in html


def test_ratings_are_told_by_shown_group_with_a_chart(result, coordinator, session):
    rated(session, coordinator, {"media": [(2, 4)] * 5, "faith": [(4, 1)] * 4})
    told_ = section(chapters.findings(input_of(result)).html, "commitment")
    assert '<th scope="row">Media</th> <td class="num">33</td><td class="num">5</td>' in told_
    assert '<th scope="row">Faith communities</th> <td class="num soft" colspan="2">fewer than five</td>' in told_
    assert told_.count("<svg") == 1
    chart = told_[told_.index("<svg") : told_.index("</svg>")]
    assert "Faith" not in chart
    assert "The city&#x27;s own score" in chart


def test_area_whose_groups_are_all_small_is_not_told(result, coordinator, session):
    rated(session, coordinator, {"media": [(2, 4)] * 4, "faith": [(4, 1)] * 4})
    assert chapters.findings(input_of(result)) is None


def test_what_four_people_say_changes_neither_text_nor_fingerprint(result, coordinator, assessment):
    shown = []
    for step in (1, 4):
        session = make_session(assessment, coordinator)
        round = rated(session, coordinator, {"media": [(2, 4)] * 5, "faith": [(step, step)] * 4})
        chapter = chapters.findings(input_of(result))
        shown.append((chapter.html, chapter.data))
        round.delete()
    assert shown[0] == shown[1]


def test_fingerprint_changes_with_what_is_told(result, coordinator, session):
    make_final(session)

    def hashed() -> str:
        return render._html(result, "en", lambda per_cent: None)[1]

    before = hashed()
    session.findings.create(subject="COM1", kind=X, text="New.", by=coordinator)
    with_finding = hashed()
    came(session, sector="media", others=5, by=coordinator)
    assert len({before, with_finding, hashed()}) == 3


def test_chapters_are_in_the_pdf(result, coordinator, session):
    came(session, sector="media", others=5, by=coordinator)
    find(session, coordinator, text="Nobody printed it.")
    rated(session, coordinator, {"media": [(2, 4)] * 5})
    open_round(session, coordinator)
    make_final(session)
    whole = " ".join(text_of(render.render(result, "en").content))
    for words in (
        "Method and participation",
        "These are voices, not a survey.",
        "Nobody printed it.",
        "Findings by indicator",
    ):
        assert words in whole
