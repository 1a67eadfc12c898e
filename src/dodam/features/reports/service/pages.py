"""Lays a document out as a page of HTML that needs nothing else: no script, no other file."""

from base64 import b64encode
from hashlib import sha256
from importlib import resources

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from dodam.features.reports.models.document import Document

_STYLE = resources.files("dodam.features.reports").joinpath("layout/report.css").read_text()
_PAGES = Environment(
    loader=PackageLoader("dodam.features.reports", "layout"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
)
# What a browser may do with the page: apply this one style sheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    f" style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)


def page(document: Document) -> str:
    return _PAGES.get_template("report.html").render(msgspec.to_builtins(document), style=_STYLE)
