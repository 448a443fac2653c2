"""What a personal link opens: for somebody invited, without an account, most often on a phone.

It tells about the session and the person's own part in it; nothing of the answers, nothing of the others.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from epi.errors import CannotBeDone
from epi.links import link_or_404
from strategy.sessions import emails, queries, rules
from strategy.sessions.actions import inviting, minutes
from strategy.sessions.enums import MinutesPhase, Reply
from strategy.sessions.forms import AmendmentForm, ReplyForm
from strategy.sessions.models import EngagementSession, Participant, ParticipantLink
from strategy.views import SAMPLE_NOTE


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """What it is about, the reply, later the minutes. A POST replies, or proposes a change to the minutes."""
    known = Participant.objects.known()
    links = ParticipantLink.objects.working().filter(participant__in=known)
    link = link_or_404(request, links.select_related("participant__contact", "participant__session__city"), token)
    with translation.override(_language(request, link.participant)):
        if request.method == "POST":
            return _take(request, link, token)
        return _invited_page(request, link, token)


def _language(request: HttpRequest, participant: Participant) -> str:
    """That of the mail, unless the reader has chosen another one on the page or has an account."""
    has_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated
    return (get_language() or "") if has_chosen else emails.language_for(participant)


def _take(request: HttpRequest, link: ParticipantLink, token: str) -> HttpResponse:
    if "amendment" in request.POST:
        return _take_amendment(request, link, token)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _invited_page(request, link, token, reply_form=form, status=422)
    inviting.reply(link=link, reply=Reply(form.cleaned_data["reply"]))
    messages.success(request, _("Thank you, your reply is saved. You can change it until the session begins."))
    return redirect("invited", token)


def _take_amendment(request: HttpRequest, link: ParticipantLink, token: str) -> HttpResponse:
    form = AmendmentForm(request.POST)
    if form.is_valid():
        try:
            minutes.amend(link=link, text=form.cleaned_data["amendment"])
        except CannotBeDone as error:
            form.add_error("amendment", str(error))
        else:
            messages.success(request, _("Thank you. The city decides about it, and you can read here what it decided."))
            return redirect("invited", token)
    return _invited_page(request, link, token, amendment_form=form, status=422)


def _invited_page(
    request: HttpRequest,
    link: ParticipantLink,
    token: str,
    *,
    reply_form: ReplyForm | None = None,
    amendment_form: AmendmentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    participant, session = link.participant, link.participant.session
    context = {
        "session": session,
        "city": session.city,
        "sample_data": session.is_sample,
        "sample_note": SAMPLE_NOTE,
        "participant": participant,
        "token": token,
        "can_reply": session.is_to_come,
        "reply_form": reply_form or ReplyForm(initial={"reply": participant.reply}),
        "minutes": _minutes_for(participant, session),
        "can_amend": rules.can_amend(participant),
        "amendment_form": amendment_form or AmendmentForm(),
        "amendments": participant.amendments.all(),
    }
    with timezone.override(session.zone):
        return render(request, "strategy/sessions/invited.html", context, status=status)


def _minutes_for(participant: Participant, session: EngagementSession) -> str:
    """The minutes as they went out last, for somebody who was there; nothing while the city writes them anew."""
    if not participant.attended or session.minutes_phase == MinutesPhase.DRAFT:
        return ""
    version = queries.last_version(session)
    return version.text if version else ""
