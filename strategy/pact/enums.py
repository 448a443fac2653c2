"""Words of a City Integration Pact."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PactState(models.TextChoices):
    """Where a pact stands. The moves between them are in pact/workflow.py."""

    DRAFT = "draft", pgettext_lazy("pact", "Draft")
    CONSULTATION = "consultation", pgettext_lazy("pact", "In consultation")
    ADOPTED = "adopted", pgettext_lazy("pact", "Adopted")
    SIGNED = "signed", pgettext_lazy("pact", "Signed")
    IN_FORCE = "in_force", pgettext_lazy("pact", "In force")
    EVALUATED = "evaluated", pgettext_lazy("pact", "Evaluated")


class PactTurn(models.TextChoices):
    """Whose turn it is to do something about a pact."""

    CITY = "city", pgettext_lazy("turn", "the city")
    EVERYBODY = "everybody", pgettext_lazy("turn", "those consulted, and the city")
    SIGNATORIES = "signatories", pgettext_lazy("turn", "the signatories")
    NOBODY = "nobody", pgettext_lazy("turn", "nobody")


class SignatoryKind(models.TextChoices):
    BODY = "body", pgettext_lazy("signatory", "A body")
    PERSON = "person", pgettext_lazy("signatory", "A person")


class CommentDecision(models.TextChoices):
    """What the city makes of a comment of the consultation."""

    OPEN = "open", pgettext_lazy("comment", "Open")
    TAKEN_UP = "taken_up", pgettext_lazy("comment", "Taken up")
    DECLINED = "declined", pgettext_lazy("comment", "Declined")


class VersionReason(models.TextChoices):
    """Why a version of the pact was kept."""

    CONSULTATION = "consultation", pgettext_lazy("version of a pact", "For consultation")
    ADOPTION = "adoption", pgettext_lazy("version of a pact", "As adopted")
    CHANGE = "change", pgettext_lazy("version of a pact", "Changed after adoption")
