"""QR codes drawn as SVG: for links on paper, which nobody types."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4  # modules of white around the code, as readers need it


def svg(text: str) -> SafeString:
    """The code of `text`. It is always dark on white, whatever the colours of the page, and says nothing to a screen
    reader: the text itself must stand beside it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {0} {0}" aria-hidden="true" focusable="false"'
        ' shape-rendering="crispEdges"><rect width="{0}" height="{0}" fill="#ffffff"/>'
        '<path fill="#000000" d="{1}"/></svg>',
        len(rows),
        path,
    )
