"""The access table, part by part. A new area of the site adds its module here."""

from tests.access import events, findings, index, monitoring, research, sessions, stakeholders, strategy, trends

PARTS = [
    index.PART,
    research.PART,
    trends.PART,
    strategy.PART,
    stakeholders.PART,
    sessions.PART,
    findings.PART,
    events.PART,
    monitoring.PART,
]
