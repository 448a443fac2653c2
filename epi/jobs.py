"""Work in the background that is never lost: a job row is the truth, a broker's message only carries its id.

A worker that is killed leaves a row without signs of life; the sweeper queues it again. So a job may run twice and
must be safe to repeat. Jobs that fail for a reason of their own are tried `JOB_MAX_ATTEMPTS` times in all.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from epi.models import Job, JobState

log = logging.getLogger(__name__)
ReportProgress = Callable[[int], None]
BROKER_REST = 10.0  # seconds: a broker that is away takes long to say so, and must not do so to each request


class _Broker:
    """When this process may ask the broker again (time.monotonic)."""

    rests_until = 0.0

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.rests_until


_broker = _Broker()


def enqueue(work: str, **payload: Any) -> Job:
    """Queue `work` (dotted path of a function `(report_progress, **payload)`) once the transaction commits."""
    import_string(work)
    job = Job.objects.create(kind=work, payload=payload)
    transaction.on_commit(lambda: _broker.rests or _send(job))
    return job


def _send(job: Job) -> bool:
    """Tell a worker; True if that went well. Without a broker the row stays queued, and the sweeper tells again."""
    from epi.tasks import run_job

    try:
        run_job.delay(str(job.pk))
    except (OperationalError, OSError) as error:
        log.warning("No broker for job %s: %s", job.pk, error)
        _broker.rests_until = time.monotonic() + BROKER_REST
        return False
    Job.objects.filter(pk=job.pk).update(sent_at=timezone.now())
    return True


def run(job_id: str) -> bool:
    """Do the work of one job, if it is free to take. True if this call did it."""
    job = _claim(job_id)
    if job is None:
        return False
    work = import_string(job.kind)
    try:
        with _signs_of_life(job):
            work(_progress_of(job), **job.payload)
    except Exception as error:  # whatever goes wrong in the work, the row must say so
        log.exception("Job %s failed", job.pk)
        _give_back(job, error)
        return False
    # What it carried may name people and hold links that are their own keys: it is not kept.
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DONE, progress=100, finished_at=timezone.now(), error="", payload={}
    )
    return True


def sweep() -> int:
    """Send again what is waiting without a message or running without a sign of life. Returns how many were sent."""
    now = timezone.now()
    stale = now - timedelta(seconds=settings.JOB_STALE_AFTER)
    lost = Q(state=JobState.RUNNING, alive_at__lt=stale)
    unsent = Q(state=JobState.QUEUED) & (Q(sent_at=None) | Q(sent_at__lt=stale))
    Job.objects.filter(lost, attempts__gte=settings.JOB_MAX_ATTEMPTS).update(
        state=JobState.FAILED, finished_at=now, error="The worker was lost each time."
    )
    Job.objects.filter(lost).update(state=JobState.QUEUED, sent_at=None)
    sent = 0
    for job in Job.objects.filter(unsent).order_by("created_at"):
        if not _send(job):  # a broker that is away takes seconds to say so: not once more for each job
            break
        sent += 1
    return sent


def _claim(job_id: str) -> Job | None:
    """Take a queued job, or None when another worker has it or it is finished."""
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, progress=0, alive_at=timezone.now()
    )
    return Job.objects.get(pk=job_id) if taken else None


def _give_back(job: Job, error: Exception) -> None:
    """Queue a job again that failed, or give it up. If it was taken for lost, it is another attempt's by now."""
    again = job.attempts < settings.JOB_MAX_ATTEMPTS
    ours = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    ours.update(
        state=JobState.QUEUED if again else JobState.FAILED,
        finished_at=None if again else timezone.now(),
        sent_at=timezone.now() if again else job.sent_at,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def _progress_of(job: Job) -> ReportProgress:
    def report_progress(per_cent: int) -> None:
        Job.objects.filter(pk=job.pk).update(progress=per_cent, alive_at=timezone.now())

    return report_progress


@contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """Touch the row every few seconds from a thread, so that long work is not taken for lost."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(settings.JOB_STALE_AFTER / 4):
            try:
                close_old_connections()
                Job.objects.filter(pk=job.pk).update(alive_at=timezone.now())
            except DatabaseError as error:  # one missed beat is no death
                log.warning("No sign of life of job %s: %s", job.pk, error)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
