"""The city's side of a consultation: opening and ending it, links, answers, the table of comments."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from epi import spreadsheets
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.pact import exports, queries, rules
from strategy.pact.actions import consulting as actions
from strategy.pact.enums import CommentDecision, PactState
from strategy.pact.forms import AnswerForm, ConsultationForm, LinkForm
from strategy.pact.models import ConsultationLink, Pact, PactComment
from strategy.pact.views._common import form_page, pact_or_404, pact_page, pact_to_move, pact_to_write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _back(pact: Pact) -> str:
    return f"{pact.get_absolute_url()}#consultation"


@require_http_methods(["GET", "POST"])
def consultation_open(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the consultation; once it is open, change its last day."""
    pact = pact_or_404(request, slug, pk)
    is_open = pact.state == PactState.CONSULTATION
    rules.check_can_move(request.user, pact, PactState.DRAFT if is_open else PactState.CONSULTATION)
    form = ConsultationForm(typed(request), initial={"until": pact.consult_until if is_open else None})
    asked = Asked(
        title=_("Change the last day of the consultation") if is_open else _("Open the consultation"),
        submit=_("Save the day") if is_open else _("Open the consultation"),
        done=_("The consultation is open until that day."),
        back=_back(pact),
    )
    act = actions.change_end if is_open else actions.open_consultation
    return answer_form(
        request,
        form_page(request, pact, intro="" if is_open else _what_opening_does()),
        form,
        lambda: act(pact=pact, by=request.user, **form.cleaned_data),
        asked,
    )


def _what_opening_does() -> str:
    return _(
        "The text as it stands now is kept as a version. You make links for groups of people; they read it and comment "
        "on it without an account, until the end of the day that you choose."
    )


@require_POST
def consultation_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_move(request, slug, pk, PactState.DRAFT)
    return do(
        request,
        lambda: actions.end_consultation(pact=pact, by=request.user),
        done=_("The pact is a draft again. The links show your answers, and take no more comments."),
        back=pact,
    )


# Links ----------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@never_cache
def consultation_link_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make a link; it is shown once, on the answer to this form."""
    pact = pact_or_404(request, slug, pk)
    rules.check_can_consult(request.user, pact)
    form = LinkForm(typed(request))
    if request.method == "POST" and form.is_valid():
        token = actions.add_link(pact=pact, by=request.user, **form.cleaned_data)
        url = settings.SITE_URL + reverse("pact_consult", args=[token])
        return pact_page(request, "strategy/pact/link.html", pact, label=form.cleaned_data["label"], link=url)
    asked = Asked(title=_("Make a link"), submit=_("Make the link"), done="", back=_back(pact))
    intro = _("Whoever has the link can read the text and comment on it, without an account and without a name.")
    return answer_form(request, form_page(request, pact, intro=intro), form, lambda: None, asked)


@require_POST
def consultation_link_revoke(request: HttpRequest, slug: str, pk: int, link_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    link = get_object_or_404(ConsultationLink.objects.select_related("pact__city"), pk=link_pk, pact=pact)
    return do(
        request,
        lambda: actions.revoke_link(link=link, by=request.user),
        done=_("The link no longer works. What came by it stays."),
        back=_back(pact),
    )


# Comments -------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def comment_answer(request: HttpRequest, slug: str, pk: int, comment_pk: int) -> HttpResponse:
    """Take one comment up, or decline it, with an answer."""
    pact = pact_to_write(request, slug, pk)
    found = PactComment.objects.select_related("version_read__pact__city")
    comment = get_object_or_404(found, pk=comment_pk, version_read__pact=pact)
    form = filled(AnswerForm, comment, data=typed(request))
    asked = Asked(
        title=_("Answer a comment"), submit=_("Save the answer"), done=_("The answer is saved."), back=_back(pact)
    )
    (told,) = queries.told([comment])
    page = form_page(
        request,
        pact,
        quoted=comment.text,
        about=told.about,
        intro=_("Taking it up does not change the text by itself: change the article, too."),
    )
    return answer_form(
        request,
        page,
        form,
        lambda: actions.answer(
            comment=comment,
            base_version=form.cleaned_data["version"],
            decision=CommentDecision(form.cleaned_data["decision"]),
            answer=form.cleaned_data["answer"],
            by=request.user,
        ),
        asked,
    )


@require_GET
def comments_export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All comments with their answers, for a spreadsheet."""
    pact = pact_or_404(request, slug, pk)
    table = spreadsheets.write(exports.comments_table(queries.comments_of(pact), pact.city), "xlsx")
    name = f"pact-comments-{slug}-{pact.number}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private"}
    return HttpResponse(table, content_type=XLSX, headers=headers)
