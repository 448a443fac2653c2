"""What the demo's cities carried into the round that is open: something used as evidence, something set aside.

Cities whose draft is of 2021 had a round in 2018, so that what they reached since is proposed there. There is no round
after the strategies' own: "did it move?" compares 2018 with 2021, and says that this came before the strategy.
"""

from cities.enums import Role
from cities.models import Membership, User
from icc_index.enums import Status
from icc_index.models import Assessment
from strategy.demo.organisations import ORGANISATIONS
from strategy.whatnext.actions import carrying
from strategy.whatnext.forms import as_evidence
from strategy.whatnext.models import Carried
from strategy.whatnext.proposals import Proposal, proposals_for

ABOUT_THE_BODY = "COM9"  # whether somebody brings departments together


def build() -> None:
    """Go through the open rounds of the demo's cities; without anything delivered there is nothing to carry."""
    drafts = Assessment.objects.filter(city__slug__in=ORGANISATIONS, status=Status.DRAFT, is_sample=True)
    for assessment in drafts.for_list().order_by("city__slug"):
        if not Carried.objects.filter(assessment=assessment).exists():
            proposals, _without = proposals_for(assessment)
            _carry(assessment, proposals, _lead_of(assessment))


def _lead_of(assessment: Assessment) -> User:
    return Membership.objects.select_related("user").filter(city=assessment.city_id, role=Role.LEAD)[0].user


def _carry(assessment: Assessment, proposals: list[Proposal], by: User) -> None:
    """The first with a link becomes evidence and the last is set aside, where some are left that wait."""
    with_link = [one for one in proposals if one.thing.url]
    if with_link:
        used = with_link[0]
        in_order = {one.code: one for one in [*used.named, *used.indicator.questions]}
        question = in_order.get(ABOUT_THE_BODY) or next(iter(in_order.values()))
        facts = {**as_evidence(used.thing), "page": None}
        carrying.use(
            assessment=assessment, thing=used.thing, indicator=used.indicator, question=question, by=by, **facts
        )
    waiting = [one for one in proposals if one not in with_link[:1]]
    if len(waiting) > 1:
        last = waiting[-1]
        carrying.set_aside(assessment=assessment, thing=last.thing, indicator=last.indicator, by=by)
