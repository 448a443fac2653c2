"""Making what tests of pacts need: one that is written, consulted about, adopted, signed, in force."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cities.models import User
from epi.models import Job
from strategy.models import Article, ConsultationLink, Pact, PactComment, PactVersion, Signatory
from strategy.pact import queries
from strategy.pact.actions import consulting, deciding, signatories, signing, writing
from strategy.pact.enums import SignatoryKind

ADOPTED_ON = date(2022, 1, 27)


def today(pact: Pact) -> date:
    return timezone.localdate(timezone=pact.city.zone)


def address(name: str, pact: Pact, **more: Any) -> str:
    return reverse(name, kwargs={"slug": pact.city.slug, "pk": pact.pk, **more})


def add_article(pact: Pact, by: User, title: str = "Purpose", text: str = "It lasts.", area: str = "") -> Article:
    return writing.add_article(pact=pact, title=title, text=text, area=area, by=by)


def add_signatory(pact: Pact, by: User, name: str = "City", signer: str = "Anna Muster", **facts: Any) -> Signatory:
    given = {
        "kind": SignatoryKind.BODY,
        "represented_by": signer,
        "function": "Mayor",
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        **facts,
    }
    return signatories.add_signatory(pact=pact, name=name, by=by, **given)


def open_consultation(pact: Pact, by: User, days: int = 14) -> PactVersion:
    version = consulting.open_consultation(pact=pact, until=today(pact) + timedelta(days=days), by=by)
    pact.refresh_from_db()
    return version


def make_link(pact: Pact, by: User, label: str = "Residents") -> tuple[ConsultationLink, str]:
    token = consulting.add_link(pact=pact, label=label, by=by)
    return ConsultationLink.objects.with_token(token).select_related("pact__city").get(), token


def comment(link: ConsultationLink, text: str = "Which yards?", article: int = 1, **facts: Any) -> PactComment:
    version = queries.consulted_version(link.pact)
    given = {"version": version, "key": uuid.uuid4(), "sector": "residents", **facts}
    return consulting.comment(link=link, article=article, text=text, **given)


def adopt(pact: Pact, by: User) -> PactVersion:
    """Through a consultation, when it is a draft."""
    if pact.state == "draft":
        open_consultation(pact, by)
    version = deciding.adopt(pact=pact, adopted_by="Council", adopted_on=ADOPTED_ON, by=by)
    pact.refresh_from_db()
    return version


def token_sent_to(email: str) -> str:
    """From the last mail to that address."""
    mails = [job.payload for job in Job.objects.filter(kind="epi.mail.deliver").order_by("created_at")]
    texts = [mail["text"] for mail in mails if mail["to"] == email]
    return re.findall(r"/pact/signature/([^/\s]+)/", texts[-1])[-1]


def mailed() -> list[tuple[str, str]]:
    """To whom what was sent, in order."""
    jobs = Job.objects.filter(kind="epi.mail.deliver").order_by("created_at")
    return [(job.payload["to"], job.payload["subject"]) for job in jobs]


def sign_next(pact: Pact) -> None:
    """As the next signatory does with the link in the mail."""
    pact.refresh_from_db()
    signatory, version = queries.next_to_sign(pact), queries.adopted_version(pact)
    link = signatory.links.working().get()
    signing.sign(signatory=signatory, seen_hash=version.hash, name=signatory.signer, by=None, link=link)
    pact.refresh_from_db()


def signed_form(pact: Pact, name: str, **more: str) -> dict[str, str]:
    """What the page of a signatory sends."""
    return {"seen": queries.adopted_version(pact).hash, "has_read": "on", "name": name, **more}


def put_into_force(pact: Pact, by: User, first: date = date(2022, 3, 1), last: date | None = None) -> None:
    deciding.put_into_force(pact=pact, in_force_from=first, valid_until=last, by=by)
    pact.refresh_from_db()
