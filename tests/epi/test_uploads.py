"""Uploaded files: what they are by their content, what is refused and why, and how they are handed out."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter

from epi import uploads
from epi.uploads import MIME_TYPES, Refused, UploadField, check

OFFICE = {
    "docx": "wordprocessingml.document",
    "pptx": "presentationml.presentation",
    "xlsx": "spreadsheetml.sheet",
}


def pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=72, height=72)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def packed(parts: dict[str, bytes | str], **kwargs) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **kwargs) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", more: dict[str, bytes | str] | None = None, main: str = "main+xml") -> bytes:
    inside = f"application/vnd.openxmlformats-officedocument.{OFFICE[kind]}.{main}"
    types = f'<Types><Override PartName="/document.xml" ContentType="{inside}"/></Types>'
    return packed({"[Content_Types].xml": types, "document.xml": "<document/>", **(more or {})})


def open_document(kind: str = "odt", more: dict[str, bytes | str] | None = None) -> bytes:
    return packed({"mimetype": MIME_TYPES[kind], "content.xml": "<office/>", **(more or {})})


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "Task"
    book.save(out)
    return out.getvalue()


GOOD = {
    "pdf": pdf,
    "docx": office,
    "pptx": lambda: office("pptx"),
    "xlsx": workbook,
    "odt": open_document,
    "odp": lambda: open_document("odp"),
    "png": picture,
    "jpg": lambda: picture("JPEG"),
}


def test_every_kind_has_an_example_here():
    assert set(GOOD) == set(MIME_TYPES)


@pytest.mark.parametrize("kind", GOOD)
def test_file_is_what_its_content_says_whatever_it_is_called(kind):
    upload = check(io.BytesIO(GOOD[kind]()), "agenda.exe")
    assert (upload.kind, upload.name) == (kind, f"agenda.{kind}")


REFUSED = {
    "program": (b"MZ\x90\x00" + b"\0" * 200, "none of them"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "none of them"),
    "html": (b"<!doctype html><script>alert(1)</script>", "none of them"),
    "page that is a pdf too": (b"<script>alert(1)</script>" + pdf(), "none of them"),
    "text": (b"Dear all,", "none of them"),
    "gif": (b"GIF89a" + b"\0" * 50, "none of them"),
    "plain zip": (packed({"setup.exe": b"MZ"}), "none of them"),
    "template": (office(main="template.main+xml"), "none of them"),
    "two in one": (
        packed({"[Content_Types].xml": "".join(f'"{part.decode()}"' for part in uploads._OFFICE_PARTS)}),
        "none of them",
    ),
    "drawing": (packed({"mimetype": "application/vnd.oasis.opendocument.graphics"}), "none of them"),
    "nothing": (b"", "empty"),
    "pdf with a password": (pdf("secret"), "password"),
    "zip with a password": (b"", "password"),  # made below
    "odt with a password": (
        open_document(more={"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        "password",
    ),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old Office"),
    "docx with macros": (office(more={"word/vbaProject.bin": b"\xd0\xcf"}), "macros"),
    "docm called docx": (packed({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled"}), "macros"),
    "xlsx with old macros": (office("xlsx", more={"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "odt with macros": (open_document(more={"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
    "half a pdf": (pdf()[:200], "broken"),
    "only the beginning of a pdf": (b"%PDF-1.7\n", "broken"),
    "half a docx": (office()[:120], "broken"),
    "odt without content": (packed({"mimetype": MIME_TYPES["odt"]}), "broken"),
    "half a png": (picture(size=(300, 300))[:200], "broken"),
    "half a jpeg": (picture("JPEG", (300, 300))[:400], "broken"),
}


def _with_password_flag(data: bytes) -> bytes:
    """As a ZIP program marks a part that it encrypted: a bit in both of the part's headers."""
    marked = bytearray(data)
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(header) + place] |= 1
    return bytes(marked)


