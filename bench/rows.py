"""The rows of the table: each function measures one thing and says how it did against its target."""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.core.cache import cache
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count

from bench import data
from bench.measure import Browser, against_bare_view, median_ms, medians_ms, statements_run, watched
from cities.enums import Role
from cities.models import Membership, User
from epi import jobs
from icc_index import demo
from icc_index.actions.reports import request_report
from icc_index.actions.results import freeze
from icc_index.instrument import InstrumentIndicator, instrument_for
from icc_index.models import Answer, AnswerRevision, Assessment, Report, Result
from icc_index.resources import AnswerResource

BARE_PATH = "/bench/bare/"
BARE = "a bare view with the same statements"


@dataclass
class Row:
    """One line of the table. `met` is None where there is no target."""

    what: str
    target: str
    met: bool | None
    queries: int | None = None
    milliseconds: float | None = None
    ratio: float | None = None
    baseline: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Size:
    """How much is measured: `times` a median is taken of, and the volume of data."""

    times: int
    few: int
    many: int
    boards: tuple[int, ...]
    trends: tuple[int, ...]
    reports: int
    officials: int


FULL = Size(times=40, few=100, many=10_000, boards=(7, 70, 700), trends=(7, 100, 1_000), reports=4, officials=200)
QUICK = Size(times=8, few=50, many=500, boards=(7, 70, 200), trends=(7, 100, 300), reports=1, officials=40)


def _demo(slug: str) -> Assessment:
    return Assessment.objects.for_list().get(city__slug=slug, year=demo.YEAR)


def _person(role: str, city: str) -> User:
    return User.objects.get(email=f"{role}@{city}.example")


def _largest(assessment: Assessment) -> InstrumentIndicator:
    return max(instrument_for(assessment.edition, "en").indicators, key=lambda area: len(area.questions))


def _page_row(what: str, path: str, person: User, size: Size, queries: int, ratio: float | None = None) -> Row:
    """A page that somebody opens, with its statements and its ratio to a bare view."""
    browser = Browser(person)
    run, ms, found = against_bare_view(lambda: browser.get(path), lambda: browser.get(BARE_PATH), size.times)
    words = f"at most {queries} queries" + (f", at most {ratio:g}x" if ratio else "")
    met = len(run) <= queries and (ratio is None or found <= ratio)
    return Row(what, words, met, len(run), ms, found, BARE)


def open_indicator(size: Size) -> Row:
    """A lead opens the largest indicator; the number of queries is that of the indicator which needs the most."""
    assessment, lead = _demo("ravenna"), _person("lead", "ravenna")
    area = _largest(assessment)
    row = _page_row("Open one indicator", f"{assessment.get_absolute_url()}{area.code}/", lead, size, 12, 2)
    browser, counts = Browser(lead), {}
    for one in instrument_for(assessment.edition).indicators:
        with statements_run() as run:
            browser.get(f"{assessment.get_absolute_url()}{one.code}/")
        counts[one.code] = len(run)
    row.queries = max(counts.values())
    row.met = row.met and row.queries <= 12
    row.detail = f"{len(area.questions)} questions; {min(counts.values())} to {row.queries} queries over all indicators"
    return row


def save_answer(size: Size) -> Row:
    """A lead saves one answer as htmx does; then one to every question, and all must stand in the table."""
    assessment, lead = _demo("ravenna"), _person("lead", "ravenna")
    browser = Browser(lead)
    area = _largest(assessment)
    question = area.questions[0]
    answer = Answer.objects.get(assessment=assessment, question_id=question.pk)
    fields = [field.attname for field in Answer._meta.concrete_fields if not field.primary_key]
    path, posted = _save(assessment, area.code, question, answer, "What we say now.")

    def as_before() -> None:
        Answer.objects.filter(pk=answer.pk).update(**{name: getattr(answer, name) for name in fields})
        AnswerRevision.objects.filter(
            assessment=assessment, question_id=question.pk, version__gt=answer.version
        ).delete()

    run, ms, ratio = against_bare_view(
        lambda: browser.post(path, posted),
        lambda: browser.post(BARE_PATH, posted),
        size.times,
        atomic=True,
        before=as_before,
    )
    saved = lost = 0
    for indicator in instrument_for(assessment.edition).indicators:
        for one in indicator.questions:
            stored = Answer.objects.get(assessment=assessment, question_id=one.pk)
            path, posted = _save(assessment, indicator.code, one, stored, f"What we say of {one.code}.")
            browser.post(path, posted)
            saved += 1
            lost += Answer.objects.get(pk=stored.pk).explanation != posted[f"{one.code}-explanation"]
    rows = Answer.objects.filter(assessment=assessment).count()
    met = len(run) <= 8 and not lost and rows == saved
    detail = f"{saved} saves acknowledged, {lost} lost, {rows} rows"
    return Row("Save one answer", "at most 8 queries, none lost", met, len(run), ms, ratio, BARE, detail)


