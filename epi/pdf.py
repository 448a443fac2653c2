"""PDFs from HTML: tagged for screen readers (PDF/UA-1); the same input gives the same bytes. Knows no app.

WeasyPrint takes over a second to import, so import this module where a PDF is made, not where a page is.
"""

import gc
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

OnProgress = Callable[[float], None]
# Where documents believe that static files lie; OwnFilesOnly finds them where they really do.
STATIC = "file:///static/"
VARIANT = "pdf/ua-1"
# How much is done (0..1) when WeasyPrint begins a step. Its fifth, the layout, tells each page.
STEPS = {"Step 2": 0.02, "Step 3": 0.04, "Step 4": 0.08, "Step 5": 0.15, "Step 6": 0.75, "Step 7": 0.95}
LAYOUT_SHARE = 0.58
HALFWAY_PAGE = 20

# fontTools writes this many seconds after 1970 into the fonts that it cuts down, and the time of day without it.
FONT_CLOCK = "SOURCE_DATE_EPOCH"
os.environ.setdefault(FONT_CLOCK, "0")
# Fonts, the garbage collector and WeasyPrint's progress belong to the whole process: one document at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Document:
    content: bytes
    pages: int


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Gives static files, and refuses everything else: a document reaches neither the network nor the disk."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        found = finders.find(unquote(url.removeprefix(STATIC))) if url.startswith(STATIC) else None
        if found is None:
            raise ValueError(f"Not a static file: {url}")
        return URLFetcherResponse(url, Path(found).read_bytes())


def render(html: str, *, css: str, on_progress: OnProgress | None = None) -> Document:
    """Typeset `html`, a whole document with language and title, by the static style sheet `css`.

    `on_progress` hears how much is done, 0..1, never less than before.
    """
    with _one_at_a_time, _progress_to(on_progress), _without_garbage_collection():
        fonts, sheet = _style(css)
        source = HTML(string=html, base_url=STATIC, url_fetcher=OwnFilesOnly())
        laid_out = source.render(stylesheets=[sheet], font_config=fonts, pdf_variant=VARIANT)
        return Document(laid_out.write_pdf(pdf_variant=VARIANT), len(laid_out.pages))


@lru_cache(maxsize=8)
def _style(css: str) -> tuple[FontConfiguration, CSS]:
    """A style sheet with its fonts, read once a process."""
    path = finders.find(css)
    if path is None:
        raise FileNotFoundError(f"No static file {css}")
    fonts = FontConfiguration()
    sheet = CSS(string=Path(path).read_text(), base_url=STATIC + css, url_fetcher=OwnFilesOnly(), font_config=fonts)
    return fonts, sheet


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A document makes millions of small objects that live to its end; looking through them takes half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _progress_to(on_progress: OnProgress | None) -> Iterator[None]:
    """Tell `on_progress` what WeasyPrint writes into its progress log."""
    if on_progress is None:
        yield
        return
    handler = _Progress(on_progress)
    level, propagate = PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate
    PROGRESS_LOGGER.addHandler(handler)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(handler)
        PROGRESS_LOGGER.setLevel(level)
        PROGRESS_LOGGER.propagate = propagate


class _Progress(logging.Handler):
    """Turns WeasyPrint's messages ("Step 5 - Creating layout - Page 12") into how much is done."""

    def __init__(self, on_progress: OnProgress) -> None:
        super().__init__()
        self.on_progress = on_progress
        self.done = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        step = str(record.msg)[:6]
        done = STEPS.get(step, 0.0)
        if step == "Step 5" and isinstance(record.args, tuple) and record.args:
            page = int(str(record.args[-1]))  # how many there will be is not known yet: each page counts for less
            done += LAYOUT_SHARE * page / (page + HALFWAY_PAGE)
        if done > self.done:
            self.done = done
            self.on_progress(done)
