"""A real Celery worker, in a process of its own, on the test's database and broker."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 60


def database_url() -> str:
    """The address of the test database, for another process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = database["HOST"]
    # A socket's folder begins with a slash of its own; see tests/services.py.
    place = f"/{host}" if host.startswith("/") else f"{host}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}:{quote(database['PASSWORD'] or '')}@{place}/{database['NAME']}"


class Worker:
    """A worker with the clock in it; `kill` takes all its processes away at once, as a crash would."""

    def __init__(self, folder: Path, **environment: str) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "epi", "worker", "--beat", "--concurrency", "1"]
        command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "-s", str(folder / "schedule")]
        own = {
            "EPI_ENV": "test",
            "EPI_VAR": str(settings.VAR_DIR),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "JOB_STALE_AFTER": "2",
            "JOB_SWEEP_EVERY": "0.5",
        }
        self.process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **own, **environment}, start_new_session=True
        )

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[Worker]:
    worker = Worker(folder, **environment)
    try:
        yield worker
    finally:
        worker.kill()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, f"Waited {WAIT_SECONDS} s in vain until {what}."
        time.sleep(0.05)
