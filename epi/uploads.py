"""Files that people upload: what they are is read from their content, never from their name (ADR 12). Knows no app.

A file that passed is kept under a random name. It has no address of its own: it is handed out by a view that checks
who asks, as something to save and not to show (`as_attachment`).
"""

import io
import re
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django import forms
from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
MOST_PARTS = 5_000  # of a packed file
MOST_PIXELS = 40_000_000
NAME_LENGTH = 150
_CHUNK = 64 * 1024

MIME_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_OFFICE_PARTS = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
# WeasyPrint tells Pillow, for the whole process, to make do with half a picture: the end is looked for here.
_ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}
_MACROS = re.compile(r"vbaproject|vbadata|/macrosheets/|/activex/|^(basic|scripts)/", re.IGNORECASE)


class Refused(Exception):
    """The file is not kept. The message says why, and what to do."""


@dataclass(frozen=True)
class Upload:
    """A file that passed: its content, what it is (a key of MIME_TYPES), and what its owner calls it."""

    content: bytes
    kind: str
    name: str

    @property
    def size(self) -> int:
        return len(self.content)

    def stored(self) -> File:
        """What to save: under a random name, with the ending that its content has."""
        return ContentFile(self.content, name=f"{secrets.token_hex(16)}.{self.kind}")


class UploadField(forms.FileField):
    """A field for one checked file: its clean value is an Upload, or None."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(f".{kind}" for kind in [*MIME_TYPES, "jpeg"])
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        kwargs.setdefault(
            "help_text", gettext_lazy("PDF, DOCX, PPTX, XLSX, ODT, ODP, PNG or JPEG; at most 10 MB; without macros.")
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return check(file, file.name)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None


def as_attachment(file: FieldFile, *, name: str, kind: str) -> FileResponse:
    """The stored file as something to save. The caller has checked that this person may have it."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=MIME_TYPES[kind])
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private"
    return response


# Checking -------------------------------------------------------------------------------------------------------------
def check(source: BinaryIO | File, name: str) -> Upload:
    """Read the file and say what it is. Raises Refused, with the reason, for everything that is not kept."""
    data = source.read(MOST_BYTES + 1)
    if not data:
        raise Refused(_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise Refused(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    for beginning, reader in _READERS.items():
        if data.startswith(beginning):
            kind = reader(data)
            return Upload(data, kind, _tidy(name, kind))
    raise _unknown()


def _unknown() -> Refused:
    return Refused(
        _("Only PDF, DOCX, PPTX, XLSX, ODT, ODP, PNG and JPEG can be uploaded, and this file is none of them.")
    )


def _broken() -> Refused:
    return Refused(_("The file is broken or not complete. Open it, save it anew and try again."))


def _locked() -> Refused:
    return Refused(_("The file has a password. Save it without one, so that the others can open it."))


def _tidy(name: str, kind: str) -> str:
    """The owner's name for the file without folders and signs that could lead astray, with the ending that is true."""
    own = re.split(r"[/\\]", name)[-1]
    stem = own.rpartition(".")[0] or own
    stem = "".join(sign if sign.isalnum() or sign in " _-.()" else "_" for sign in stem).strip(" .")
    return f"{stem[:NAME_LENGTH] or 'file'}.{kind}"


def _pdf(data: bytes) -> str:
    """A PDF ends by saying where its table of contents begins; whether it is encrypted stands in the open."""
    end = re.search(rb"startxref\s+(\d+)\s+%%EOF", data[-2048:])
    if end is None or not 0 < int(end[1]) < len(data):
        raise _broken()
    if re.search(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)", data):
        raise _locked()
    return "pdf"


def _picture(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            picture.load()
            if _ENDS[str(picture.format)] not in data[-_CHUNK:]:
                raise _broken()
            return "png" if picture.format == "PNG" else "jpg"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Refused:
        raise
    except Exception:  # Pillow raises whatever it stumbles over in a broken picture
        raise _broken() from None


def _too_many_pixels() -> Refused:
    return Refused(
        _("The picture has more than %(most)d million pixels. Make it smaller.") % {"most": MOST_PIXELS // 1_000_000}
    )


def _packed(data: bytes) -> str:
    """DOCX, PPTX, XLSX, ODT and ODP are ZIP files: what they are stands inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive)
            kind = _kind_inside(archive)
            for part in archive.infolist():
                _read_through(archive, part)
            return kind
    except Refused:
        raise
    except Exception:  # zipfile and zlib raise whatever they stumble over in a broken file
        raise _broken() from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Refuse a small file that would grow without end, one with a password, and one with macros, before reading it.

    Python's zipfile never unpacks more of a part than the size that it tells, so the sum of the sizes can be trusted.
    """
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise Refused(
            _("The file is larger than %(most)d MB when unpacked.") % {"most": MOST_UNPACKED_BYTES // 1024 // 1024}
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise _locked()
    if any(_MACROS.search(part.filename) for part in parts):
        raise _with_macros()


def _with_macros() -> Refused:
    return Refused(_("The file has macros. Save it without them, as DOCX, PPTX, XLSX, ODT or ODP."))


def _kind_inside(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _office_kind(archive.read("[Content_Types].xml"))
    if "mimetype" in names:
        return _open_document_kind(archive, names)
    raise _unknown()


def _office_kind(types: bytes) -> str:
    if b"macroEnabled" in types:
        raise _with_macros()
    kinds = {kind for part, kind in _OFFICE_PARTS.items() if re.search(rb"[\"']" + re.escape(part) + rb"[\"']", types)}
    if len(kinds) != 1:
        raise _unknown()
    return kinds.pop()


def _open_document_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    said = archive.read("mimetype").strip().decode("ascii", "replace")
    kind = {MIME_TYPES[kind]: kind for kind in ("odt", "odp")}.get(said)
    if kind is None:
        raise _unknown()
    if "content.xml" not in names:
        raise _broken()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise _locked()
    return kind


def _read_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part, a little at a time, which compares its checksum; nothing of it is kept."""
    with archive.open(part) as content:
        while content.read(_CHUNK):
            pass


def _old_office(data: bytes) -> str:
    """DOC, XLS and PPT begin like this, and so does a DOCX with a password. Neither is looked into."""
    raise Refused(
        _("This is an old Office file, or one with a password. Save it as DOCX, PPTX, XLSX or PDF without one.")
    )


_READERS: dict[bytes, Callable[[bytes], str]] = {
    b"%PDF-": _pdf,
    b"PK\x03\x04": _packed,
    b"\x89PNG\r\n\x1a\n": _picture,
    b"\xff\xd8\xff": _picture,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _old_office,
}
