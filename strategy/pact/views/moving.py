"""Adopting, taking back, putting into force, evaluating: each with what it needs, on a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from strategy.asking import Asked, answer_form, typed
from strategy.pact.actions import deciding as actions
from strategy.pact.enums import PactState
from strategy.pact.forms import AdoptForm, EvaluateForm, InForceForm, TakeBackForm, today_of
from strategy.pact.models import Pact, Signature
from strategy.pact.views._common import form_page, pact_to_move


@require_http_methods(["GET", "POST"])
def pact_adopt(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_move(request, slug, pk, PactState.ADOPTED)
    form = AdoptForm(today_of(pact), typed(request))
    asked = Asked(
        title=_("Adopt the pact"),
        submit=_("Record the adoption and ask for signatures"),
        done=_("The pact is adopted. The first signatory has mail."),
        back=f"{pact.get_absolute_url()}#signatories",
    )
    page = form_page(request, pact, intro=_what_adopting_does(pact), lacking=actions.missing(pact))
    return answer_form(
        request, page, form, lambda: actions.adopt(pact=pact, by=request.user, **form.cleaned_data), asked
    )


def _what_adopting_does(pact: Pact) -> str:
    said = _(
        "The text as it stands now is kept as the version that is signed. The signatories are asked one after the "
        "other, in the order of the list."
    )
    if pact.consult_until and pact.consult_until >= today_of(pact):
        until = date_format(pact.consult_until, "j E Y")
        said += " " + _("People were promised that they can comment until %(day)s; adopting ends that.") % {
            "day": until
        }
    return said


@require_http_methods(["GET", "POST"])
def pact_take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_move(request, slug, pk, PactState.DRAFT)
    form = TakeBackForm(typed(request))
    asked = Asked(
        title=_("Take the pact back"),
        submit=_("Make it a draft again"),
        done=_("The pact is a draft again, and no signature on it is valid any more."),
        back=pact.get_absolute_url(),
    )
    signed = Signature.objects.filter(signatory__pact=pact, void_at=None).count()
    said = ngettext(
        "%(count)d signature becomes void, for good. Who gave it is told by mail, with the reason.",
        "%(count)d signatures become void, for good. Those who gave them are told by mail, with the reason.",
        signed,
    )
    page = form_page(request, pact, intro=said % {"count": signed})
    return answer_form(
        request, page, form, lambda: actions.take_back(pact=pact, by=request.user, **form.cleaned_data), asked
    )


@require_http_methods(["GET", "POST"])
def pact_put_into_force(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_move(request, slug, pk, PactState.IN_FORCE)
    form = InForceForm(today_of(pact), typed(request))
    asked = Asked(
        title=_("Put the pact into force"),
        submit=_("Put it into force"),
        done=_("The pact is in force."),
        back=pact.get_absolute_url(),
    )
    earlier = pact.supersedes
    intro = _("It takes the place of: %(title)s") % {"title": earlier.title} if earlier else ""
    return answer_form(
        request,
        form_page(request, pact, intro=intro),
        form,
        lambda: actions.put_into_force(pact=pact, by=request.user, **form.cleaned_data),
        asked,
    )


@require_http_methods(["GET", "POST"])
def pact_evaluate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_move(request, slug, pk, PactState.EVALUATED)
    form = EvaluateForm(typed(request))
    asked = Asked(
        title=_("Evaluate the pact"),
        submit=_("Save the evaluation, for good"),
        done=_("The pact is evaluated. You can begin the next one."),
        back=pact.get_absolute_url(),
    )
    page = form_page(request, pact, intro=_("Everybody reads it on the public page, and it cannot be changed later."))
    return answer_form(
        request, page, form, lambda: actions.evaluate(pact=pact, by=request.user, **form.cleaned_data), asked
    )
