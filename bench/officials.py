"""Officials of many cities who answer at once: a real gunicorn as `make run` starts it, over PostgreSQL."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from bench.data import Volume, lead_of
from bench.measure import CSRF, session_of
from bench.rows import Row, Size
from cities.models import User
from epi.management.commands import serve
from icc_index.enums import Status
from icc_index.instrument import InstrumentQuestion
from icc_index.models import Answer, AnswerRevision, Assessment

SAVES = 5
TEAM = 5  # half of the officials answer alone, the others in teams of so many
START_SECONDS = 60


def officials(size: Size, volume: Volume) -> Row:
    """Every official saves five answers as fast as the site lets them; what was acknowledged must be stored."""
    alone, teams = size.officials // 2, size.officials // 2 // TEAM
    pks = volume.add(alone + teams, Status.DRAFT)
    drafts = list(Assessment.objects.filter(pk__in=pks).order_by("pk"))
    people = [_official(volume, draft, 0) for draft in drafts[:alone]]
    people += [_official(volume, draft, place) for draft in drafts[alone:] for place in range(TEAM)]
    with _server() as port:
        answered = _answered(port, people)
    return _row(size, answered, people)


def _official(volume: Volume, draft: Assessment, place: int) -> dict[str, Any]:
    """A lead with a session of their own, and the five answers that they will save: colleagues save others."""
    user: User = lead_of(draft, f"official-{draft.pk}-{place}")
    questions = list(volume.instrument.questions.values())[place * SAVES : (place + 1) * SAVES]
    cookies = {settings.CSRF_COOKIE_NAME: CSRF, settings.SESSION_COOKIE_NAME: session_of(user)}
    return {
        "headers": {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "HX-Request": "true",
            "X-CSRFToken": CSRF,
        },
        "saves": [_save(volume, draft, question) for question in questions],
    }


def _save(volume: Volume, draft: Assessment, question: InstrumentQuestion) -> dict[str, Any]:
    code = question.code
    explanation = f"Said of {code} in {draft.pk}."
    posted = {
        "only": code,
        f"{code}-value": next(iter(question.rule.points)),
        f"{code}-explanation": explanation,
        f"{code}-version": "1",
    }
    return {
        "path": f"{draft.get_absolute_url()}{volume.instrument.indicator_of[code].code}/",
        "body": urlencode(posted),
        "answer": [draft.pk, question.pk, posted[f"{code}-value"], explanation],
    }


@contextmanager
def _server() -> Iterator[int]:
    """The site on a free port of this machine only. It and its workers are a group, which is ended as one."""
    with socket.socket() as probe:
        probe.bind((serve.HOST, 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, *serve._gunicorn(port)], env=os.environ, start_new_session=True)
    try:
        end = time.monotonic() + START_SECONDS
        while not serve._answers(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("gunicorn did not start")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answered(port: int, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plan = json.dumps({"port": port, "people": people})
    clients = subprocess.run(
        [sys.executable, "-m", "bench.clients"], input=plan, capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(clients.stdout)


def _row(size: Size, answered: list[dict[str, Any]], people: list[dict[str, Any]]) -> Row:
    acknowledged = [one["answer"] for one in answered if one["status"] == 200]
    errors = Counter(str(one["status"]) for one in answered if one["status"] != 200)
    drafts = {assessment for assessment, *_ in acknowledged}
    stored = set(
        Answer.objects.filter(assessment__in=drafts).values_list("assessment", "question", "value", "explanation")
    )
    lost = sum(tuple(one) not in stored for one in acknowledged)
    revisions = AnswerRevision.objects.filter(assessment__in=drafts).count()
    times = sorted(one["ms"] for one in answered)
    middle, slow = statistics.median(times), times[int(len(times) * 0.95)]
    told = ", ".join(f"{count} x {status}" for status, count in errors.items()) or "0"
    detail = (
        f"{len(acknowledged)} of {len(people) * SAVES} saves acknowledged, {revisions} versions kept, errors: {told}, "
        f"lost: {lost}; half of the people alone, half in teams of {TEAM}; p50 {middle:.0f} ms, p95 {slow:.0f} ms"
    )
    met = not errors and not lost and len(acknowledged) == len(people) * SAVES == revisions
    what = f"{size.officials} officials answering at once, 2 workers x 4 threads"
    return Row(what, "no error, no lost answer", met, None, middle, detail=detail)
