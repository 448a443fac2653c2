"""The Celery application. A message only carries a job's id; the job's row in the database is the truth (ADR 0004)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epi.settings")

app = Celery("epi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
