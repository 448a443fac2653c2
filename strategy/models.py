"""Every model of the app, gathered from its packages, where they are defined."""

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
from strategy.stakeholders.models import Contact, Stakeholder

__all__ = [
    "Amendment",
    "Ballot",
    "ChosenArea",
    "Contact",
    "EngagementSession",
    "Finding",
    "MinutesVersion",
    "Note",
    "Participant",
    "ParticipantLink",
    "Presence",
    "Rating",
    "RatingRound",
    "Stakeholder",
    "Tally",
    "Topic",
]
