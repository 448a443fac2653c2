"""Work in the background: claimed once, repeated when it fails or its worker is lost, never forgotten."""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from epi import jobs, tasks
from epi.models import Job, JobState

calls: list[str] = []


def note(report_progress, *, word):
    calls.append(word)


def fail(report_progress, *, word):
    calls.append(word)
    raise ValueError("no such word")


def report_half(report_progress, *, word):
    report_progress(50)
    calls.append(str(Job.objects.get().progress))


def take_long(report_progress, *, word):
    time.sleep(0.4)


def be_overtaken(report_progress, *, word):
    """Fails after another worker, which took this one for lost, has taken the job up."""
    Job.objects.update(attempts=2)
    raise ValueError("too late")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch) -> None:
    calls.clear()
    monkeypatch.setattr(jobs._broker, "rests_until", 0.0)


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The ids of jobs that the broker was told of."""
    told: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", told.append)
    return told


@pytest.fixture
def no_broker(monkeypatch) -> None:
    def refuse(job_id: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_job, "delay", refuse)


def enqueue(work, **fields) -> Job:
    job = jobs.enqueue(f"{__name__}.{work.__name__}", word="hello")
    Job.objects.filter(pk=job.pk).update(**fields)
    return job


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def long_ago():
    return timezone.now() - timedelta(hours=1)


# Queueing -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_job_is_sent_when_the_transaction_commits(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue(note)
        assert sent == []
    assert sent == [str(job.pk)]
    assert state_of(job) == JobState.QUEUED
    assert job.sent_at


@pytest.mark.django_db(transaction=True)
def test_job_of_a_transaction_that_fails_is_neither_stored_nor_sent(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(note)
        1 / 0  # noqa: B018
    assert not Job.objects.exists()
    assert sent == []


@pytest.mark.django_db
def test_unknown_work_is_refused_at_once():
    with pytest.raises(ImportError):
        jobs.enqueue("epi.nothing.here")


@pytest.mark.django_db
def test_broker_that_is_down_leaves_the_row_and_the_sweeper_sends_it(
    no_broker, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue(note)
    assert state_of(job) == JobState.QUEUED
    assert job.sent_at is None
    told: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", told.append)
    assert jobs.sweep() == 1
    assert told == [str(job.pk)]
    job.refresh_from_db()
    assert job.sent_at


# Doing --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_job_is_done_once_however_often_it_is_told():
    job = enqueue(note)
    tasks.run_job(str(job.pk))
    tasks.run_job(str(job.pk))
    assert calls == ["hello"]
    assert (state_of(job), job.progress, job.attempts) == (JobState.DONE, 100, 1)
    assert job.finished_at


@pytest.mark.django_db
def test_job_that_another_worker_has_is_left_alone():
    job = enqueue(note, state=JobState.RUNNING, attempts=1, alive_at=timezone.now())
    assert jobs.run(str(job.pk)) is False
    assert calls == []
    assert state_of(job) == JobState.RUNNING


@pytest.mark.django_db
def test_message_of_a_job_that_is_gone_is_no_fault():
    assert jobs.run("00000000-0000-4000-8000-000000000000") is False


@pytest.mark.django_db
def test_progress_is_in_the_row_while_the_work_goes_on():
    enqueue(report_half)
    tasks.run_job(str(Job.objects.get().pk))
    assert calls == ["50"]


@pytest.mark.django_db(transaction=True)
def test_long_work_gives_signs_of_life(settings):
    settings.JOB_STALE_AFTER = 0.2
    job = enqueue(take_long)
    began = timezone.now()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.alive_at - began > timedelta(seconds=0.15)


# Failing ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_work_that_fails_is_tried_again_and_then_given_up(settings, sent):
    settings.JOB_MAX_ATTEMPTS = 3
    job = enqueue(fail)
    for attempt in (1, 2):
        assert jobs.run(str(job.pk)) is False
        assert (state_of(job), job.attempts, job.error) == (JobState.QUEUED, attempt, "ValueError: no such word")
        assert jobs.sweep() == 0  # not at once: what made it fail may need a moment
        Job.objects.update(sent_at=long_ago())
        assert jobs.sweep() == 1
    jobs.run(str(job.pk))
    assert (state_of(job), job.attempts) == (JobState.FAILED, 3)
    assert job.finished_at
    assert calls == ["hello"] * 3
    assert jobs.sweep() == 0


@pytest.mark.django_db
def test_job_without_a_sign_of_life_is_queued_again_and_done_by_another_worker(sent):
    job = enqueue(note, state=JobState.RUNNING, attempts=1, alive_at=long_ago(), sent_at=long_ago())
    assert jobs.sweep() == 1
    assert sent == [str(job.pk)]
    assert state_of(job) == JobState.QUEUED
    assert jobs.run(str(job.pk)) is True
    assert (state_of(job), job.attempts) == (JobState.DONE, 2)


@pytest.mark.django_db
def test_job_whose_worker_is_lost_each_time_is_given_up(settings, sent):
    job = enqueue(note, state=JobState.RUNNING, attempts=settings.JOB_MAX_ATTEMPTS, alive_at=long_ago())
    assert jobs.sweep() == 0
    assert state_of(job) == JobState.FAILED
    assert job.finished_at


@pytest.mark.django_db
def test_running_job_that_lives_is_not_swept(sent):
    job = enqueue(note, state=JobState.RUNNING, attempts=1, alive_at=timezone.now())
    assert jobs.sweep() == 0
    assert state_of(job) == JobState.RUNNING


@pytest.mark.django_db
def test_attempt_that_was_taken_for_lost_does_not_disturb_the_next_one():
    job = enqueue(be_overtaken)
    jobs.run(str(job.pk))
    assert (state_of(job), job.attempts, job.error) == (JobState.RUNNING, 2, "")


@pytest.mark.django_db
def test_sweeper_asks_a_broker_that_is_down_once_only(monkeypatch):
    asked: list[str] = []

    def refuse(job_id: str) -> None:
        asked.append(job_id)
        raise OperationalError("connection refused")

    first, _second = enqueue(note), enqueue(note)
    monkeypatch.setattr(tasks.run_job, "delay", refuse)
    assert jobs.sweep() == 0
    assert asked == [str(first.pk)]
    assert Job.objects.open().count() == 2


@pytest.mark.django_db
def test_broker_that_is_down_is_left_in_peace_for_a_while(monkeypatch, django_capture_on_commit_callbacks):
    asked = []

    def refuse(job_id: str) -> None:
        asked.append(job_id)
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_job, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        queued = [enqueue(note) for _ in range(3)]
    assert asked == [str(queued[0].pk)]
    assert Job.objects.filter(sent_at=None).count() == 3
