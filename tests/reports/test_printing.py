"""T11: documents as PDF."""

import asyncio
from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from dodam.features.reports.errors import PrinterBusy
from dodam.features.reports.models.document import Paragraph, Section
from dodam.features.reports.service import printer
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


def test_T11_a_pdf_is_dated_when_it_was_made() -> None:
    at = NOON.replace(microsecond=123_456)
    metadata = PdfReader(BytesIO(typeset(document(), at))).metadata
    assert metadata
    assert metadata.creation_date == NOON


class _Press:
    """Stands for the process that prints, which goes on when it is told to."""

    def __init__(self) -> None:
        self.at_work = 0
        self.goes_on = asyncio.Event()

    async def __call__(self, *_: object) -> bytes:
        self.at_work += 1
        try:
            await self.goes_on.wait()
        finally:
            self.at_work -= 1
        return b"printed"


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> _Press:
    press = _Press()
    monkeypatch.setattr(printer, "typeset_apart", press)
    return press


async def test_T11_a_process_of_its_own_prints_the_same() -> None:
    assert await Printer().pdf(document(), NOON) == typeset(document(), NOON)


async def test_T11_two_are_printed_at_a_time_eight_wait_and_the_rest_is_turned_away(
    press: _Press,
) -> None:
    printing = Printer()
    waiting = [asyncio.create_task(printing.pdf(document(), NOON)) for _ in range(10)]
    await asyncio.sleep(0)
    with pytest.raises(PrinterBusy) as refused:
        await printing.pdf(document(), NOON)
    assert refused.value.retry_after
    assert press.at_work == 2
    press.goes_on.set()
    assert await asyncio.gather(*waiting) == [b"printed"] * 10
    assert await printing.pdf(document(), NOON) == b"printed"


async def test_T11_whoever_goes_away_gives_its_place_back(press: _Press) -> None:
    printing = Printer()
    waiting = [asyncio.create_task(printing.pdf(document(), NOON)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert press.at_work == 0
    press.goes_on.set()
    assert await printing.pdf(document(), NOON) == b"printed"


async def test_T11_printing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    printing = Printer()
    with monkeypatch.context() as patch:
        patch.setattr(printer, "_SECONDS", 0)
        with pytest.raises(PrinterBusy):
            await printing.pdf(document(), NOON)
    assert (await printing.pdf(document(), NOON)).startswith(b"%PDF")


async def test_T11_printing_that_fails_is_a_fault_and_the_next_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printing = Printer()
    with monkeypatch.context() as patch:
        patch.setattr(printer, "_TYPESETTING", "dodam.no_such_program")
        with pytest.raises(RuntimeError, match="typesetting ended with 1"):
            await printing.pdf(document(), NOON)
    assert (await printing.pdf(document(), NOON)).startswith(b"%PDF")
