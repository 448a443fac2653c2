"""Documents of a city and of a programme: asking for one, watching it being made, taking it home."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from cities.models import City, Programme
from epi.errors import CannotBeDone
from strategy.access import strategy_city_or_404
from strategy.documents import actions
from strategy.documents.forms import DocumentForm, LanguageForm, subjects_of
from strategy.documents.models import Document, DocumentKind
from strategy.documents.public import pact_documents
from strategy.documents.render import file_name
from strategy.documents.rules import Subject
from strategy.views import strategy_page


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, slug: str) -> HttpResponse:
    """The documents of a city; a POST asks for one. The page never waits for it."""
    city = strategy_city_or_404(request, slug)
    form = DocumentForm(subjects_of(city), request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        return _ask(request, form.chosen, form.cleaned_data["language"])
    made = Document.objects.for_list().filter(city=city)
    context = {"form": form, "documents": made, "sample_data": any(_is_sample(one) for one in form.subjects.values())}
    status = 422 if form.is_bound else 200
    return strategy_page(request, "strategy/documents/documents.html", city, status, **context)


def _is_sample(subject: Subject) -> bool:
    owner = getattr(subject, "pact", None) or getattr(subject, "body", None) or subject
    return bool(getattr(owner, "is_sample", False))


@require_http_methods(["GET", "POST"])
def programme_documents(request: HttpRequest, slug: str) -> HttpResponse:
    """Status reports of a programme, for those who follow it; a POST asks for one."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    form = LanguageForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        return _ask(request, programme, form.cleaned_data["language"])
    made = Document.objects.for_list().filter(programme=programme, kind=DocumentKind.STATUS)
    context = {"programme": programme, "form": form, "documents": made}
    status = 422 if form.is_bound else 200
    return render(request, "strategy/documents/programme.html", context, status=status)


def _ask(request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    try:
        document = actions.request_document(subject=subject, language=language, by=request.user)
    except CannotBeDone as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    return redirect(document)


def _document_for(request: HttpRequest, document_id: UUID) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=document_id)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """How far one document is: a page, or for htmx the fragment that asks for itself again until it is ready."""
    found = _document_for(request, document_id)
    template = "strategy/documents/_status.html" if request.htmx else "strategy/documents/status.html"
    return render(request, template, {"document": found, "place": found.city or found.programme})


@require_GET
@cache_control(private=True)
def document_download(request: HttpRequest, document_id: UUID) -> FileResponse:
    """The PDF. Files are private: this is the only way to them, but for public pacts."""
    return _file(_document_for(request, document_id))


@require_safe
@login_not_required
def pact_pdf(request: HttpRequest, slug: str, language: str) -> FileResponse:
    """The pact that is public, as it was signed, for everybody."""
    city = get_object_or_404(City, slug=slug)
    found = pact_documents(city).filter(language=language).first()
    if found is None:
        raise Http404("Not there, or not made yet")
    return _file(found)


def _file(found: Document) -> FileResponse:
    if not found.file:
        raise Http404("Not made yet")
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=file_name(found), content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
