"""What is given out at an event: adding, taking home, removing."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from epi import uploads
from strategy.events.actions import materials as actions
from strategy.events.forms import MaterialForm
from strategy.events.views._common import Asked, answer_form, do, event_or_404, event_to_change, typed


@require_http_methods(["GET", "POST"])
def material_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    form = MaterialForm(typed(request), request.FILES or None, initial={"language": get_language()})
    asked = Asked(
        title=_("Add a material"),
        submit=_("Add the material"),
        done=_("The material is there for all who see the event."),
        back=f"{event.get_absolute_url()}#materials",
    )
    return answer_form(
        request, event, form, lambda: actions.add_material(event=event, by=request.user, **form.cleaned_data), asked
    )


@require_GET
def material_download(request: HttpRequest, slug: str, pk: int, material_pk: int) -> FileResponse:
    """The file. Files are private: this is the only way to them."""
    event = event_or_404(request, slug, pk)
    material = get_object_or_404(event.materials.exclude(file=""), pk=material_pk)
    return uploads.as_attachment(material.file, name=material.file_name, kind=material.file_kind)


@require_POST
def material_remove(request: HttpRequest, slug: str, pk: int, material_pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    material = get_object_or_404(event.materials, pk=material_pk)
    return do(
        request,
        lambda: actions.remove_material(material=material, by=request.user),
        done=_("The material is gone."),
        back=f"{reverse('event', args=[slug, pk])}#materials",
    )
