"""What was delivered, offered as evidence on the pages of the index (settings.EPI_EVIDENCE_PROPOSALS)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import Permission
from cities.models import User
from icc_index.enums import Status
from icc_index.models import Assessment
from icc_index.proposals import Offer
from icc_index.proposals import Proposal as Offered
from strategy.whatnext.delivered import has_delivered
from strategy.whatnext.proposals import Proposal, proposals_for


def delivered(user: User, assessment: Assessment, question: str) -> Offer | None:
    """What waits to be used or set aside, beside one question or in all; only for people who read the city's strategy,
    and only while answers are open. One query while there is nothing, else twelve or fewer."""
    is_open = assessment.status in (Status.DRAFT, Status.CLARIFICATION)
    if not (is_open and user.may(Permission.READ_STRATEGY, assessment.city_id)):
        return None
    if not has_delivered(assessment.city_id):
        return None
    found, _without = proposals_for(assessment)
    waiting = [one for one in found if _waits(one, question)]
    if not waiting:
        return None
    number = len({one.thing.key for one in waiting})
    says = ngettext(
        "Since the last round the city delivered %(number)d thing that could be evidence.",
        "Since the last round the city delivered %(number)d things that could be evidence.",
        number,
    )
    beside = sorted(waiting, key=lambda one: question not in {named.code for named in one.named}) if question else []
    return Offer(
        says=says % {"number": number},
        url=reverse("delivered", args=[assessment.city.slug, assessment.pk]),
        action=_("See all that was delivered"),
        proposals=[_offered(one, assessment, question) for one in beside],
    )


def _waits(proposal: Proposal, question: str) -> bool:
    """Of the whole: what nobody has dealt with yet. Beside a question: what is not its evidence, nor set aside."""
    if not question:
        return proposal.is_open
    of_area = {one.code for one in proposal.indicator.questions}
    return question in of_area and not proposal.is_set_aside and not proposal.is_evidence_for(question)


def _offered(proposal: Proposal, assessment: Assessment, question: str) -> Offered:
    keys = [assessment.city.slug, assessment.pk, proposal.indicator.code, proposal.thing.key]
    url = f"{reverse('carry', args=keys)}?question={question}"
    return Offered(title=proposal.thing.title, text=proposal.thing.words, url=url)
