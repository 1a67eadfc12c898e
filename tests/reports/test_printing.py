"""T11: documents as PDF."""

import asyncio
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from dodam.features.reports.errors import PrinterBusy
from dodam.features.reports.models.document import Paragraph, Section
from dodam.features.reports.service import typesetting
from dodam.features.reports.service.printer import Printer
from dodam.features.reports.service.typesetting import typeset
from tests.clock import NOON
from tests.reports.documents import document, printed

# How often `document` says something that is printed; in an alternative text it is not.
_TIMES_SAID = 11


@pytest.mark.parametrize(
    "said",
    [
        '#panic("no") #read("/etc/passwd") #sys.inputs',
        "$x^2$ *bold* _slanted_ `raw` @nobody <label> \\ // /* */ [1] {2} ~ ---",
        "= Heading",
        '</text><script>alert("1")</script>&amp;',
        "{page} {{ 7 * 7 }} {% raw %}",
        '"}, {"type": "paragraph"',
    ],
)
def test_T11_what_looks_like_markup_is_printed_as_it_stands(said: str) -> None:
    words = printed(typeset(document(said), NOON))
    assert words.count(said) == _TIMES_SAID


def test_T11_a_long_word_breaks_and_stays_on_the_page() -> None:
    pages = PdfReader(BytesIO(typeset(document("W" * 200), NOON))).pages
    reached: list[float] = []

    def visit(_text: str, _cm: Any, matrix: list[float], _font: Any, _size: float) -> None:
        reached.append(matrix[4])

    for page in pages:
        page.extract_text(visitor_text=visit)
    assert max(reached) < float(pages[0].mediabox.width)
    assert "W" * 200 in printed(typeset(document("W" * 200), NOON)).replace(" ", "")


def test_T11_every_syllable_of_hangul_is_printed() -> None:
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    lines = ["".join(syllables[start : start + 20]) for start in range(0, len(syllables), 20)]
    every = replace(document(), sections=[Section("음절", [Paragraph(" ".join(lines))])])
    assert set(syllables) <= set(printed(typeset(every, NOON)))


def test_T11_a_pdf_is_tagged_and_can_be_kept() -> None:
    reader = PdfReader(BytesIO(typeset(document(), NOON)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "ko"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata


@pytest.mark.parametrize("said", ["민준 👍🏽", "金敏俊", "مينجون", "\ufffe\U000f0000"])
def test_T11_a_name_the_font_has_no_shapes_for_is_no_reason_to_print_nothing(said: str) -> None:
    assert "모든 것" in printed(typeset(document(said), NOON))


def test_T11_the_same_document_is_the_same_bytes() -> None:
    assert typeset(document(), NOON) == typeset(document(), NOON)


async def test_T11_who_comes_while_many_wait_is_turned_away_and_served_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on = Event()

    def wait(*_: object) -> bytes:
        goes_on.wait(10)
        return b"printed"

    monkeypatch.setattr(typesetting, "typeset", wait)
    printer = Printer()
    waiting = [asyncio.create_task(printer.pdf(document(), NOON)) for _ in range(10)]
    await asyncio.sleep(0)
    with pytest.raises(PrinterBusy) as refused:
        await printer.pdf(document(), NOON)
    assert refused.value.retry_after
    goes_on.set()
    assert await asyncio.gather(*waiting) == [b"printed"] * 10
    assert await printer.pdf(document(), NOON) == b"printed"


async def test_T11_whoever_goes_away_takes_a_place_until_the_printing_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on = Event()

    def wait(*_: object) -> bytes:
        goes_on.wait(10)
        return b"printed"

    monkeypatch.setattr(typesetting, "typeset", wait)
    printer = Printer()
    waiting = [asyncio.create_task(printer.pdf(document(), NOON)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    with pytest.raises(PrinterBusy):
        await printer.pdf(document(), NOON)
    goes_on.set()
