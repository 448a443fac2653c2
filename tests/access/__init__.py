"""The access table, part by part. A new area of the site adds its module here."""

from tests.access import (
    documents,
    events,
    findings,
    index,
    research,
    sessions,
    stakeholders,
    strategy,
    trends,
    whatnext,
)
from tests.access import events, findings, index, plan, research, sessions, stakeholders, strategy, trends
from tests.access import events, findings, index, pilots, plan, research, sessions, stakeholders, strategy, trends

PARTS = [
    index.PART,
    research.PART,
    trends.PART,
    strategy.PART,
    stakeholders.PART,
    sessions.PART,
    findings.PART,
    events.PART,
    documents.PART,
    whatnext.PART,
    plan.PART,
    pilots.PART,  # after the strategy that its actions belong to
]
