"""Proposals of evidence: what other apps know that a city could give as evidence for its answers.

settings.EPI_EVIDENCE_PROPOSALS names callables that take a person, an assessment and the code of a question, or none
for the whole; each gives an `Offer`, or None when it has nothing or the person has no part in it. Other apps import
this module for the protocol. They are asked on the assessment's start page and on the page where evidence is added, not
on the page of an indicator, which people open most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from cities.models import User
from icc_index.models import Assessment


@dataclass(frozen=True)
class Proposal:
    """Something that could be evidence for one question, and where it is made evidence."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Offer:
    """What one app proposes: in a sentence, with the page of all that it proposes; of one question, each of them."""

    says: str
    url: str
    action: str
    proposals: Sequence[Proposal] = ()


def offers_for(user: User, assessment: Assessment, question: str = "") -> list[Offer]:
    """What all of settings.EPI_EVIDENCE_PROPOSALS offer; a fixed few queries each."""
    found = [import_string(path)(user, assessment, question) for path in settings.EPI_EVIDENCE_PROPOSALS]
    return [offer for offer in found if offer]
