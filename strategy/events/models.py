"""Events of a programme: workshops and exchange meetings, who came, what was given out, what the cities take home."""

import uuid
from datetime import date, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cities.enums import Permission, Role, roles_with
from cities.models import City, Organisation, Programme, User
from epi.links import SecretLink
from icc_index.queries import programmes_of
from strategy.access import of_cities_where
from strategy.events.enums import LANGUAGES, Capacity, EventKind, Standing

SUBJECT_LENGTH = 40  # an indicator's code
LONGEST = relativedelta(years=5)  # that an attendee may be kept after an event
LOWEST, HIGHEST = 1, 4  # of a mark in the feedback
_MARK = {"validators": [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]}
_CANCELLED = {"cancelled_at__isnull": False, "cancelled_by__isnull": False}


class ProgrammeEventQuerySet(models.QuerySet["ProgrammeEvent"]):
    def visible_to(self, user: User) -> "ProgrammeEventQuerySet":
        """Those of the programmes in which this person takes part; an expert also those that name their account.

        A launch event is its city's: for the city's people, and those who follow the programme.
        """
        if user.is_superuser:
            return self.filter(city=None)
        named = Attendee.objects.filter(event=OuterRef("pk"), account=user, account__memberships__role=Role.EXPERT)
        of_all = Q(city=None) & (Q(programme__in=programmes_of(user)) | Exists(named))
        followed = Programme.objects.filter(
            memberships__user=user, memberships__role__in=roles_with(Permission.FOLLOW_PROGRAMME)
        )
        of_one = of_cities_where(user, Permission.READ_STRATEGY) | Q(city__isnull=False, programme__in=followed)
        return self.filter(of_all | of_one)

    def for_list(self) -> "ProgrammeEventQuerySet":
        return self.select_related("programme", "city", "cancelled_by")

    def locked(self) -> "ProgrammeEventQuerySet":
        """Locked until the transaction ends: whatever belongs to an event changes under its lock."""
        return self.select_for_update(of=("self",), no_key=True).select_related("programme", "city")


class ProgrammeEvent(models.Model):
    """One event of a programme, of one day or several. (An `Event` is the record of a decision.)

    `city` is of launch events only: each city has its own (strategy/launch).
    `notes` are what was written down at an exchange meeting; they have a version of their own, since others write them.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="events")
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="launch_events")
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind, default=EventKind.WORKSHOP)
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    summary = models.TextField(_("what it is about"), blank=True, max_length=5000)
    notes = models.TextField(_("notes"), blank=True, max_length=50_000)
    notes_version = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cancel_reason = models.TextField(blank=True, max_length=2000)
    is_sample = models.BooleanField(_("sample data"), default=False)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProgrammeEventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("programme event")
        verbose_name_plural = _("programme events")
        indexes = [models.Index(fields=["programme", "-starts_on"], name="programme_event_list")]
        constraints = [
            models.CheckConstraint(name="event_begins_before_it_ends", condition=Q(starts_on__lte=F("ends_on"))),
            models.CheckConstraint(
                name="a_launch_event_has_its_city",
                condition=Q(kind=EventKind.LAUNCH, city__isnull=False) | ~Q(kind=EventKind.LAUNCH) & Q(city=None),
            ),
            models.UniqueConstraint(
                fields=["programme", "city"],
                condition=Q(city__isnull=False, cancelled_at=None),
                name="one_launch_event_per_city",
            ),
            models.CheckConstraint(
                name="a_cancelled_event_says_by_whom_and_why",
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | Q(**_CANCELLED) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.programme.slug, self.pk])

    @property
    def is_exchange_meeting(self) -> bool:
        return self.kind == EventKind.EXCHANGE_MEETING

    @property
    def is_launch(self) -> bool:
        return self.kind == EventKind.LAUNCH

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def zone(self) -> ZoneInfo | tzinfo:
        """A launch event lives in the time of its city."""
        return self.city.zone if self.city else timezone.get_current_timezone()

    @property
    def today(self) -> date:
        return timezone.localdate(timezone=self.zone)

    @property
    def is_over(self) -> bool:
        return self.ends_on < self.today

    @property
    def keeps_until_at_most(self) -> date:
        """The last day that may be set for what is kept of its people."""
        return max(self.ends_on, self.today) + LONGEST

    @property
    def days(self) -> list[date]:
        return [self.starts_on + timedelta(days=number) for number in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def state(self) -> tuple[str, str]:
        """The state's kind, as templates/_state.html names them, and its word."""
        if self.is_cancelled:
            return "late", gettext("Cancelled")
        if self.is_over:
            return "done", gettext("Held")
        if self.starts_on <= self.today:
            return "part", gettext("On now")
        return "wait", gettext("To come")


