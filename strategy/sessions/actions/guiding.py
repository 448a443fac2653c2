"""The guide of a session: what it looks into, in which order, and what to ask."""

from collections.abc import Mapping
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from cities.models import User
from epi.errors import CannotBeDone, Conflict
from icc_index.instrument import instrument_for
from strategy.access import still_there
from strategy.sessions import rules, subjects
from strategy.sessions.actions._common import lock, record
from strategy.sessions.enums import TopicReason
from strategy.sessions.models import EngagementSession, Topic


@transaction.atomic
def add_topics(*, session: EngagementSession, wanted: Mapping[str, TopicReason], by: User) -> list[Topic]:
    """Put subjects (code to reason) at the end of the guide, each with a prompt in the session's language.

    Those that are in it already stay as they are. Raises CannotBeDone for a subject that the questionnaire lacks.
    """
    session = lock(session)
    rules.check_can_write(by, session)
    instrument = instrument_for(session.assessment.edition, session.language)
    if any(not subjects.is_known(instrument, code) for code in wanted):
        raise CannotBeDone(_("Choose among the indicators and questions of the questionnaire."))
    there = set(session.topics.values_list("subject", flat=True))
    last = session.topics.aggregate(last=Max("position"))["last"] or 0
    new = [code for code in wanted if code not in there]
    with translation.override(session.language):
        topics = Topic.objects.bulk_create(
            Topic(
                session=session,
                subject=code,
                reason=wanted[code],
                prompt=subjects.prompt_for(instrument, code),
                position=place,
            )
            for place, code in enumerate(new, start=last + 1)
        )
    if topics:
        record("guide.topics_added", session, by=by, topics=new)
    return topics


@transaction.atomic
def change_topic(*, topic: Topic, prompt: str, base_version: int, by: User) -> None:
    """Change what to ask. Raises Conflict when somebody saved in between, CannotBeDone when somebody took it off."""
    session = lock(topic.session)
    rules.check_can_write(by, session)
    topic = still_there(session.topics.all(), topic.pk)
    if topic.version != base_version:
        raise Conflict(topic)
    topic.prompt, topic.version = prompt.strip(), topic.version + 1
    topic.save(update_fields=["prompt", "version"])
    record("guide.topic_changed", session, by=by, topic=topic.subject)


@transaction.atomic
def move_topic(*, topic: Topic, direction: Literal["up", "down"], by: User) -> None:
    """Exchange a topic with its neighbour; the first stays first, the last stays last."""
    session = lock(topic.session)
    rules.check_can_write(by, session)
    still_there(session.topics.all(), topic.pk)
    topics = list(session.topics.all())
    place = topics.index(topic)
    other = place + (-1 if direction == "up" else 1)
    if not 0 <= other < len(topics):
        return
    topics[place], topics[other] = topics[other], topics[place]
    for position, one in enumerate(topics, start=1):
        one.position = position
    Topic.objects.bulk_update(topics, ["position"])


@transaction.atomic
def remove_topic(*, topic: Topic, by: User) -> None:
    """Take a subject off the guide. Notes about it stay."""
    session = lock(topic.session)
    rules.check_can_write(by, session)
    topic.delete()
    record("guide.topic_removed", session, by=by, topic=topic.subject)
