"""A programme from another one, and a city that joins a running one: all dates shifted as one, all or nothing."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import City, Membership, Organisation, Programme, ProgrammeStep, User
from epi import audit
from epi.errors import CannotBeDone
from epi.forms import FIRST_YEAR, LAST_YEAR
from strategy.milestones.enums import Process
from strategy.milestones.models import Dependency, Milestone, MilestoneTemplate, Promise
from strategy.whatnext import rules
from strategy.whatnext.shifting import Span, days_between, first_day, moved, shifted


def plan_of(programme: Programme) -> list[Span]:
    """The programme's steps and milestone templates. Two queries."""
    steps = [Span(f"step-{one.pk}", one.name, one.starts_on, one.ends_on, "step") for one in programme.steps.all()]
    return [*steps, *milestones_of(programme)]


def milestones_of(programme: Programme) -> list[Span]:
    """The programme's milestone templates, soonest first. One query."""
    templates = MilestoneTemplate.objects.filter(programme=programme).order_by("due_on", "position", "pk")
    return [Span(str(one.pk), one.title, one.starts_on, one.due_on, "milestone") for one in templates]


def shift_checked(spans: Iterable[Span], days: int) -> list[Span]:
    """The plan `days` later. Raises CannotBeDone when it would leave the years that people plan in."""
    try:
        there = shifted(spans, days)
    except OverflowError:
        there = None
    if there is None or any(
        not FIRST_YEAR <= day.year <= LAST_YEAR for span in there for day in (span.first, span.ends)
    ):
        raise CannotBeDone(
            _("With this start some dates would lie before %(first)d or after %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return there


# A programme from another one -----------------------------------------------------------------------------------------
@transaction.atomic
def replicate(
    *,
    programme: Programme,
    name: str,
    slug: str,
    starts_on: date,
    cities: Collection[City],
    partners: Collection[Organisation],
    by: User,
) -> Programme:
    """A new programme with the steps and milestone templates of this one, all dates moved by as many days as the start.

    Who makes it coordinates it. That cities agreed to share their results is theirs, and is not taken along. Raises
    NotAllowed, and CannotBeDone when there is nothing to take along, the slug is taken or dates leave the calendar.
    """
    rules.check_can_replicate(by, programme)
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    spans = plan_of(programme)
    if not spans:
        raise CannotBeDone(_("This programme has neither steps nor milestones: there is nothing to take along."))
    days = days_between(programme.starts_on, starts_on)
    whole = Span("programme", name, programme.starts_on, programme.ends_on)
    shift_checked([whole, *spans], days)
    new = _new_programme(programme, name, slug, days)
    new.cities.set(cities)
    new.partners.set(partners)
    Membership.objects.create(user=by, role=Role.NETWORK_COORDINATOR, programme=new)
    _copy_steps(programme, new, days)
    _copy_templates(programme, new, days)
    audit.record("programme.replicated", new, by=by, source=programme.slug, days=days)
    return new


def _new_programme(programme: Programme, name: str, slug: str, days: int) -> Programme:
    try:
        with transaction.atomic():
            return Programme.objects.create(
                name=name,
                slug=slug,
                description=programme.description,
                starts_on=moved(programme.starts_on, days),
                ends_on=moved(programme.ends_on, days),
            )
    except IntegrityError:
        raise CannotBeDone(_("There is a programme with the short name “%(slug)s” already.") % {"slug": slug}) from None


def _copy_steps(source: Programme, new: Programme, days: int) -> None:
    ProgrammeStep.objects.bulk_create(
        ProgrammeStep(
            programme=new,
            position=step.position,
            name=step.name,
            starts_on=moved(step.starts_on, days),
            ends_on=moved(step.ends_on, days),
        )
        for step in source.steps.all()
    )


def _copy_templates(source: Programme, new: Programme, days: int) -> None:
    """The templates, and what comes after what among them."""
    copies = {}
    for template in MilestoneTemplate.objects.filter(programme=source):
        copies[template.pk] = MilestoneTemplate.objects.create(
            programme=new,
            code=template.code,
            process=template.process,
            title=template.title,
            description=template.description,
            starts_on=None if template.starts_on is None else moved(template.starts_on, days),
            due_on=moved(template.due_on, days),
            position=template.position,
        )
    needs = MilestoneTemplate.needs.through
    links = needs.objects.filter(from_milestonetemplate__programme=source, to_milestonetemplate__programme=source)
    needs.objects.bulk_create(
        needs(from_milestonetemplate=copies[one], to_milestonetemplate=copies[other])
        for one, other in links.values_list("from_milestonetemplate_id", "to_milestonetemplate_id")
    )


# A city into a running one --------------------------------------------------------------------------------------------
@transaction.atomic
def add_city(*, programme: Programme, city: City, starts_on: date, by: User) -> list[Milestone]:
    """Take a city into a programme and lay out its milestones, so that the first of them begins on `starts_on`.

    Raises NotAllowed, and CannotBeDone when the city is in it already or dates leave the calendar.
    """
    rules.check_can_replicate(by, programme)
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if programme.cities.filter(pk=city.pk).exists():
        raise CannotBeDone(_("%(city)s is in this programme already.") % {"city": city.name})
    spans = milestones_of(programme)
    days = shift_of(spans, starts_on)
    shift_checked(spans, days)
    programme.cities.add(city)
    made = lay_out(city=city, programme=programme, days=days, by=by)
    audit.record("programme.city_added", programme, by=by, city=city.slug, days=days, milestones=len(made))
    return made


def shift_of(spans: Iterable[Span], starts_on: date) -> int:
    """By how many days the milestones move when the first of them begins on `starts_on`; 0 without milestones."""
    first = first_day(spans)
    return 0 if first is None else days_between(first, starts_on)


def lay_out(*, city: City, programme: Programme, days: int, by: User, is_sample: bool = False) -> list[Milestone]:
    """Give the city a milestone of each template that it has none of, `days` later than the template says.

    Each with its first promised date; one comes after another as the templates do. The caller holds a lock and has
    checked the dates.
    """
    every = MilestoneTemplate.objects.filter(programme=programme).prefetch_related("needs")
    templates = list(every.exclude(process=Process.ACTION))  # a pilot action is a city's own
    there = {one.template_id: one for one in Milestone.objects.filter(city=city, template__in=templates)}
    made = [
        Milestone.objects.create(
            city=city,
            programme=programme,
            template=template,
            process=template.process,
            title=template.title,
            description=template.description,
            starts_on=None if template.starts_on is None else moved(template.starts_on, days),
            due_on=moved(template.due_on, days),
            is_sample=is_sample,
            created_by=by,
        )
        for template in templates
        if template.pk not in there
    ]
    Promise.objects.bulk_create(Promise(milestone=one, due_on=one.due_on, by=by) for one in made)
    of_template = there | {one.template_id: one for one in made}
    needs = {template.pk: [need.pk for need in template.needs.all()] for template in templates}
    Dependency.objects.bulk_create(
        Dependency(milestone=one, needs=of_template[need])
        for one in made
        for need in needs[one.template_id or 0]
        if need in of_template
    )
    return made
