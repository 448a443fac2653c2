"""The access table, part by part. A new area of the site adds its module here."""

from tests.access import (
    body,
    documents,
    events,
    findings,
    index,
    launch,
    milestones,
    pilots,
    plan,
    research,
    sessions,
    stakeholders,
    strategy,
    trends,
    whatnext,
)
from tests.access import events, findings, index, pact, research, sessions, stakeholders, strategy, trends

PARTS = [
    index.PART,
    research.PART,
    trends.PART,
    strategy.PART,
    stakeholders.PART,
    sessions.PART,
    findings.PART,
    events.PART,
    plan.PART,
    pilots.PART,  # after the strategy that its actions belong to
    documents.PART,
    whatnext.PART,
    milestones.PART,
    plan.PART,
    body.PART,
    launch.PART,
    pact.PART,
]