class AgendaItem(models.Model):
    """One item of an event's agenda."""

    event = models.ForeignKey(ProgrammeEvent, models.CASCADE, related_name="agenda")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    title = models.CharField(_("title"), max_length=300)
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day", "begins", "pk"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.CheckConstraint(name="agenda_item_begins_before_it_ends", condition=Q(begins__lt=F("ends")))
        ]

    def __str__(self) -> str:
        return self.title


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def for_list(self) -> "AttendeeQuerySet":
        return self.select_related("city", "organisation", "account")

    def known(self) -> "AttendeeQuerySet":
        """Those whose data may still be kept."""
        return self.filter(forgotten_at=None, keep_until__gte=timezone.localdate())

    def coming(self) -> "AttendeeQuerySet":
        """Those who have a place: everybody, but at events with registration."""
        return self.filter(standing=Standing.COMING)

    def to_forget(self) -> "AttendeeQuerySet":
        """Those whose time is over and whose data are still there."""
        return self.filter(forgotten_at=None, keep_until__lt=timezone.localdate())


_NOTHING_LEFT = {"name": "", "email": "", "function": "", "represents": "", "account": None}


class Attendee(models.Model):
    """A person who takes part in an event, for a city, a partner organisation, or neither.

    A forgotten one is a row without anything of the person, so that it is still known how many came and from where.
    """

    event = models.ForeignKey(ProgrammeEvent, models.CASCADE, related_name="attendees")
    capacity = models.CharField(_("takes part as"), max_length=15, choices=Capacity, default=Capacity.PARTICIPANT)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    account = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    represents = models.CharField(_("comes for"), max_length=200, blank=True)
    language_wanted = models.CharField(max_length=10, blank=True)
    standing = models.CharField(_("place"), max_length=10, choices=Standing, default=Standing.COMING)
    attended = models.BooleanField(_("was there"), default=False)
    keep_until = models.DateField(_("kept until"))
    forgotten_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = [
            models.CheckConstraint(name="attendee_comes_from_one_place", condition=Q(city=None) | Q(organisation=None)),
            models.CheckConstraint(
                name="of_a_forgotten_attendee_nothing_is_left",
                condition=Q(forgotten_at=None) & ~Q(name="") | Q(forgotten_at__isnull=False, **_NOTHING_LEFT),
            ),
            models.UniqueConstraint("event", Lower("email"), condition=~Q(email=""), name="one_attendee_per_address"),
        ]

    def __str__(self) -> str:
        return self.name if self.is_known else gettext("A person whose data were deleted")

    @property
    def is_known(self) -> bool:
        return self.forgotten_at is None and self.keep_until >= timezone.localdate()

    @property
    def place(self) -> City | Organisation | None:
        return self.city or self.organisation

    @property
    def language(self) -> str:
        """In which to write to them."""
        if self.account and self.account.language:
            return self.account.language
        if self.language_wanted:
            return self.language_wanted
        return self.city.language_of_mail if self.city else "en"


class Material(models.Model):
    """Something given out at an event, in one language: a link, or a file that was checked when it came (ADR 12)."""

    event = models.ForeignKey(ProgrammeEvent, models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES)
    url = models.URLField(_("link"), blank=True, max_length=500)
    file = models.FileField(upload_to="events/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_size = models.PositiveIntegerField(null=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title", "language", "pk"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.CheckConstraint(
                name="a_material_is_a_link_or_a_file",
                condition=Q(file="", file_name="", file_kind="", file_size=None) & ~Q(url="")
                | Q(url="", file_size__isnull=False) & ~Q(file="") & ~Q(file_name="") & ~Q(file_kind=""),
            )
        ]

    def __str__(self) -> str:
        return self.title