def _save(assessment: Any, area: str, question: Any, stored: Answer, explanation: str) -> tuple[str, dict[str, str]]:
    """Where and what htmx posts for one answer."""
    code = question.code
    posted = {
        "only": code,
        f"{code}-value": next(iter(question.rule.points)),
        f"{code}-explanation": explanation,
        f"{code}-version": str(stored.version),
    }
    return f"{assessment.get_absolute_url()}{area}/", posted


def expert_page(size: Size) -> Row:
    """An expert opens the largest indicator: answers, evidence, voices, and two forms a question."""
    assessment = _demo("cartagena")
    area = _largest(assessment)
    path = f"{assessment.get_absolute_url()}review/area/{area.code}/"
    row = _page_row("Expert's page", path, User.objects.get(email="expert@coe.example"), size, 15)
    row.detail = f"{len(area.questions)} questions"
    return row


def whole_assessment(size: Size) -> Iterator[Row]:
    assessment, lead = _demo("ravenna"), _person("lead", "ravenna")
    address = assessment.get_absolute_url()
    yield _page_row("Whole assessment: task list", address, lead, size, 20)
    row = _page_row("Whole assessment: all answers to check", f"{address}check/", lead, size, 20)
    row.detail = f"{Answer.objects.filter(assessment=assessment).count()} answers"
    yield row


