"""The API documentation pages. Every asset comes from `static/`; no other host is asked."""

from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

from litestar import MediaType, Request, Router
from litestar.datastructures import CacheControlHeader
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.routes import BaseRoute
from litestar.static_files import (
    create_static_files_router,  # pyright: ignore[reportUnknownVariableType]
)
from litestar.types import ControllerRouterHandler

from dodam.platform.http.access import PUBLIC

SPEC: Final = "/openapi.json"
STATIC: Final = Path(__file__).with_name("static")
SPROUT: Final = (
    "<link rel='icon' href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "viewBox='0 0 16 16' fill='%2322a06b' stroke='%2322a06b'%3E%3Cpath d='M8 15V7m0 1"
    "C8 4 5 3 1 3c0 4 3 5 7 5Zm0 0c0-4 3-6 7-6 0 4-3 6-7 6Z'/%3E%3C/svg%3E\">"
)


@cache
def static_url(name: str) -> str:
    """Where an asset is; the hash of its content outdates cached copies."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _tag(name: str) -> str:
    url = static_url(name)
    if name.endswith(".css"):
        return f'<link rel="stylesheet" href="{url}">'
    return f'<script defer src="{url}"></script>'


class DocsPage(OpenAPIRenderPlugin):
    """An empty page with its assets; `docs.js` starts the library that it finds loaded."""

    def __init__(self, path: str, *assets: str) -> None:
        super().__init__(path=path, favicon=SPROUT, style="")
        self._tags = "\n".join(map(_tag, assets))

    def render(
        self,
        request: Request[Any, Any, Any],  # noqa: ARG002 - the base class hands it over
        openapi_schema: dict[str, Any],
    ) -> bytes:
        return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(openapi_schema["info"]["title"])}</title>
{self.favicon}
{self._tags}
</head>
<body><div id="docs" data-spec="{SPEC}"></div></body>
</html>
""".encode()


class DocsRouter(Router):
    """Drops what Litestar adds at the root: a second url for a page, and an HTML 404 page."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        if isinstance(value, HTTPRouteHandler):
            value.paths -= {"/", "/{path:str}"}
            if not value.paths:
                return []
        return super().register(value)


def docs_router() -> Router:
    """A fresh router for one app's `OpenAPIConfig.openapi_router`."""
    return DocsRouter("/", route_handlers=[], include_in_schema=False, opt=PUBLIC)


def docs_plugins() -> list[OpenAPIRenderPlugin]:
    """Swagger UI at `/docs`, Redoc at `/docs/reference`, the document at `/openapi.json`."""
    return [
        DocsPage("/docs", "swagger-ui.css", "docs.css", "swagger-ui-bundle.js", "docs.js"),
        DocsPage("/docs/reference", "docs.css", "redoc.standalone.js", "docs.js"),
        JsonRenderPlugin(path=SPEC, media_type=MediaType.JSON),
    ]


def static_router() -> Router:
    """Serves `static/` at `/static`, cacheable for a year."""
    return create_static_files_router(
        path="/static",
        directories=[STATIC],
        cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
        opt=PUBLIC,
    )
