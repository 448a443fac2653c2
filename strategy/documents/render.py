"""Making a document: the job that a worker does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation

from strategy.documents.models import Document, DocumentKind
from strategy.documents.telling import minutes, pact, status, strategy
from strategy.documents.told import Told

ReportProgress = Callable[[int], None]
STYLE_SHEET = "epi/css/report.css"
TOLD, LAID_OUT = 30, 90
# Each raises CannotBeDone when what the document is about is not there, or not so far, any more.
TELLING: Mapping[str, Callable[[Document], Told]] = {
    DocumentKind.STRATEGY: strategy.tell,
    DocumentKind.PACT: pact.tell,
    DocumentKind.MINUTES: minutes.tell,
    DocumentKind.STATUS: status.tell,
}


@dataclass(frozen=True)
class Rendered:
    content: bytes
    pages: int
    data_hash: str


def render_document(report_progress: ReportProgress, *, document_id: str) -> None:
    """The job: render and store the file. Safe to run twice: one that has a file is left alone."""
    document = Document.objects.for_list().filter(pk=document_id, file="").first()
    if document is None:
        return
    rendered = render(document, report_progress)
    document.file.save(f"{document.pk}.pdf", ContentFile(rendered.content), save=False)
    stored = Document.objects.filter(pk=document.pk, file="").update(
        file=document.file.name, data_hash=rendered.data_hash, pages=rendered.pages
    )
    if not stored:  # another worker, taken for lost, was there in the meantime
        document.file.storage.delete(str(document.file.name))


def render(document: Document, report_progress: ReportProgress = lambda per_cent: None) -> Rendered:
    """The document as a PDF in its language. The same rows, asked for on the same day, give the same bytes."""
    from epi import pdf  # takes over a second, and pages that only queue the job must not wait for it

    with translation.override(document.language):
        html, data_hash = html_of(document)
    report_progress(TOLD)
    typeset = pdf.render(html, css=STYLE_SHEET)
    report_progress(LAID_OUT)
    return Rendered(typeset.content, typeset.pages, data_hash)


def html_of(document: Document) -> tuple[str, str]:
    """The document before it is typeset, in the active language, and the hash of what it tells."""
    told = TELLING[document.kind](document)
    context = {"language": document.language, "told": told, "fingerprint": told.fingerprint}
    return render_to_string("strategy/documents/document.html", context), told.fingerprint


def file_name(document: Document) -> str:
    """What the file is called when somebody takes it home, as in `pact-lublin-4-pl.pdf`."""
    place = document.city or document.programme
    assert place is not None
    return f"{document.kind}-{place.slug}-{document.subject_id}-{document.language}.pdf"
