"""Reading pages as a person does: the words on them, and what their forms would send if Save was pressed."""

import re

from django.http import HttpResponse
from lxml import html

from icc_index.models import Assessment


def tree(response: HttpResponse) -> html.HtmlElement:
    return html.fromstring(response.content.decode())


def text(response: HttpResponse, css: str = "body") -> str:
    """The words on a page, or in the first element that `css` (a tag, `#id` or `.class`) finds, in one line."""
    return " ".join(" ".join(_find(tree(response), css)[0].itertext()).split())


def texts(response: HttpResponse, css: str) -> list[str]:
    return [" ".join(" ".join(found.itertext()).split()) for found in _find(tree(response), css)]


def _find(page: html.HtmlElement, css: str) -> list[html.HtmlElement]:
    kind, name = (css[0], css[1:]) if css[0] in "#." else ("", css)
    if kind == "#":
        return page.xpath("//*[@id=$name]", name=name)
    if kind == ".":
        return page.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} ")
    return page.xpath(f"//{name}")


def fields(response: HttpResponse, form_id: str = "answers") -> dict[str, str | list[str]]:
    """What the form would send if its Save was pressed without touching anything; boxes ticked come as lists."""
    sent: dict[str, str | list[str]] = {}
    for form in tree(response).xpath("//form[@id=$name]", name=form_id):
        boxes = set(form.xpath(".//input[@type='checkbox']/@name"))
        for name, value in form.form_values():
            if name in boxes:
                sent.setdefault(name, []).append(value)
            else:
                # Browsers drop the line break that stands right after <textarea>, and send the others as CR LF.
                sent[name] = re.sub("\r?\n", "\r\n", re.sub(r"^\r?\n", "", value))
    return sent


def typed(code: str, value: str | list[str] = "", explanation: str = "", version: int = 0, **more: str) -> dict:
    """What the page of an indicator sends for one question."""
    sent = {"value": value, "explanation": explanation, "version": version, **more}
    return {f"{code}-{name}": content for name, content in sent.items()}


def htmx(client, assessment: Assessment, area: str, code: str, *args, **kwargs) -> HttpResponse:
    """Save one answer as the script does."""
    sent = {"only": code, **typed(code, *args, **kwargs)}
    return client.post(f"{assessment.get_absolute_url()}{area}/", sent, headers={"HX-Request": "true"})