REFUSED["zip with a password"] = (_with_password_flag(office()), "password")


@pytest.mark.parametrize("case", REFUSED)
def test_file_that_is_not_wanted_is_refused_with_the_reason(case):
    content, reason = REFUSED[case]
    with pytest.raises(Refused, match=reason):
        check(io.BytesIO(content), "agenda.pdf")


@pytest.mark.parametrize("tolerant", [True, False])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_half_a_picture_is_refused_even_after_weasyprint_made_pillow_tolerant(kind, tolerant, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", tolerant)
    whole = picture(kind, (300, 300))
    assert check(io.BytesIO(whole), "a").kind == ("png" if kind == "PNG" else "jpg")
    with pytest.raises(Refused, match="broken"):
        check(io.BytesIO(whole[:-20]), "a")


def test_damaged_part_is_found_by_its_checksum():
    data = bytearray(packed({"mimetype": MIME_TYPES["odt"], "content.xml": "<office/>"}))
    data[data.index(b"content.xml") + len("content.xml") + 2] ^= 0xFF
    with pytest.raises(Refused, match="broken"):
        check(io.BytesIO(bytes(data)), "agenda.odt")


def test_file_of_ten_megabytes_passes_and_one_byte_more_does_not():
    short = pdf()
    rest = uploads.MOST_BYTES - len(short)
    whole = short[:9] + b"%" + b" " * (rest - 2) + b"\n" + short[9:]
    assert check(io.BytesIO(whole), "a.pdf").size == uploads.MOST_BYTES
    with pytest.raises(Refused, match="larger than 10 MB"):
        check(io.BytesIO(whole + b"\n"), "a.pdf")


def test_small_file_that_would_unpack_to_a_large_one_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = office(more={"media.bin": b"\0" * (uploads.MOST_UNPACKED_BYTES + 1)})
    assert len(bomb) < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *given, **more: pytest.fail("it was unpacked"))
    with pytest.raises(Refused, match="larger than 100 MB when unpacked"):
        check(io.BytesIO(bomb), "agenda.docx")


def test_file_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PARTS", 2)
    with pytest.raises(Refused, match="when unpacked"):
        check(io.BytesIO(office(more={"more.xml": "<x/>"})), "agenda.docx")


def test_picture_of_too_many_pixels_is_refused_before_it_is_drawn(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PIXELS", 599)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda picture: pytest.fail("it was drawn"))
    with pytest.raises(Refused, match="pixels"):
        check(io.BytesIO(picture(size=(30, 20))), "agenda.png")


def test_picture_that_even_pillow_takes_for_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(Refused, match="pixels"):
        check(io.BytesIO(picture(size=(30, 20))), "agenda.png")


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("Program dnia.pdf", "Program dnia.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\anna\\plan.docx", "plan.pdf"),
        ('a"; filename="b.exe', "a__ filename__b.pdf"),
        ("załącznik №1.PDF", "załącznik _1.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 300 + ".pdf", "x" * uploads.NAME_LENGTH + ".pdf"),
        ("", "file.pdf"),
    ],
)
def test_name_is_kept_without_what_could_lead_astray(name, tidy):
    assert check(io.BytesIO(pdf()), name).name == tidy


def test_stored_file_has_a_random_name_with_the_true_ending():
    upload = check(io.BytesIO(pdf()), "agenda.exe")
    names = {upload.stored().name for _time in range(3)}
    assert len(names) == 3
    assert all(len(name) == 36 and name.endswith(".pdf") and "agenda" not in name for name in names)


def test_field_gives_the_checked_file_or_says_why_not():
    field = UploadField(required=False)
    upload = field.clean(SimpleUploadedFile("a.exe", pdf()))
    assert (upload.kind, upload.content) == ("pdf", pdf())
    assert field.clean(None) is None
    with pytest.raises(Exception, match="none of them"):
        field.clean(SimpleUploadedFile("a.pdf", b"MZ"))
