"""Markdown that staff write and clients render: only what no renderer can be tricked with.

CommonMark 0.31. Raw HTML is refused, for some renderers run it; links go to https addresses; and
there are no images, for a note that loads one tells a stranger's server which family reads it when.
"""

import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dodam.platform.errors import FieldError
from dodam.platform.i18n import Text

_MOST_LEVELS = 20
_MOST_BRACKETS = 60
# What renderers that go beyond CommonMark make links of (GitHub Flavored Markdown, section 6.9).
_BARE_ADDRESS = re.compile(r"(?<![a-z0-9])(?:http://|ftp://|www\.)", re.IGNORECASE)
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
_BRACKETS = Text(
    en=f"One paragraph may have {_MOST_BRACKETS} opening brackets at most.",
    ko=f"한 문단에 여는 대괄호는 {_MOST_BRACKETS}개까지 쓸 수 있어요.",
)


def _parser() -> MarkdownIt:
    """One of its own for each text: a parser gets its rules ready as it goes, for one thread."""
    # What lies deeper than this is not parsed, and so not seen: a link behind as many brackets,
    # each of which could begin one, is text to this parser. So neither gets through.
    parser = MarkdownIt("commonmark", {"maxNesting": _MOST_BRACKETS + 1})
    # The parser leaves `javascript:` and the like as text; another may make links of them.
    parser.validateLink = lambda url: True  # noqa: ARG005 - the parser passes it by name
    return parser


def markdown_errors(text: str, field: str) -> list[FieldError]:
    """What is wrong with a text, each kind of fault once."""
    wrong: dict[str, Text] = {}
    referred: dict[str, Any] = {}
    tokens = _parser().parse(text, referred)
    # Those to which nothing refers too: parsers differ in which labels are the same.
    if not all(_HTTPS.match(each["href"]) for each in referred.get("references", {}).values()):
        wrong["not_https"] = _LINK
    for token in _all(tokens):
        if token.type == "inline" and token.content.count("[") > _MOST_BRACKETS:
            wrong["too_many_brackets"] = _BRACKETS
        if token.level > _MOST_LEVELS:
            wrong["too_deep"] = _DEEP
        if token.type in {"html_block", "html_inline"}:
            wrong["raw_html"] = _HTML
        elif token.type == "image":
            wrong["image"] = _IMAGE
        elif _leads_elsewhere(token):
            wrong["not_https"] = _LINK
    return [FieldError(field, code, said) for code, said in wrong.items()]


def _leads_elsewhere(token: Token) -> bool:
    if token.type == "text":
        return _BARE_ADDRESS.search(token.content) is not None
    return token.type == "link_open" and not _HTTPS.match(str(token.attrs["href"]))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
