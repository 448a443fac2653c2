"""The table's first part: the site, accounts, cities and the index."""

from collections.abc import Callable, Mapping
from typing import Any

from icc_index.enums import Status
from tests.access.world import AREA, QUESTION, ROLES, Part, World
from tests.addresses import NOWHERE
from tests.factories import FAR_AWAY, answer_to, ask, confirm_all, reply_to_all

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
method               GET    any   200    200  200     200  200   200    200     200    200     200     200   200
accessibility        GET    any   200    200  200     200  200   200    200     200    200     200     200   200
privacy              GET    any   200    200  200     200  200   200    200     200    200     200     200   200
components           GET    any   200    200  200     200  200   200    200     200    200     200     200   200
set_language         POST   any   302    302  302     302  302   302    302     302    302     302     302   302
healthz              GET    any   200    200  200     200  200   200    200     200    200     200     200   200
readyz               GET    any   200    200  200     200  200   200    200     200    200     200     200   200
account              GET    any   in     200  200     200  200   200    200     200    200     200     200   200
account              POST   any   in     302  302     302  302   302    302     302    302     302     302   302
city_people          GET    any   in     200  200     200  200   200    200     404    404     404     200   404
city_people          POST   any   in     302  403     403  403   403    403     404    404     404     302   404
membership_remove    POST   any   in     302  403     403  403   403    403     404    404     404     302   404
invitation_withdraw  POST   any   in     302  403     403  403   403    403     404    404     404     302   404
invitation           GET    any   200    200  200     200  200   200    200     200    200     200     200   200
invitation           POST   any   200    302  302     302  302   302    302     302    302     302     302   302
overview             GET    any   200    200  200     200  200   200    200     200    200     200     200   200
home                 GET    any   in     200  200     200  200   200    200     200    200     200     200   200
programme            GET    any   in     404  404     404  404   404    404     404    404     200     200   404
city                 GET    any   200    200  200     200  200   200    200     200    200     200     200   200
assessment_start     GET    any   in     200  403     403  403   403    403     404    404     404     200   404
assessment_start     POST   any   in     302  403     403  403   403    403     404    404     404     302   404
city_explanation     GET    dsrcv 404    404  404     404  404   404    404     404    404     404     404   404
city_explanation     GET    p     200    200  200     200  200   200    200     200    200     200     200   200
review_queue         GET    any   in     403  403     403  403   403    403     200    200     403     403   403
report               GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
report               GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
report_download      GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
report_download      GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
evidence_remove      POST   d     in     302  302     403  403   403    403     404    404     404     403   404
evidence_remove      POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence_remove      POST   c     in     302  302     403  403   403    403     403    404     404     403   404
assessment           GET    d     in     200  200     200  200   200    200     404    404     404     200   404
assessment           GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
check                GET    d     in     200  200     200  200   200    200     404    404     404     200   404
check                GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
check                POST   d     in     302  403     403  403   403    403     404    404     404     403   404
check                POST   srcvp in     403  403     403  403   403    403     403    404     404     403   404
send_replies         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
send_replies         POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
send_replies         POST   c     in     302  403     403  403   403    403     403    404     404     403   404
assignments          GET    d     in     200  403     403  403   403    403     404    404     404     403   404
assignments          GET    srcvp in     200  403     403  403   403    403     403    404     404     403   404
assignments          POST   d     in     302  403     403  403   403    403     404    404     404     403   404
assignments          POST   srcvp in     302  403     403  403   403    403     403    404     404     403   404
assessment_experts   GET    d     in     403  403     403  403   403    403     404    404     404     200   404
assessment_experts   GET    srcvp in     403  403     403  403   403    403     403    404     404     200   404
assessment_experts   POST   d     in     403  403     403  403   403    403     404    404     404     302   404
assessment_experts   POST   srcvp in     403  403     403  403   403    403     403    404     404     302   404
result               GET    d     in     200  200     200  200   200    200     404    404     404     200   404
result               GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
publish              POST   d     in     403  403     403  403   403    403     404    404     404     403   404
publish              POST   srcp  in     403  403     403  403   403    403     403    404     404     403   404
publish              POST   v     in     302  403     403  403   403    403     403    404     404     403   404
withdraw             POST   d     in     403  403     403  403   403    403     404    404     404     403   404
withdraw             POST   srcv  in     403  403     403  403   403    403     403    404     404     403   404
withdraw             POST   p     in     302  403     403  403   403    403     403    404     404     403   404
explanation          GET    dsrc  in     404  404     404  404   404    404     404    404     404     404   404
explanation          GET    vp    in     200  200     200  200   200    200     200    404     404     200   404
reports              GET    d     in     200  200     200  200   200    200     404    404     404     200   404
reports              GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
reports              POST   d     in     403  403     403  403   403    403     404    404     404     403   404
reports              POST   src   in     403  403     403  403   403    403     403    404     404     403   404
reports              POST   vp    in     302  302     302  302   302    302     302    404     404     302   404
review               GET    d     in     403  403     403  403   403    403     404    404     404     200   404
review               GET    srcvp in     403  403     403  403   403    403     200    404     404     200   404
review_start         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_start         POST   s     in     403  403     403  403   403    403     302    404     404     403   404
review_start         POST   rcvp  in     403  403     403  403   403    403     403    404     404     403   404
review_questions     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_questions     POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_questions     POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_send_back     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_send_back     POST   sr    in     403  403     403  403   403    403     302    404     404     403   404
review_send_back     POST   cvp   in     403  403     403  403   403    403     403    404     404     403   404
review_validate      POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_validate      POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_validate      POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_reopen        POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_reopen        POST   srcp  in     403  403     403  403   403    403     403    404     404     403   404
review_reopen        POST   v     in     403  403     403  403   403    403     302    404     404     403   404
commentary           POST   d     in     403  403     403  403   403    403     404    404     404     403   404
commentary           POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
commentary           POST   r     in     403  403     403  403   403    403     302    404     404     403   404
review_indicator     GET    d     in     403  403     403  403   403    403     404    404     404     200   404
review_indicator     GET    srcvp in     403  403     403  403   403    403     200    404     404     200   404
review_indicator     POST   d     in     403  403     403  403   403    403     404    404     404     403   404
review_indicator     POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
review_indicator     POST   r     in     403  403     403  403   403    403     302    404     404     403   404
confirm_rest         POST   d     in     403  403     403  403   403    403     404    404     404     403   404
confirm_rest         POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
confirm_rest         POST   r     in     403  403     403  403   403    403     302    404     404     403   404
indicator_commentary POST   d     in     403  403     403  403   403    403     404    404     404     403   404
indicator_commentary POST   scvp  in     403  403     403  403   403    403     403    404     404     403   404
indicator_commentary POST   r     in     403  403     403  403   403    403     302    404     404     403   404
indicator            GET    d     in     200  200     200  200   200    200     404    404     404     200   404
indicator            GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
indicator            POST   d     in     302  302     403  403   403    403     404    404     404     403   404
indicator            POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
indicator            POST   c     in     302  302     403  403   403    403     403    404     404     403   404
evidence             GET    d     in     200  200     403  403   403    403     404    404     404     403   404
evidence             GET    srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence             GET    c     in     200  200     403  403   403    403     403    404     404     403   404
evidence             POST   d     in     302  302     403  403   403    403     404    404     404     403   404
evidence             POST   srvp  in     403  403     403  403   403    403     403    404     404     403   404
evidence             POST   c     in     302  302     403  403   403    403     403    404     404     403   404
history              GET    d     in     200  200     200  200   200    200     404    404     404     200   404
history              GET    srcvp in     200  200     200  200   200    200     200    404     404     200   404
"""


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    about = {"pk": world.assessment.pk}
    return {
        "city": {"slug": "testville"},
        "city_people": {"slug": "testville"},
        "assessment_start": {"slug": "testville"},
        "city_explanation": {"slug": "testville", "year": 2021, "subject": "core_index"},
        "programme": {"slug": "test-programme"},
        "membership_remove": {"pk": world.membership.pk},
        "invitation_withdraw": {"pk": world.invitation.pk},
        "invitation": {"token": world.token},
        "evidence_remove": {"pk": world.evidence.pk},
        "report": {"report_id": world.report.pk if world.report else NOWHERE},
        "report_download": {"report_id": world.report.pk if world.report else NOWHERE},
        "explanation": about | {"subject": "core_index"},
        "indicator": about | {"code": AREA},
        "review_indicator": about | {"code": AREA},
        "confirm_rest": about | {"code": AREA},
        "indicator_commentary": about | {"code": AREA},
        "evidence": about | {"code": AREA, "question": QUESTION},
        "history": about | {"code": AREA, "question": QUESTION},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    answer = answer_to(world.assessment, QUESTION)
    why = {"comment": "Because of the annex."}
    comment = {"text": "Well done.", "recommendation": "Go on.", "version": 0}
    return {
        "account": {"name": "New Name", "language": "pl"},
        "set_language": {"language": "pl", "next": "/method/"},
        "city_people": {"email": "new@example.org", "role": "viewer"},
        "assessment_start": {"edition": world.assessment.edition_id, "year": 2022},
        "indicator": {f"{QUESTION}-value": "no", f"{QUESTION}-version": answer.version},
        "evidence": {f"{QUESTION}-title": "Plan", f"{QUESTION}-url": "https://example.org/plan"},
        "assignments": {"indicator": AREA, f"{AREA}-users": [world.cast["peer"].pk]},
        "assessment_experts": {"expert": world.cast["expert2"].pk},
        "reports": {"language": "pl"},
        "review_indicator": {"question": QUESTION, "ruling": "confirmed", "seen_version": answer.version},
        "review_questions": {"clarify_by": FAR_AWAY},
        "review_send_back": why,
        "review_reopen": why,
        "commentary": comment,
        "indicator_commentary": comment,
    }


def steps(world: World) -> Mapping[str, Callable[[], Any]]:
    by_status = {
        ("review_questions", Status.IN_REVIEW): lambda: ask(world.assessment, world.cast["expert"], QUESTION),
        ("review_validate", Status.IN_REVIEW): lambda: confirm_all(world.assessment, world.cast["expert"]),
        ("send_replies", Status.CLARIFICATION): lambda: reply_to_all(world.assessment, world.cast["lead"]),
    }
    return {name: step for (name, status), step in by_status.items() if status == world.assessment.status}


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    steps=steps,
    by_status=frozenset({"city_explanation"}),
    public=frozenset({"overview", "city", "city_explanation", "invitation"}),
    open_to=frozenset({("network", "programme")}),
    # A language that only a cookie keeps, an invitation that is somebody else's.
    writes_nothing=frozenset(
        {("set_language", "nobody")} | {("invitation", role) for role in ROLES if role != "outsider"}
    ),
)
