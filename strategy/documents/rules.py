"""Who may ask for a document: whoever may read what it tells."""

from django.utils.translation import gettext as _

from cities.models import Programme, User
from epi.errors import NotAllowed
from strategy.body.models import BodyMeeting
from strategy.documents.models import DocumentKind
from strategy.pact.models import PactVersion
from strategy.plan.models import CityStrategy

Subject = CityStrategy | PactVersion | BodyMeeting | Programme


def kind_of(subject: Subject) -> DocumentKind:
    kinds = {
        CityStrategy: DocumentKind.STRATEGY,
        PactVersion: DocumentKind.PACT,
        BodyMeeting: DocumentKind.MINUTES,
        Programme: DocumentKind.STATUS,
    }
    return kinds[type(subject)]


def check_can_request(subject: Subject) -> None:
    """Raise NotAllowed for minutes that may still change. That the person sees the subject, the caller has asked."""
    if isinstance(subject, BodyMeeting) and not subject.is_final:
        raise NotAllowed(_("The minutes can be printed once they are final."))


def may_follow(user: User, programme: Programme) -> bool:
    return Programme.objects.visible_to(user).filter(pk=programme.pk).exists()