class EventTask(models.Model):
    """Something that cities take home from an event to do."""

    event = models.ForeignKey(ProgrammeEvent, models.CASCADE, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=300)
    due_on = models.DateField(_("due"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return self.title


class CityTaskQuerySet(models.QuerySet["CityTask"]):
    def visible_to(self, user: User) -> "CityTaskQuerySet":
        """A city's people see the tasks of their city, those who run the programme all of them."""
        if user.is_superuser:
            return self
        followed = Programme.objects.filter(
            memberships__user=user, memberships__role__in=roles_with(Permission.FOLLOW_PROGRAMME)
        )
        theirs = of_cities_where(user, Permission.READ_ENGAGEMENT)
        shown = ProgrammeEvent.objects.visible_to(user)
        return self.filter(Q(task__event__programme__in=followed) | theirs & Q(task__event__in=shown))

    def for_list(self) -> "CityTaskQuerySet":
        return self.select_related("task", "city", "done_by").order_by("task__due_on", "task", "city__name")


class CityTask(models.Model):
    """One city's own row of a task: whether it is done, since when, by whom, and what the city says of it."""

    task = models.ForeignKey(EventTask, models.CASCADE, related_name="rows")
    city = models.ForeignKey(City, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"), blank=True, max_length=2000)

    objects = CityTaskQuerySet.as_manager()

    class Meta:
        ordering = ["task", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "city"], name="one_row_per_task_and_city"),
            models.CheckConstraint(
                name="task_done_at_and_by_go_together",
                condition=Q(done_at=None, done_by=None, note="") | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.task}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def state(self) -> tuple[str, str]:
        """The state's kind, as templates/_state.html names them, and its word."""
        if self.is_done:
            return "done", gettext("Done")
        if self.task.due_on < timezone.localdate():
            return "late", gettext("Late")
        return "wait", gettext("To do")


class Feedback(models.Model):
    """What those who were there say of an event, asked once. Its figures are made when it is closed, for good.

    Until then nobody sees anything, and afterwards the single answers are gone: no two moments differ by one answer.
    `figures` is {"answers": number, "marks": {question: [how many gave 1, 2, 3, 4]}, "texts": [...]}, or None when
    there were too few answers.
    """

    event = models.OneToOneField(ProgrammeEvent, models.CASCADE, related_name="feedback")
    closes_at = models.DateTimeField(_("open until"))
    closed_at = models.DateTimeField(null=True)
    figures = models.JSONField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.CheckConstraint(
                name="feedback_shows_figures_once_closed", condition=Q(figures=None) | Q(closed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.event)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.closes_at > timezone.now()


class FeedbackLink(SecretLink):
    """What an attendee's mail opens, for one answer. Which answer came of it is stored nowhere."""

    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="links")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="links")
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"attendee {self.attendee_id}"


class FeedbackAnswer(models.Model):
    """One answer, nobody's: no key to a person, no time, and no number that would tell the order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="answers")
    useful = models.PositiveSmallIntegerField(**_MARK)
    clear = models.PositiveSmallIntegerField(**_MARK)
    exchange = models.PositiveSmallIntegerField(**_MARK)
    next = models.PositiveSmallIntegerField(**_MARK)
    text = models.TextField(blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_mark_is_1_to_4",
                condition=Q(
                    useful__range=(LOWEST, HIGHEST),
                    clear__range=(LOWEST, HIGHEST),
                    exchange__range=(LOWEST, HIGHEST),
                    next__range=(LOWEST, HIGHEST),
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.feedback)


class ConclusionQuerySet(models.QuerySet["Conclusion"]):
    def about(self, city: City) -> "ConclusionQuerySet":
        """Those that hold for this city: named, or drawn for all cities of a programme that it belongs to."""
        named = Conclusion.cities.through.objects.filter(conclusion=OuterRef("pk"))
        for_all = ~Exists(named) & Q(event__programme__in=city.programmes.all())
        return self.filter(Exists(named.filter(city=city)) | for_all)


class Conclusion(models.Model):
    """What the experts conclude at an exchange meeting, on an indicator or on the whole; it goes into the reports.

    Without `cities` it holds for every city of the programme.
    """

    event = models.ForeignKey(ProgrammeEvent, models.CASCADE, related_name="conclusions")
    subject = models.CharField(_("about"), max_length=SUBJECT_LENGTH, blank=True)
    text = models.TextField(_("conclusion"), max_length=5000)
    cities = models.ManyToManyField(City, related_name="+", blank=True, verbose_name=_("cities"))
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("conclusion")
        verbose_name_plural = _("conclusions")
        constraints = [models.CheckConstraint(name="a_conclusion_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:60]

    @cached_property
    def named_cities(self) -> list[City]:
        return sorted(self.cities.all(), key=lambda city: city.name)
