"""Small documents to lay out, and how what was laid out is read again."""

import re
from io import BytesIO

from pypdf import PdfReader

from dodam.features.reports.models.document import (
    Chart,
    Charts,
    Document,
    Fact,
    Facts,
    Figure,
    KeyFigures,
    Notes,
    Paragraph,
    Section,
    Table,
)
from dodam.platform.i18n import Language

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
    '<text x="0" y="8" font-family="Pretendard">그림</text></svg>'
)


def document(said: str = "민준", language: Language = Language.KOREAN) -> Document:
    """A document with every kind of block, in each of which something is said."""
    return Document(
        language=language,
        title="보고서",
        subtitle=said,
        notice=said,
        foot=said,
        page="{page} / {pages}쪽",
        sections=[
            Section(
                "모든 것",
                [
                    Paragraph(said),
                    Facts([Fact("이름", said)], caption="사실"),
                    KeyFigures([Figure("이행률", said, said)]),
                    Table("표", ["첫째", "둘째"], [[said, "1"], ["나머지", said]], words=[1]),
                    Charts([Chart("그림", _PICTURE, alt=said, note=said)], abreast=2),
                    Notes([said]),
                ],
            )
        ],
    )


def printed(pdf: bytes) -> str:
    """The words on the pages of a PDF, with single spaces."""
    pages = PdfReader(BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
