"""Markdown that staff write and clients render: only what no renderer can be tricked with.

CommonMark 0.31. Raw HTML is refused, for some renderers run it; links go to https addresses; and
there are no images, for a note that loads one tells a stranger's server which family reads it when.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

_MOST_LEVELS = 20
_HTTPS = re.compile(r"https://[^/?#]", re.IGNORECASE)
_HTML = Text(
    en="Raw HTML is not allowed.", ko="HTML 태그는 쓸 수 없어요. 마크다운으로만 써 주세요."
)
_IMAGE = Text(en="Images are not allowed.", ko="이미지는 넣을 수 없어요.")
_LINK = Text(en="Links must go to https:// addresses.", ko="링크는 https:// 주소로만 걸 수 있어요.")
_DEEP = Text(
    en=f"Nothing may be nested more than {_MOST_LEVELS} levels deep.",
    ko=f"{_MOST_LEVELS}단계보다 깊게 겹쳐 쓸 수 없어요.",
)


def _parser() -> MarkdownIt:
    """One of its own for each text: a parser gets its rules ready as it goes, for one thread."""
    # What lies deeper than this is not parsed, and so not seen: it is refused long before.
    parser = MarkdownIt("commonmark", {"maxNesting": 3 * _MOST_LEVELS})
    # The parser leaves `javascript:` and the like as text; another may make links of them.
    parser.validateLink = lambda url: True  # noqa: ARG005 - the parser passes it by name
    return parser


def markdown_errors(text: str, field: str) -> list[FieldError]:
    """What is wrong with a text, each kind of fault once."""
    wrong: dict[str, Text] = {}
    for token in _all(_parser().parse(text)):
        if token.level > _MOST_LEVELS:
            wrong["too_deep"] = _DEEP
        if token.type in {"html_block", "html_inline"}:
            wrong["raw_html"] = _HTML
        elif token.type == "image":
            wrong["image"] = _IMAGE
        elif token.type == "link_open" and not _HTTPS.match(str(token.attrs["href"])):
            wrong["not_https"] = _LINK
    return [FieldError(field, code, said) for code, said in wrong.items()]


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
