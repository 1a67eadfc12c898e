"""Sets a document as PDF with Typst, with the fonts of the package and nothing of the machine's.

As a program it reads a document as JSON and writes the PDF; its argument is the time of the PDF.
"""

import sys
from datetime import datetime
from importlib import resources

import msgspec
import typst

from dodam.features.reports.models.document import Document

_PACKAGE = resources.files("dodam.features.reports")
_LAYOUT = _PACKAGE.joinpath("layout/report.typ").read_bytes()
_FONTS = typst.Fonts(include_system_fonts=False, font_paths=[str(_PACKAGE.joinpath("fonts"))])
# Tagged for screen readers (PDF/UA-1, ISO 14289-1), to be kept for long (PDF/A-2a, ISO 19005-2).
_STANDARDS: "list[typst.PDFStandard]" = ["ua-1", "a-2a"]


def typeset(document: Document, at: datetime) -> bytes:
    """The document as PDF, dated `at`: the same document is the same bytes."""
    try:
        return _compile(document, at, _STANDARDS)
    except typst.TypstError:
        # The standards ask for a shape for every character, and no font has them all. Such a name
        # is better printed with a box in it than not at all.
        return _compile(document, at, [])


def _compile(document: Document, at: datetime, standards: "list[typst.PDFStandard]") -> bytes:
    return typst.compile(
        _LAYOUT,
        font_paths=_FONTS,
        sys_inputs={"document": msgspec.json.encode(document).decode()},
        pdf_standards=standards,
        timestamp=at.replace(microsecond=0),  # PDF dates are of whole seconds
    )


if __name__ == "__main__":
    to_print = msgspec.json.decode(sys.stdin.buffer.read(), type=Document)
    sys.stdout.buffer.write(typeset(to_print, datetime.fromisoformat(sys.argv[1])))
