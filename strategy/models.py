"""Every model of the app, gathered from its packages, where they are defined."""

from strategy.events.models import (
    AgendaItem,
    Attendee,
    CityTask,
    Conclusion,
    EventTask,
    Feedback,
    FeedbackAnswer,
    FeedbackLink,
    Material,
    ProgrammeEvent,
)
from strategy.findings.models import Ballot, ChosenArea, Finding, Rating, RatingRound
from strategy.sessions.models import (
    Amendment,
    EngagementSession,
    MinutesVersion,
    Note,
    Participant,
    ParticipantLink,
    Presence,
    Tally,
    Topic,
)
from strategy.stakeholders.models import Contact, Stakeholder, Withdrawal

__all__ = [
    "AgendaItem",
    "Amendment",
    "Attendee",
    "Ballot",
    "ChosenArea",
    "CityTask",
    "Conclusion",
    "Contact",
    "EngagementSession",
    "EventTask",
    "Feedback",
    "FeedbackAnswer",
    "FeedbackLink",
    "Finding",
    "Material",
    "MinutesVersion",
    "Note",
    "Participant",
    "ParticipantLink",
    "Presence",
    "ProgrammeEvent",
    "Rating",
    "RatingRound",
    "Stakeholder",
    "Tally",
    "Topic",
    "Withdrawal",
]
