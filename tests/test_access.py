"""Who gets what: every address × every role, GET and POST, at every status of an assessment.

The tables below are the specification. `in` is a redirect to the sign-in, `-` a method that the address does not have
(405). A POST answered with less than 400 must have written; a refused one must have left the database as it was. The
packages' own pages (allauth, the admin) follow one rule each.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from cities.enums import Role
from cities.models import City, Invitation, Membership, User
from epi.models import Event
from icc_index.actions import answering, assessments, reports
from icc_index.enums import Status
from icc_index.instrument import instrument_for
from icc_index.models import Assessment, Report
from tests.factories import FAR_AWAY, answer_to, ask, bring_to, confirm_all, make_user, reply_to_all, save, start

APPS = ("epi", "cities", "icc_index", "strategy")
ROLES = (
    "anonymous lead contributor colleague coordinator viewer partner expert other_expert network admin outsider"
).split()

# lead … partner: the city's people (`contributor` has the indicator assigned, `colleague` has not); expert: assigned;
# other_expert: not assigned; network: coordinates the city's programme; outsider: the lead of another city.
TABLES = {
#TABLES#
}

# Not every POST that is accepted has something to write.
WRITES_NOTHING = {
    ("set_language", "anonymous"),  # a cookie, no row
    *{("invitation", role) for role in ROLES if role != "outsider"},  # the invitation is the outsider's alone
}
# What anybody may read who has the address; the link of an invitation is its own key.
PUBLIC = {"overview", "city", "city_explanation", "invitation"}

AREA, QUESTION = "commitment", "COM1"
