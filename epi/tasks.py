"""Celery tasks of the shared base. Safe to run twice."""

from celery import shared_task

from epi import jobs


@shared_task
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task
def sweep_jobs() -> None:
    jobs.sweep()
