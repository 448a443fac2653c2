"""The table's part on pacts: the city's people and its partner read drafts, coordinator and partner write, lead and
coordinator move them; a signatory signs with a role in the city or without; everybody reads what all have signed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cities.models import City, User
from epi import links
from strategy.models import ConsultationLink, Pact, PactComment, PactVersion, Signature, SignatureLink
from strategy.pact import queries, text
from strategy.pact.enums import PactState, SignatoryKind, VersionReason
from tests.access.world import Part, World
from tests.factories import FAR_AWAY, make_action, make_objective, make_pact, make_strategy

LINES = """
address                  method when nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
pacts                    GET    any  in     200  200     200  200   200    200     404    404     404     404   404
pact_start               POST   any  in     403  403     403  302   403    302     404    404     404     404   404
pact                     GET    any  in     200  200     200  200   200    200     404    404     404     404   404
pact_edit                GET    any  in     403  403     403  200   403    200     404    404     404     404   404
pact_edit                POST   any  in     403  403     403  302   403    302     404    404     404     404   404
pact_prefill             POST   any  in     403  403     403  302   403    302     404    404     404     404   404
pact_renew               POST   any  in     403  403     403  302   403    302     404    404     404     404   404
article_add              GET    any  in     403  403     403  200   403    200     404    404     404     404   404
article_add              POST   any  in     403  403     403  302   403    302     404    404     404     404   404
article_edit             GET    any  in     403  403     403  200   403    200     404    404     404     404   404
article_edit             POST   any  in     403  403     403  302   403    302     404    404     404     404   404
article_up               POST   any  in     403  403     403  302   403    302     404    404     404     404   404
article_down             POST   any  in     403  403     403  302   403    302     404    404     404     404   404
article_remove           POST   any  in     403  403     403  302   403    302     404    404     404     404   404
commitment_add           GET    any  in     403  403     403  200   403    200     404    404     404     404   404
commitment_add           POST   any  in     403  403     403  302   403    302     404    404     404     404   404
commitment_edit          GET    any  in     403  403     403  200   403    200     404    404     404     404   404
commitment_edit          POST   any  in     403  403     403  302   403    302     404    404     404     404   404
commitment_remove        POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signatory_add            GET    any  in     403  403     403  200   403    200     404    404     404     404   404
signatory_add            POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signatory_edit           GET    any  in     403  403     403  200   403    200     404    404     404     404   404
signatory_edit           POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signatory_up             POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signatory_down           POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signatory_remove         POST   any  in     403  403     403  302   403    302     404    404     404     404   404
signature_ask            POST   any  in     403  403     403  302   403    302     404    404     404     404   404
consultation_open        GET    any  in     200  403     403  200   403    403     404    404     404     404   404
consultation_open        POST   any  in     302  403     403  302   403    403     404    404     404     404   404
consultation_end         POST   any  in     302  403     403  302   403    403     404    404     404     404   404
consultation_link_add    GET    any  in     403  403     403  200   403    200     404    404     404     404   404
consultation_link_add    POST   any  in     403  403     403  200   403    200     404    404     404     404   404
consultation_link_revoke POST   any  in     403  403     403  302   403    302     404    404     404     404   404
comment_answer           GET    any  in     403  403     403  200   403    200     404    404     404     404   404
comment_answer           POST   any  in     403  403     403  302   403    302     404    404     404     404   404
comments_export          GET    any  in     200  200     200  200   200    200     404    404     404     404   404
pact_adopt               GET    any  in     200  403     403  200   403    403     404    404     404     404   404
pact_adopt               POST   any  in     302  403     403  302   403    403     404    404     404     404   404
pact_take_back           GET    any  in     200  403     403  200   403    403     404    404     404     404   404
pact_take_back           POST   any  in     302  403     403  302   403    403     404    404     404     404   404
pact_put_into_force      GET    any  in     200  403     403  200   403    403     404    404     404     404   404
pact_put_into_force      POST   any  in     302  403     403  302   403    403     404    404     404     404   404
pact_evaluate            GET    any  in     200  403     403  200   403    403     404    404     404     404   404
pact_evaluate            POST   any  in     302  403     403  302   403    403     404    404     404     404   404
pact_version             GET    any  in     200  200     200  200   200    200     404    404     404     404   404
pact_changes             GET    any  in     200  200     200  200   200    200     404    404     404     404   404
pact_sign_own            GET    any  in     404  404     404  404   404    404     404    404     404     404   200
pact_sign_own            POST   any  in     404  404     404  404   404    404     404    404     404     404   302
pact_sign                GET    any  200    200  200     200  200   200    200     200    200     200     200   200
pact_sign                POST   any  200    200  200     200  200   200    200     200    200     200     200   200
pact_consult             GET    any  200    200  200     200  200   200    200     200    200     200     200   200
pact_consult             POST   any  200    200  200     200  200   200    200     200    200     200     200   200
pact_public              GET    any  200    200  200     200  200   200    200     200    200     200     200   200
pact_public_changes      GET    any  200    200  200     200  200   200    200     200    200     200     200   200
pact_public_json         GET    any  200    200  200     200  200   200    200     200    200     200     200   200
"""
NAMES = list(dict.fromkeys(line.split()[0] for line in LINES.strip().splitlines()[1:]))
TOKEN = "the-token-of-a-link"
ADOPTED = {"adopted_by": "Council", "adopted_on": date(2022, 1, 27)}
IN_FORCE = {**ADOPTED, "in_force_from": date(2022, 3, 1)}
# Addresses about a pact in another state than draft.
STATES = {
    "pact_renew": "in_force",
    "pact_evaluate": "in_force",
    "pact_put_into_force": "signed",
    "signature_ask": "adopted",
    "pact_take_back": "adopted",
    "pact_version": "adopted",
    "pact_changes": "adopted",
    "consultation_end": "consultation",
    "consultation_link_add": "consultation",
    "consultation_link_revoke": "consultation",
    "comment_answer": "consultation",
    "comments_export": "consultation",
    "pact_adopt": "consultation",
}


def build(world: World) -> None:
    """A pact in every state, each with what belongs to it."""
    city, coord = world.assessment.city, world.cast["coord"]
    pacts = {
        PactState.DRAFT: make_pact(city, coord, number=11),
        PactState.CONSULTATION: make_pact(city, coord, number=12, state=PactState.CONSULTATION, consult_until=FAR_AWAY),
        PactState.ADOPTED: make_pact(city, coord, number=13, state=PactState.ADOPTED, **ADOPTED),
        PactState.SIGNED: make_pact(city, coord, number=14, state=PactState.SIGNED, **ADOPTED),
        PactState.IN_FORCE: make_pact(city, coord, number=15, state=PactState.IN_FORCE, **IN_FORCE),
    }
    for pact in pacts.values():
        _write(pact)
    world.things["pacts"] = pacts
    _consult(world, pacts[PactState.CONSULTATION], coord)
    _ask_for_signatures(world, pacts[PactState.ADOPTED], coord)
    _sign(pacts[PactState.IN_FORCE], coord)


def _write(pact: Pact) -> None:
    for position in (1, 2, 3):
        article = pact.articles.create(position=position, title=f"Article {position}", text="Promised.")
        pact.signatories.create(
            position=position,
            kind=SignatoryKind.BODY,
            name=f"Body {position}",
            represented_by="Anna Muster",
            email=f"body-{position}@example.org",
        )
    article.commitments.create(position=1, text="Yards.")


def _keep(pact: Pact, reason: VersionReason, by: User) -> PactVersion:
    content = queries.content_of(pact)
    number = pact.versions.count() + 1
    hashed = text.hash_of(content)
    return PactVersion.objects.create(pact=pact, number=number, reason=reason, content=content, hash=hashed, by=by)


def _consult(world: World, pact: Pact, by: User) -> None:
    version = _keep(pact, VersionReason.CONSULTATION, by)
    facts = {"pact": pact, "label": "Residents", "created_by": by, "expires_at": timezone.now() + timedelta(days=9)}
    world.things["consultation_link"] = ConsultationLink.objects.create(token_hash=links.hash_of(TOKEN), **facts)
    world.things["pact_comment"] = version.comments.create(link=world.things["consultation_link"], text="Which yards?")


def _ask_for_signatures(world: World, pact: Pact, by: User) -> None:
    """Somebody of another city signs by account; whoever has the link may sign for the same body."""
    world.things["pact_version"] = _keep(pact, VersionReason.ADOPTION, by)
    first = pact.signatories.all()[0]
    first.account = world.cast["outsider"]
    first.save()
    expires_at = timezone.now() + timedelta(days=9)
    SignatureLink.objects.create(signatory=first, token_hash=links.hash_of(TOKEN), expires_at=expires_at)


def _sign(pact: Pact, by: User) -> None:
    _keep(pact, VersionReason.CONSULTATION, by)
    version = _keep(pact, VersionReason.ADOPTION, by)
    for one in pact.signatories.all():
        Signature.objects.create(signatory=one, version_signed=version, hash=version.hash, signed_as=one.in_full)


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    pacts, city = world.things["pacts"], {"slug": "testville"}
    given = {name: city | {"pk": pacts[PactState(STATES.get(name, "draft"))].pk} for name in NAMES}
    middle = pacts[PactState.DRAFT].articles.all()[1]
    signatory = pacts[PactState.DRAFT].signatories.all()[1]
    commitment = pacts[PactState.DRAFT].articles.all()[2].commitments.get()
    for name in NAMES:
        if (name.startswith("article_") or name == "commitment_add") and name != "article_add":
            given[name]["article_pk"] = middle.pk
        elif name.startswith("commitment_"):
            given[name]["commitment_pk"] = commitment.pk
        elif name.startswith("signatory_") and name != "signatory_add":
            given[name]["signatory_pk"] = signatory.pk
    given["consultation_link_revoke"]["link_pk"] = world.things["consultation_link"].pk
    given["comment_answer"]["comment_pk"] = world.things["pact_comment"].pk
    given["pact_version"]["number"] = 1
    given |= dict.fromkeys(("pacts", "pact_start", "pact_public", "pact_public_changes", "pact_public_json"), city)
    given |= {name: {"token": TOKEN} for name in ("pact_sign", "pact_consult")}
    given["pact_sign_own"] = {"pk": pacts[PactState.ADOPTED].pk}
    return given


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    article = {"title": "Monitoring", "text": "Once a year.", "area": "", "version": 0}
    commitment = {"text": "Three yards.", "version": 0}
    signatory = {"kind": "person", "name": "Jan Muster", "email": "jan@example.org", "version": 0}
    signature = {"seen": world.things["pact_version"].hash, "has_read": "on", "name": "Anna Muster"}
    key = "12345678-1234-5678-1234-567812345678"
    return {
        "pact_edit": {"title": "Pact", "language": "en", "version": 0},
        "article_add": article,
        "article_edit": article,
        "commitment_add": commitment,
        "commitment_edit": commitment,
        "signatory_add": signatory,
        "signatory_edit": signatory,
        "consultation_open": {"until": "2099-01-01"},
        "consultation_link_add": {"label": "Clubs"},
        "comment_answer": {"decision": "declined", "answer": "Later.", "version": 0},
        "pact_adopt": {"adopted_by": "Council", "adopted_on": "2022-01-27"},
        "pact_take_back": {"reason": "A yard was forgotten."},
        "pact_put_into_force": {"in_force_from": "2022-03-01"},
        "pact_evaluate": {"evaluation": "Kept."},
        "pact_sign_own": signature,
        "pact_sign": signature,
        "pact_consult": {"key": key, "version": 1, "article": 1, "text": "Which yards?", "sector": ""},
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    city, coord = world.assessment.city, world.cast["coord"]

    def end_others() -> None:
        """No pact is under way, and the one in force is the latest."""
        city.pacts.filter(state__in=queries.UNDER_WAY).update(state=PactState.EVALUATED, **IN_FORCE)

    return {
        "pact_start": end_others,
        "pact_renew": end_others,
        "pact_prefill": lambda: _agree(city, coord),
        "pact_adopt": lambda: PactComment.objects.all().delete(),
    }


def _agree(city: City, by: User) -> None:
    """An agreed action, in the strategy that is there or in a new one."""
    strategy = city.strategies.filter(closed_at=None).first() or make_strategy(city, by)
    make_action(make_objective(strategy), state="agreed")


PUBLIC = frozenset({"pact_sign", "pact_consult", "pact_public", "pact_public_changes", "pact_public_json"})

PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    build=build,
    public=PUBLIC,
    open_to=frozenset({("outsider", "pact_sign_own")}),
)
