"""T11: documents as a page of HTML."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from dodam.features.reports.service.pages import CONTENT_SECURITY_POLICY, page
from dodam.platform.i18n import Language
from tests.reports.documents import document


class _Read(HTMLParser):
    """What a browser makes of a page: elements with their attributes, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}{% include 'report.css' %}",
        "</style></title></textarea><!--",
        "&lt;b&gt; & 'quoted' \"words\"",
    ],
)
def test_T11_what_looks_like_markup_is_shown_as_it_stands(said: str) -> None:
    plain, hostile = _Read(page(document())), _Read(page(document(said)))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in plain.elements]
    assert hostile.words.count(said) == plain.words.count("민준") > 0
    assert [each["aria-label"] for each in hostile.all("div") if each.get("role") == "img"] == [
        said
    ]


def test_T11_a_page_needs_nothing_else_and_runs_nothing() -> None:
    html = page(document())
    read = _Read(html)
    assert not read.all("script")
    assert not read.all("link")
    assert not [each for _, each in read.elements if {"src", "href", "style"} & set(each)]
    assert not [name for _, each in read.elements for name in each if name.startswith("on")]
    assert "url(" not in html
    assert "@import" not in html


def test_T11_the_browser_may_apply_the_pages_own_style_and_do_no_more() -> None:
    style = re.search(r"<style>(.*?)</style>", page(document()), re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("language", Language)
def test_T11_a_page_can_be_read_aloud(language: Language) -> None:
    read = _Read(page(document(language=language)))
    assert read.all("html") == [{"lang": language}]
    assert [tag for tag, _ in read.elements if tag in {"h1", "h2", "h3"}] == [
        "h1",
        "h2",
        "h3",
        "h3",
    ]
    assert len(read.all("caption")) == len(read.all("table")) == 1
    assert [each["scope"] for each in read.all("th")] == ["col", "col", "row", "row"]
    drawings = [each for each in read.all("div") if each.get("role") == "img"]
    assert len(drawings) == len(read.all("svg"))
    assert all(each["aria-label"] for each in drawings)
