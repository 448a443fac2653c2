"""The demo's registers: some persons an organisation, one of a city who withdrew, one whose time is short."""

import random
from datetime import timedelta

from django.utils import timezone
from django.utils.text import slugify

from cities.enums import Role
from cities.models import City, Membership, User
from strategy.consent.actions import withdraw
from strategy.demo.organisations import FUNCTIONS, INTERESTS, NAMES, ORGANISATIONS, Sample
from strategy.stakeholders.actions import persons, register
from strategy.stakeholders.enums import GivenBy, Purpose
from strategy.stakeholders.models import Contact, Stakeholder, kept_by_default

SHORT = timedelta(days=20)  # the time that is left to one person in each city


def coordinator_of(city: City) -> User:
    return Membership.objects.select_related("user").filter(city=city, role=Role.COORDINATOR)[0].user


def fill(city: City, chance: random.Random) -> None:
    """Put the sample stakeholders and their persons on the city's empty register."""
    by = coordinator_of(city)
    given_names, surnames = NAMES[city.country]
    names = [f"{given} {surname}" for given in given_names for surname in surnames]
    chance.shuffle(names)
    made: list[Contact] = []
    for number, sample in enumerate(ORGANISATIONS[city.slug]):
        stakeholder = _organisation(city, sample, by)
        for function in FUNCTIONS[sample.sector][: 3 if number % 3 == 0 else 2]:
            made.append(_person(stakeholder, names.pop(), function, chance, by))
    _let_time_run_out(made[-2], by)
    withdraw(contact=made[-1], by=by)


def _organisation(city: City, sample: Sample, by: User) -> Stakeholder:
    return register.add(
        city=city,
        name=sample.name,
        sector=sample.sector,
        website=f"https://example.org/{city.slug}/{slugify(sample.name)}",
        languages=list(sample.languages),
        interests=list(INTERESTS[sample.sector]),
        is_sample=True,
        by=by,
    )


def _person(stakeholder: Stakeholder, name: str, function: str, chance: random.Random, by: User) -> Contact:
    given_on = timezone.localdate() - timedelta(days=chance.randint(80, 300))
    return persons.add(
        stakeholder=stakeholder,
        name=name,
        email=f"{slugify(name)}@{slugify(stakeholder.name)[:40].strip('-')}.example",
        phone="",
        function=function,
        language=chance.choice(stakeholder.languages),
        purpose=chance.choice(Purpose.values),
        consent_given_on=given_on,
        consent_given_by=chance.choice(GivenBy.values),
        keep_until=kept_by_default(given_on),
        by=by,
    )


def _let_time_run_out(contact: Contact, by: User) -> None:
    facts = {name: getattr(contact, name) for name in ("name", "email", "phone", "function", "language", "purpose")}
    persons.change(
        contact=contact,
        base_version=contact.version,
        consent_given_on=contact.consent_given_on,
        consent_given_by=contact.consent_given_by,
        keep_until=timezone.localdate() + SHORT,
        by=by,
        **facts,
    )
