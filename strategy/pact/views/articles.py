"""Articles and the commitments in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.pact.actions import writing as actions
from strategy.pact.forms import ArticleForm, CommitmentForm
from strategy.pact.models import Article, Commitment, Pact
from strategy.pact.views._common import form_page, pact_to_write


def _article_or_404(pact: Pact, pk: int) -> Article:
    return get_object_or_404(pact.articles.select_related("pact__city"), pk=pk)


def _back(article: Article) -> str:
    return f"{article.pact.get_absolute_url()}#article-{article.pk}"


@require_http_methods(["GET", "POST"])
def article_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    form = ArticleForm(typed(request))
    asked = Asked(
        title=_("Add an article"),
        submit=_("Add the article"),
        done=_("The article is there, as the last one."),
        back=f"{pact.get_absolute_url()}#text",
    )
    return answer_form(
        request,
        form_page(request, pact),
        form,
        lambda: actions.add_article(pact=pact, by=request.user, **form.facts),
        asked,
    )


@require_http_methods(["GET", "POST"])
def article_edit(request: HttpRequest, slug: str, pk: int, article_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    article = _article_or_404(pact, article_pk)
    form = filled(ArticleForm, article, data=typed(request))
    asked = Asked(
        title=_("Edit the article"), submit=_("Save the article"), done=_("The article is saved."), back=_back(article)
    )
    page = form_page(
        request,
        pact,
        remove_url=reverse("article_remove", args=[slug, pk, article_pk]),
        remove=_("Remove the article with its commitments"),
    )
    return answer_form(
        request,
        page,
        form,
        lambda: actions.change_article(
            article=article, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def article_move(request: HttpRequest, slug: str, pk: int, article_pk: int, *, up: bool) -> HttpResponse:
    """One place up or down."""
    article = _article_or_404(pact_to_write(request, slug, pk), article_pk)
    return do(
        request,
        lambda: actions.move_article(article=article, up=up, by=request.user),
        done=_("The order is changed."),
        back=_back(article),
    )


@require_POST
def article_remove(request: HttpRequest, slug: str, pk: int, article_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    article = _article_or_404(pact, article_pk)
    return do(
        request,
        lambda: actions.remove_article(article=article, by=request.user),
        done=_("The article is removed."),
        back=f"{pact.get_absolute_url()}#text",
    )


# Commitments ----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def commitment_add(request: HttpRequest, slug: str, pk: int, article_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    article = _article_or_404(pact, article_pk)
    form = CommitmentForm(pact, [], typed(request))
    asked = Asked(
        title=_("Add a commitment"),
        submit=_("Add the commitment"),
        done=_("The commitment is there."),
        back=_back(article),
    )
    return answer_form(
        request,
        form_page(request, pact),
        form,
        lambda: actions.add_commitment(article=article, by=request.user, **form.facts),
        asked,
    )


def _commitment_or_404(pact: Pact, pk: int) -> Commitment:
    return get_object_or_404(Commitment.objects.select_related("article__pact__city"), pk=pk, article__pact=pact)


@require_http_methods(["GET", "POST"])
def commitment_edit(request: HttpRequest, slug: str, pk: int, commitment_pk: int) -> HttpResponse:
    pact = pact_to_write(request, slug, pk)
    commitment = _commitment_or_404(pact, commitment_pk)
    tied = [action.pk for action in commitment.actions.all()]
    form: Any = filled(CommitmentForm, commitment, pact, tied, data=typed(request))
    asked = Asked(
        title=_("Edit the commitment"),
        submit=_("Save the commitment"),
        done=_("The commitment is saved."),
        back=_back(commitment.article),
    )
    page = form_page(
        request,
        pact,
        remove_url=reverse("commitment_remove", args=[slug, pk, commitment_pk]),
        remove=_("Remove the commitment"),
    )
    return answer_form(
        request,
        page,
        form,
        lambda: actions.change_commitment(
            commitment=commitment, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def commitment_remove(request: HttpRequest, slug: str, pk: int, commitment_pk: int) -> HttpResponse:
    commitment = _commitment_or_404(pact_to_write(request, slug, pk), commitment_pk)
    return do(
        request,
        lambda: actions.remove_commitment(commitment=commitment, by=request.user),
        done=_("The commitment is removed."),
        back=_back(commitment.article),
    )
