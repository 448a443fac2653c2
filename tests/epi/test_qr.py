"""QR codes: drawn without style or script, and read back by the same rules that made them."""

import re
from xml.etree import ElementTree

import qrcode

from epi import qr

TEXT = "https://epi.example.org/rate/abc_DEF-123/?a=1&b=<2>"
SVG = "{http://www.w3.org/2000/svg}"


def test_code_draws_every_dark_module_and_no_other():
    root = ElementTree.fromstring(qr.svg(TEXT))
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=qr.QUIET)
    code.add_data(TEXT)
    rows = code.get_matrix()
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", root.find(f"{SVG}path").get("d"))}
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    assert root.get("viewBox") == f"0 0 {len(rows)} {len(rows)}"


def test_code_is_dark_on_white_quiet_at_its_edge_and_holds_no_style():
    root = ElementTree.fromstring(qr.svg(TEXT))
    assert (root.find(f"{SVG}rect").get("fill"), root.find(f"{SVG}path").get("fill")) == ("#ffffff", "#000000")
    assert {name for element in root.iter() for name in element.attrib} <= {
        "class",
        "viewBox",
        "aria-hidden",
        "focusable",
        "shape-rendering",
        "width",
        "height",
        "fill",
        "d",
    }
    places = re.findall(r"M(\d+) (\d+)h", root.find(f"{SVG}path").get("d"))
    assert min(int(number) for place in places for number in place) == qr.QUIET
    assert root.get("aria-hidden") == "true"
