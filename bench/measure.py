"""Measuring: which statements a page runs, how long it takes, and how long a bare view takes with the same ones."""

import io
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory

Statement = tuple[str, Any]
Call = Callable[[], Any]
LONGEST = 20  # seconds for the rounds of one row: what is very slow is measured a few times only
CSRF = "b" * 32  # any secret does, so long as cookie and header say the same
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@contextmanager
def statements_run() -> Iterator[list[Statement]]:
    """Collect every SQL statement with its parameters; BEGIN and COMMIT are not among them."""
    seen: list[Statement] = []

    def note(execute: Callable, sql: str, parameters: Any, many: bool, context: dict) -> Any:
        seen.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield seen


class Browser:
    """Calls the site as a server would, through WSGI and all middleware, without a socket in between."""

    application = None

    def __init__(self, user: Any = None) -> None:
        Browser.application = Browser.application or WSGIHandler()
        self.cookies = {settings.CSRF_COOKIE_NAME: CSRF}
        if user:
            self.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)

    def get(self, path: str) -> bytes:
        return self._call(RequestFactory().get(path).environ)

    def post(self, path: str, data: dict[str, str]) -> bytes:
        """As htmx posts one answer."""
        body = urlencode(data)
        form = "application/x-www-form-urlencoded"
        return self._call(
            RequestFactory()
            .post(path, body, content_type=form, headers={"HX-Request": "true", "X-CSRFToken": CSRF})
            .environ
        )

    def _call(self, environ: dict[str, Any]) -> bytes:
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        environ["wsgi.errors"] = io.StringIO()
        answered: list[str] = []
        response = self.application(environ, lambda status, headers: answered.append(status))
        body = b"".join(response)
        response.close()
        if answered[0] != "200 OK":
            raise RuntimeError(f"{environ['PATH_INFO']} answered {answered[0]}: {body[:500]!r}")
        return body


def session_of(user: Any) -> str:
    """The key of a new session of this person."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def median_ms(call: Call, times: int, before: Call = lambda: None) -> float:
    """The median of so many calls, in milliseconds; `before` each one is not timed. Two calls to warm up."""
    return medians_ms([call], times, before)[0]


def medians_ms(calls: list[Call], times: int, before: Call = lambda: None) -> list[float]:
    """The same for several calls that take turns, so that whatever else the machine does falls on all of them."""
    taken: list[list[float]] = [[] for _ in calls]
    end = time.perf_counter() + LONGEST
    for round_number in range(times + 2):
        if round_number > 4 and time.perf_counter() > end:
            break
        for call, seconds in zip(calls, taken, strict=True):
            before()
            start = time.perf_counter()
            call()
            if round_number >= 2:
                seconds.append(time.perf_counter() - start)
    return [1000 * statistics.median(seconds) for seconds in taken]


def against_bare_view(page: Call, bare: Call, times: int, *, atomic: bool = False, before: Call = lambda: None) -> Any:
    """The statements of a page, its median in milliseconds, and its ratio to the bare view with the same statements.

    `bare` calls the bare view as the same person and in the same way. What the middleware runs is left out of what the
    bare view runs, because it comes through the same middleware.
    """
    from bench import urls

    urls.in_transaction = atomic
    urls.statements = []
    for _ in range(2):  # what is read once a process is read in the first call
        before()
        page()
        bare()
    with statements_run() as by_middleware:
        bare()
    before()
    with statements_run() as by_page:
        page()
    urls.statements = _without(by_page, by_middleware)
    page_ms, bare_ms = medians_ms([page, bare], times, before)
    return by_page, page_ms, page_ms / bare_ms


def _without(statements: list[Statement], others: list[Statement]) -> list[Statement]:
    left_out = Counter(sql for sql, _parameters in others)
    kept = []
    for sql, parameters in statements:
        if left_out[sql]:
            left_out[sql] -= 1
        else:
            kept.append((sql, parameters))
    return kept


def watched(arguments: list[str]) -> tuple[float, float, str]:
    """Run a Python program: seconds, the peak memory of all its processes together in MB, and what it printed.

    Each process's own peak (Linux, VmHWM) is added up, so the true peak is at most that.
    """
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for pid in [process.pid, *_children(process.pid)]:
            peaks[pid] = max(peaks.get(pid, 0), _peak_kb(pid))
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {output}")
    return seconds, sum(peaks.values()) / 1024, output.strip()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _peak_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def cores() -> int:
    return len(os.sched_getaffinity(0))
