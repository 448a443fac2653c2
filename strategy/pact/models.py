"""The City Integration Pact: its text as data, the consultation about it, its versions, who signed which of them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cities.enums import Permission
from cities.models import City, Programme, User
from epi.links import SecretLink
from strategy.access import of_cities_where
from strategy.enums import Sector
from strategy.pact.enums import CommentDecision, PactState, SignatoryKind, VersionReason
from strategy.plan.enums import Area
from strategy.plan.models import PilotAction

HASH_LENGTH = 64  # SHA-256, in hexadecimal


class PactQuerySet(models.QuerySet["Pact"]):
    def visible_to(self, user: User) -> "PactQuerySet":
        return self.filter(of_cities_where(user, Permission.READ_STRATEGY))

    def for_page(self) -> "PactQuerySet":
        return self.select_related("city", "programme", "supersedes")

    def locked(self) -> "PactQuerySet":
        """Locked until the transaction ends: text, signatories and signatures change under its lock."""
        return self.select_for_update(of=("self",), no_key=True).select_related("city")

    def public(self) -> "PactQuerySet":
        """Those that everybody may read: all have signed."""
        return self.filter(state__in=[PactState.SIGNED, PactState.IN_FORCE, PactState.EVALUATED])


class Pact(models.Model):
    """A city's pact, which makes its actions last. `number` counts the pacts of a city.

    A new pact `supersedes` the earlier one once it is in force. What a signature covers is a `PactVersion`.
    """

    city = models.ForeignKey(City, models.PROTECT, related_name="pacts")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="pacts")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("written in"), max_length=10, blank=True)  # empty: in the city's main language
    state = models.CharField(_("state"), max_length=15, choices=PactState, default=PactState.DRAFT)
    state_since = models.DateTimeField(auto_now_add=True)
    state_reason = models.CharField(max_length=300, blank=True)  # why it was taken back, until it is adopted again
    preamble = models.TextField(_("preamble"), blank=True, max_length=10_000)
    sustainability = models.TextField(_("how it lasts"), blank=True, max_length=10_000)
    consult_until = models.DateField(_("comments until"), null=True, blank=True)
    adopted_by = models.CharField(_("adopted by"), max_length=300, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    evaluation = models.TextField(_("evaluation"), blank=True, max_length=20_000)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("takes the place of"),
    )
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PactQuerySet.as_manager()

    class Meta:
        ordering = ["city__name", "-number"]
        verbose_name = _("City Integration Pact")
        verbose_name_plural = _("City Integration Pacts")
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="one_pact_per_number"),
            models.CheckConstraint(
                name="a_pact_is_in_force_before_it_ends",
                condition=Q(in_force_from=None) | Q(valid_until=None) | Q(in_force_from__lte=F("valid_until")),
            ),
            models.CheckConstraint(
                name="an_adopted_pact_says_by_whom_and_when",
                condition=Q(state__in=[PactState.DRAFT, PactState.CONSULTATION])
                | Q(adopted_on__isnull=False) & ~Q(adopted_by=""),
            ),
            models.CheckConstraint(
                name="a_pact_in_force_says_since_when",
                condition=~Q(state__in=[PactState.IN_FORCE, PactState.EVALUATED]) | Q(in_force_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pact", args=[self.city.slug, self.pk])

    @property
    def is_public(self) -> bool:
        return self.state in {PactState.SIGNED, PactState.IN_FORCE, PactState.EVALUATED}

    @property
    def written_in(self) -> str:
        """The language of its text."""
        return self.language or self.city.language


class Article(models.Model):
    """One article of a pact's text, in order. What pilot actions of its `area` promise is taken over into it."""

    pact = models.ForeignKey(Pact, models.CASCADE, related_name="articles")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), max_length=10_000)
    area = models.CharField(_("area of the strategy"), max_length=15, choices=Area, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def __str__(self) -> str:
        return self.title


class Signatory(models.Model):
    """A body or a person that signs the pact, in the order of `position`.

    Of a body, `name` is its own and `represented_by` who signs for it. Signatures are public, and so are these names.
    """

    pact = models.ForeignKey(Pact, models.CASCADE, related_name="signatories")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=SignatoryKind)
    name = models.CharField(_("name"), max_length=200)
    represented_by = models.CharField(_("represented by"), max_length=200, blank=True)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    account = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = [
            models.UniqueConstraint("pact", Lower("name"), name="a_signatory_is_named_once"),
            models.UniqueConstraint("pact", Lower("email"), condition=~Q(email=""), name="one_signatory_per_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signer(self) -> str:
        """The name that is typed to sign: of a body, of the person who signs for it."""
        return self.represented_by or self.name

    @property
    def address(self) -> str:
        """Where to write: the account's own address, which its person keeps right, or what the list says."""
        return self.account.email if self.account else self.email

    @property
    def language(self) -> str:
        """In which to write to them."""
        if self.account and self.account.language:
            return self.account.language
        return self.pact.city.language_of_mail

    @property
    def in_full(self) -> str:
        """Name, by whom represented, and function: as a signature keeps it."""
        return ", ".join(part for part in (self.name, self.represented_by, self.function) if part)


class Commitment(models.Model):
    """What is promised in an article, by whom, tied to actions and indicators. `subjects` are codes of indicators."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="commitments")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.TextField(_("commitment"), max_length=3000)
    signatory = models.ForeignKey(
        Signatory, models.SET_NULL, null=True, blank=True, related_name="commitments", verbose_name=_("who promises it")
    )
    actions = models.ManyToManyField(
        PilotAction, blank=True, related_name="commitments", verbose_name=_("pilot actions")
    )
    subjects = models.JSONField(_("indicators"), default=list, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self) -> str:
        return self.text[:80]


class PactVersion(models.Model):
    """The text of a pact as it was at one moment, never changed. `hash` is SHA-256 of `content` in its canonical form.

    `content` is {"title", "preamble", "sustainability", "articles": [{"title", "text", "commitments": [{"text",
    "signatory", "actions": [title], "subjects": [code]}]}], "signatories": [{"name", "represented_by", "function"}],
    "lasting": [{"action", "owner", "budget", "source"}]}; `pact/text.py` makes it.
    """

    pact = models.ForeignKey(Pact, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=15, choices=VersionReason)
    content = models.JSONField()
    hash = models.CharField(max_length=HASH_LENGTH)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("version of the pact")
        verbose_name_plural = _("versions of the pact")
        constraints = [models.UniqueConstraint(fields=["pact", "number"], name="one_pact_version_per_number")]

    def __str__(self) -> str:
        return f"{self.pact}, {self.number}"


class ConsultationLink(SecretLink):
    """What opens the pact in consultation, to read and to comment on, for people without an account."""

    pact = models.ForeignKey(Pact, models.CASCADE, related_name="links")
    label = models.CharField(_("for whom"), max_length=200)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.label


class PactComment(models.Model):
    """A comment of the consultation, on an article or on the whole, and what the city made of it. No name is asked.

    `key` comes with the form, so that sending it twice is one comment. `article` holds the article's number in the
    version that was read, 0 for the whole.
    """

    version_read = models.ForeignKey(PactVersion, models.PROTECT, related_name="comments")
    link = models.ForeignKey(ConsultationLink, models.SET_NULL, null=True, related_name="comments")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    article = models.PositiveSmallIntegerField(_("about article"), default=0)
    sector = models.CharField(_("for which group"), max_length=20, choices=Sector, blank=True)
    text = models.TextField(_("comment"), max_length=5000)
    at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=10, choices=CommentDecision, default=CommentDecision.OPEN)
    answer = models.TextField(_("the city's answer"), blank=True, max_length=3000)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["article", "at", "pk"]
        verbose_name = pgettext_lazy("on a pact", "comment")
        verbose_name_plural = pgettext_lazy("on a pact", "comments")
        constraints = [
            models.CheckConstraint(
                name="a_decided_comment_says_by_whom",
                condition=Q(decision=CommentDecision.OPEN, decided_by=None, decided_at=None)
                | ~Q(decision=CommentDecision.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class SignatureLink(SecretLink):
    """What lets a signatory without an account read the adopted pact and sign it, once."""

    signatory = models.ForeignKey(Signatory, models.CASCADE, related_name="links")

    def __str__(self) -> str:
        return f"signatory {self.signatory_id}"


class Signature(models.Model):
    """That a signatory signed one version. It covers that version's hash, and is void once the text is another."""

    signatory = models.ForeignKey(Signatory, models.PROTECT, related_name="signatures")
    version_signed = models.ForeignKey(PactVersion, models.PROTECT, related_name="signatures")
    hash = models.CharField(max_length=HASH_LENGTH)
    signed_at = models.DateTimeField(auto_now_add=True)
    signed_as = models.CharField(_("signed as"), max_length=400)  # name and function as they stood
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: by the link
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["signed_at", "pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["signatory"], condition=Q(void_at=None), name="a_signatory_has_one_signature"
            ),
            models.CheckConstraint(
                name="a_void_signature_says_why",
                condition=Q(void_at=None, void_reason="") | Q(void_at__isnull=False) & ~Q(void_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.signed_as
