"""Changes to a city's register of stakeholders: adding, changing, removing, making one of two."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi.errors import CannotBeDone, Conflict
from strategy.stakeholders.actions._common import (
    check_name_is_free,
    give,
    hand_over,
    open_register,
    pointing_to,
    record,
)
from strategy.stakeholders.models import CONSENT, Contact, Stakeholder


@transaction.atomic
def add(*, city: City, by: User, **facts: Any) -> Stakeholder:
    """Put an organisation into the register. Raises CannotBeDone when its name is there already."""
    open_register(city, by)
    check_name_is_free(city, facts["name"])
    stakeholder = Stakeholder.objects.create(city=city, added_by=by, **facts)
    record("stakeholder.added", city, by=by, stakeholder=stakeholder.pk)
    return stakeholder


@transaction.atomic
def change(*, stakeholder: Stakeholder, base_version: int, by: User, **facts: Any) -> Stakeholder:
    """Write new facts. Raises Conflict when somebody saved since `base_version`, CannotBeDone for a name in use."""
    open_register(stakeholder.city, by)
    stored = _as_it_is(stakeholder)
    if stored.version != base_version:
        raise Conflict(stored)
    check_name_is_free(stored.city, facts["name"], but=stored)
    changed = give(stored, facts)
    if changed:
        stored.version += 1
        stored.save()
        record("stakeholder.changed", stored.city, by=by, stakeholder=stored.pk, fields=changed)
    return stored


def _as_it_is(stakeholder: Stakeholder) -> Stakeholder:
    stored = Stakeholder.objects.select_related("city").filter(pk=stakeholder.pk).first()
    if stored is None:
        raise CannotBeDone(_("This entry was removed or merged with another one in the meantime."))
    return stored


@transaction.atomic
def remove(*, stakeholder: Stakeholder, by: User) -> None:
    """Take an organisation out. Raises CannotBeDone as long as something hangs on it."""
    open_register(stakeholder.city, by)
    reason = why_not_removed(stakeholder)
    if reason:
        raise CannotBeDone(reason)
    record("stakeholder.removed", stakeholder.city, by=by, stakeholder=stakeholder.pk)
    stakeholder.delete()


def why_not_removed(stakeholder: Stakeholder) -> str:
    """What hangs on a stakeholder, as a sentence; empty if it may be removed."""
    if stakeholder.contacts.known().exists():
        return _("Contact persons belong to it. Note first that they withdrew, or merge it with another entry.")
    if stakeholder.contacts.filter(participations__isnull=False).exists():
        return _("It was in sessions, whose counts would no longer be right. Merge it with another entry instead.")
    others = [relation for relation in pointing_to(stakeholder) if relation.related_model is not Contact]
    for relation in others:
        if relation.related_model._default_manager.filter(**{relation.field.name: stakeholder}).exists():
            return _("Other entries of the city rest on it. Merge it with another entry instead.")
    return ""


@transaction.atomic
def merge(*, stakeholder: Stakeholder, into: Stakeholder, by: User) -> None:
    """Make one of two entries of a city for the same organisation: `into` stays, with everything of `stakeholder`.

    What `into` says stays; what it leaves open is taken from the other. A person who stands in both is one person then.
    """
    open_register(stakeholder.city, by)
    if stakeholder.pk == into.pk or stakeholder.city_id != into.city_id:
        raise CannotBeDone(_("Choose another stakeholder of this city."))
    stakeholder, into = _as_it_is(stakeholder), _as_it_is(into)
    twins = {contact.email.lower(): contact for contact in _with_data(into) if contact.email}
    for contact in _with_data(stakeholder):
        if contact.email.lower() in twins:
            _become_one(contact, twins[contact.email.lower()])
    hand_over(stakeholder, into)
    _fill_gaps(into, stakeholder)
    record("stakeholder.merged", into.city, by=by, stakeholder=stakeholder.pk, into=into.pk)
    stakeholder.delete()


def _with_data(stakeholder: Stakeholder) -> "models.QuerySet[Contact]":
    return stakeholder.contacts.filter(forgotten_at=None).locked()


def _become_one(contact: Contact, twin: Contact) -> None:
    """Make `twin` the only row of a person: with the later consent, and in every session of both."""
    for name in ("phone", "function", "language"):
        setattr(twin, name, getattr(twin, name) or getattr(contact, name))
    if contact.consent_given_on > twin.consent_given_on:
        for name in (*CONSENT, "consent_recorded_by"):
            setattr(twin, name, getattr(contact, name))
    twin.remember(contact.traces, *contact.former)
    twin.version += 1
    twin.save()
    places = {place.session_id: place for place in twin.participations.all()}
    for place in contact.participations.all():
        if place.session_id in places:
            _share_place(place, places[place.session_id])
    contact.launch_invitations.filter(launch__in=twin.launch_invitations.values("launch")).delete()
    hand_over(contact, twin)
    contact.delete()


def _share_place(place: Any, kept: Any) -> None:
    """Make one of two places in the same session: who came in one of them came, who replied has replied."""
    kept.attended = kept.attended or place.attended
    kept.invited_at = kept.invited_at or place.invited_at
    if not kept.reply:
        kept.reply, kept.replied_at = place.reply, place.replied_at
    kept.save()
    hand_over(place, kept)
    place.delete()


def _fill_gaps(into: Stakeholder, other: Stakeholder) -> None:
    into.website = into.website or other.website
    into.languages = list(dict.fromkeys([*into.languages, *other.languages]))
    into.interests = list(dict.fromkeys([*into.interests, *other.interests]))
    into.version += 1
    into.save()
