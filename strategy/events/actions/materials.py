"""What is given out at an event."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from epi.uploads import Upload
from strategy.events import rules
from strategy.events.actions._common import lock
from strategy.events.models import Material, ProgrammeEvent


@transaction.atomic
def add_material(
    *, event: ProgrammeEvent, title: str, language: str, url: str, upload: Upload | None, by: User
) -> Material:
    """Add a link or a checked file. Raises CannotBeDone for both and for neither."""
    event = lock(event)
    rules.check_can_change(by, event)
    if bool(url) == bool(upload):
        raise CannotBeDone(_("Give either a link or a file."))
    material = Material(event=event, title=title, language=language, url=url, added_by=by)
    if upload:
        material.file_name, material.file_kind, material.file_size = upload.name, upload.kind, upload.size
        material.file = upload.stored()
    material.save()
    audit.record("programme_event.material_added", event, by=by, material=material.pk, title=title)
    return material


@transaction.atomic
def remove_material(*, material: Material, by: User) -> None:
    """Take a material away; its file goes once that is certain."""
    event = lock(material.event)
    rules.check_can_change(by, event)
    event.materials.filter(pk=material.pk).delete()
    if material.file:
        storage, name = material.file.storage, str(material.file.name)
        transaction.on_commit(lambda: storage.delete(name))
    audit.record("programme_event.material_removed", event, by=by, title=material.title)