def export_answers(size: Size) -> Row:
    """The answers of ten made-up cities as CSV."""
    ten = Assessment.objects.filter(city__slug__startswith="sample-town", answers__isnull=False).distinct()[:10]
    resource = AnswerResource()
    wanted = resource.get_queryset().filter(assessment__in=list(ten))

    def export() -> Any:
        return resource.export(queryset=wanted).csv

    with statements_run() as run:
        lines = export().count("\r\n") - 1
    ms = median_ms(export, max(size.times // 8, 2))
    met = len(run) <= 10
    return Row("Export of ten cities x 85 answers", "at most 10 queries", met, len(run), ms, detail=f"{lines} lines")


def snapshot(size: Size) -> Row:
    """What `validate` does to freeze a result, taken back each time."""
    assessment = _demo("cartagena")
    expert = User.objects.get(email="expert@coe.example")
    answers = Answer.objects.filter(assessment=assessment).select_related("verdict").annotate(links=Count("evidence"))

    def freeze_it() -> None:
        with transaction.atomic():
            freeze(assessment=assessment, answers=list(answers), by=expert)
            transaction.set_rollback(True)

    with statements_run() as run:
        freeze_it()
    ms = median_ms(freeze_it, size.times)
    return Row("Snapshot of a result", "at most 5 queries", len(run) <= 5, len(run), ms)


def boards(size: Size, cities: list[int]) -> Iterator[Row]:
    """The network coordinator's page over programmes of different sizes; ratio to the smallest."""
    paths = {number: data.programme_of(number, cities).get_absolute_url() for number in size.boards}
    yield from _by_number_of_cities("Network board", paths, size)


def milestone_boards(size: Size, cities: list[int]) -> Iterator[Row]:
    """The board of cities by steps, seven milestones a city: its first page, which reads and sorts all of them."""
    paths = {}
    for number in size.boards:
        programme = data.programme_of(number, cities, kind="milestones")
        data.milestones_of(programme, cities[:number])
        paths[number] = f"/programmes/{programme.slug}/board/?sort=-slipped"
    yield from _by_number_of_cities("Cities by steps", paths, size)


def timelines(size: Size, cities: list[int]) -> Iterator[Row]:
    """A city's timeline with as many milestones as the boards have cities."""
    paths = {}
    assessments = Assessment.objects.filter(city__in=cities[: len(size.boards)]).select_related("city").order_by("pk")
    lead = data.lead_of(assessments[0], "lead-of-timelines")
    for number, assessment in zip(size.boards, assessments, strict=False):
        Membership.objects.get_or_create(user=lead, role=Role.LEAD, city=assessment.city)
        data.milestones_of(None, [assessment.city_id] * (number // len(data.STEPS)))
        paths[number] = f"/strategy/{assessment.city.slug}/timeline/"
    yield from _by_number("Timeline", "milestones", paths, size, Browser(lead))


def _by_number_of_cities(what: str, paths: dict[int, str], size: Size) -> Iterator[Row]:
    """A page of the network coordinator's for programmes of so many cities."""
    yield from _by_number(what, "cities", paths, size, Browser(User.objects.get(email="network@epi.example")))


def _by_number(what: str, unit: str, paths: dict[int, str], size: Size, browser: Browser) -> Iterator[Row]:
    """Pages by how much is on them; the ratio is that to the smallest."""
    pages, runs = [lambda path=path: browser.get(path) for path in paths.values()], []
    for page in pages:
        page()
        with statements_run() as run:
            page()
        runs.append(len(run))
    taken = medians_ms(pages, max(size.times // 4, 3))
    for number, queries, ms in zip(paths, runs, taken, strict=True):
        met = queries <= 12 and queries == runs[0]
        baseline = f"{min(paths)} {unit}"
        yield Row(f"{what}, {number} {unit}", "at most 12 queries", met, queries, ms, ms / taken[0], baseline)


def rescoring(size: Size) -> Iterator[Row]:
    """`manage.py rescore` as an operator calls it, start of Python included, from PostgreSQL on two processes."""
    assessments, answers = Assessment.objects.count(), Answer.objects.count()
    seconds, megabytes, said = watched(["manage.py", "rescore", "--live", "--processes", "2"])
    met = seconds < 10 and megabytes < 500
    detail = f"{seconds:.1f} s, {megabytes:.0f} MB in all processes; {answers} answers. {said}"
    what = f"Rescoring {assessments} cities x 85 answers"
    yield Row(what, "under 10 s on 2 cores, under 500 MB", met, None, 1000 * seconds, detail=detail)
    seconds, megabytes, said = watched(["manage.py", "rescore", "--processes", "2"])
    detail = f"{seconds:.1f} s, {megabytes:.0f} MB; {said}"
    what = f"The same from {Result.objects.count()} frozen results, both layers, compared"
    yield Row(what, "all agree", " 0 differ" in said, None, 1000 * seconds, detail=detail)


PUBLIC = {
    "Public overview": "/",
    "Public overview, last page": "/?page=9999",
    "Public overview, search": "/?q=00007",
    "City page": "/cities/sample-town-00000/",
}


def public_pages(size: Size, few: BaseDatabaseWrapper) -> Iterator[Row]:
    """The pages that everybody reads; in turn over many published cities and over the copy with `few`."""
    many = connections["default"]
    browser = Browser()
    for what, path in PUBLIC.items():

        def page(database: BaseDatabaseWrapper, path: str = path) -> None:
            connections["default"] = database
            browser.get(path)

        counts = []
        for database in (few, many):
            page(database)
            with statements_run() as run:
                browser.get(path)
            counts.append(len(run))
        few_ms, many_ms = medians_ms([lambda: page(few), lambda: page(many)], size.times)
        met = counts[0] == counts[1] and many_ms <= 2 * few_ms
        baseline = f"{size.few} published cities"
        detail = f"{counts[0]} queries, {few_ms:.1f} ms over {size.few}"
        target = "same queries, at most 2x"
        yield Row(
            f"{what}, {size.many} published cities", target, met, counts[1], many_ms, many_ms / few_ms, baseline, detail
        )
    connections["default"] = many


def trends(size: Size, few: BaseDatabaseWrapper, cities: list[int]) -> Iterator[Row]:
    """Common trends: over programmes of different sizes, then over all published cities and over the copy with `few`.

    Measured with the figures in the cache; what the first reader after a change waits stands in the detail.
    """
    many, browser = connections["default"], Browser(User.objects.get(email="network@epi.example"))
    for number in size.trends:
        slug = data.programme_of(number, cities, kind="trends").slug
        yield _trend_row(f"Trends of a programme, {number} cities", f"/trends/?programme={slug}", browser, size)
    everybody = Browser()

    def page(database: BaseDatabaseWrapper) -> None:
        connections["default"] = database
        everybody.get("/trends/")

    cold = _cold(lambda: page(many))
    counts = []
    for database in (few, many):
        page(database)
        with statements_run() as run:
            everybody.get("/trends/")
        counts.append(len(run))
    few_ms, many_ms = medians_ms([lambda: page(few), lambda: page(many)], size.times)
    connections["default"] = many
    few.close()
    yield Row(
        f"Trends, {size.many} published cities",
        "same queries, at most 2x",
        counts[0] == counts[1] and many_ms <= 2 * few_ms,
        counts[1],
        many_ms,
        many_ms / few_ms,
        f"{size.few} published cities",
        f"{few_ms:.1f} ms over {size.few}; the first reader after a change waits {cold / 1000:.1f} s",
    )


def _trend_row(what: str, path: str, browser: Browser, size: Size) -> Row:
    """The page with its figures computed: at most 12 queries, also for who comes first."""
    browser.get(path)
    cache.clear()
    with statements_run() as run:
        browser.get(path)
    cold = _cold(lambda: browser.get(path))
    ms = median_ms(lambda: browser.get(path), size.times)
    detail = f"queries of who comes first, who waits {cold:.0f} ms"
    return Row(what, "at most 12 queries", len(run) <= 12, len(run), ms, detail=detail)


def _cold(call: Callable[[], Any]) -> float:
    """Milliseconds of a call that finds nothing in the cache."""
    cache.clear()
    return 1000 * _seconds(call)


def report(size: Size) -> Row:
    """The whole job of a report against WeasyPrint alone with the same HTML, style sheet, variant and fonts."""
    from epi import pdf

    result = Result.objects.current().get(assessment=_demo("lublin"))
    lead = _person("lead", "lublin")

    def job() -> None:
        wanted = request_report(result=result, language="en", by=lead)
        if not jobs.run(str(wanted.job_id)):
            raise RuntimeError(f"The report's job failed: {wanted.job.error}")

    with mock.patch.object(pdf, "render", wraps=pdf.render) as render:
        job()
    html, css = render.call_args.args[0], render.call_args.kwargs["css"]
    whole, alone = [], []
    for _ in range(size.reports):
        whole.append(_seconds(job))
        alone.append(_seconds(lambda: _weasyprint_alone(html, css)))
    ratio = min(whole) / min(alone)
    pages = Report.objects.filter(result=result).latest("requested_at").pages
    seconds = min(whole)
    detail = f"{pages} pages, {seconds:.1f} s; the fastest of {size.reports} on both sides"
    return Row("A whole report", "at most 1.3x", ratio <= 1.3, None, 1000 * seconds, ratio, "WeasyPrint alone", detail)


def _weasyprint_alone(html: str, css: str) -> None:
    """WeasyPrint as its own documentation calls it, but with collection of garbage off, as our job has it."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from epi import pdf

    fonts = FontConfiguration()
    sheet = CSS(
        filename=pdf.finders.find(css), base_url=pdf.STATIC + css, url_fetcher=pdf.OwnFilesOnly(), font_config=fonts
    )
    gc.disable()
    try:
        source = HTML(string=html, base_url=pdf.STATIC, url_fetcher=pdf.OwnFilesOnly())
        source.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant=pdf.VARIANT)
    finally:
        gc.enable()


def _seconds(call: Callable[[], Any]) -> float:
    gc.collect()  # what the call before left behind is not its own
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
