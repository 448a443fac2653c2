"""What the pages about sessions share."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from epi import typed_text
from epi.errors import CannotBeDone
from icc_index.instrument import Instrument, instrument_for
from strategy.sessions import rules
from strategy.sessions.models import EngagementSession
from strategy.views import page


def session_or_404(request: HttpRequest, slug: str, pk: int) -> EngagementSession:
    """The session if this person takes part in its city's engagement, else 404."""
    visible = EngagementSession.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, city__slug=slug)


def session_page(
    request: HttpRequest, template: str, session: EngagementSession, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one session, in the city's time, with the sample-data banner where it applies."""
    context = {
        "session": session,
        "sample_data": session.is_sample,
        "can_write": rules.can_write(request.user, session),
        **context,
    }
    with timezone.override(session.zone):
        return page(request, template, session.city, status=status, **context)


def form_page(
    request: HttpRequest,
    session: EngagementSession,
    form: forms.BaseForm,
    *,
    heading: str,
    submit: str,
    back: str,
    status: int = 200,
    template: str = "strategy/sessions/form.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form, and the way back."""
    context = {
        "form": form,
        "heading": heading,
        "submit": submit,
        "back": back,
        "typed_by": typed_text.mark(request.user.pk),
        "intro": "",
        "quoted": "",
        "theirs": "",
        "mine": "",
        **context,
    }
    return session_page(request, template, session, status=status, **context)


def instrument_of(session: EngagementSession) -> Instrument:
    """The questionnaire that the session is about, in the reader's language."""
    return instrument_for(session.assessment.edition)


def refuse(request: HttpRequest, error: CannotBeDone, *back: Any) -> HttpResponse:
    """Say why something could not be done, on the page that it was asked from."""
    messages.error(request, str(error))
    return redirect(*back)
