"""A printable document: sections of a few kinds of blocks, in words that are ready to be read.

Whoever lays it out (`layout/`) knows nothing of therapy, and whoever writes it nothing of HTML or
of PDF. Every text is plain: what looks like markup is shown as it stands.
"""

from msgspec import Struct

from dodam.platform.i18n import Language


class Paragraph(Struct, frozen=True, tag="paragraph"):
    text: str


class Fact(Struct, frozen=True):
    label: str
    value: str


class Facts(Struct, frozen=True, tag="facts"):
    """A list of names and values, such as a child's particulars."""

    rows: list[Fact]
    caption: str = ""


class Figure(Struct, frozen=True):
    """A figure to be seen at a glance, and beneath it what it is made of."""

    label: str
    value: str
    detail: str


class KeyFigures(Struct, frozen=True, tag="key_figures"):
    figures: list[Figure]


class Table(Struct, frozen=True, tag="table"):
    """A table with a heading on each column; the first cell of a row is that row's heading.

    `words` are the columns (0-based) that hold words and not figures; they stand to the left. The
    `wide` column takes the room that the others leave.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    words: list[int]
    wide: int = 0


class Chart(Struct, frozen=True):
    """A drawing in SVG; in words what it shows, for who cannot see it; and what to make of it."""

    title: str
    svg: str
    alt: str
    note: str


class Charts(Struct, frozen=True, tag="charts"):
    """Charts side by side, `abreast` of them in a row."""

    charts: list[Chart]
    abreast: int = 1


class Notes(Struct, frozen=True, tag="notes"):
    """Numbered notes, from 1, which texts point to as [1]."""

    notes: list[str]


Block = Paragraph | Facts | KeyFigures | Table | Charts | Notes


class Section(Struct, frozen=True):
    heading: str
    blocks: list[Block]


class Document(Struct, frozen=True):
    """`notice` is what nobody may overlook; `foot` stands at the foot of every page.

    `page` is how a page is numbered, with `{page}` and `{pages}` in it.
    """

    language: Language
    title: str
    subtitle: str
    notice: str
    foot: str
    page: str
    sections: list[Section]
