"""The motion catalogue over HTTP."""

from hashlib import sha256
from typing import Annotated

import msgspec
from litestar import Controller, MediaType, Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from dodam.features.content.models import Motion
from dodam.features.content.service import Catalogue
from dodam.platform.database import Database
from dodam.platform.http.problems import problem_responses

_CACHING = {"cache-control": "private, max-age=300", "vary": "Authorization"}


class MotionsController(Controller):
    path = "/motions"
    tags = ["content"]

    @get(
        summary="List motions",
        operation_id="listMotions",
        response_headers=[ResponseHeader(name="ETag", documentation_only=True)],
        responses={
            304: ResponseSpec(None, description="Unchanged since `If-None-Match`"),
            **problem_responses(401),
        },
    )
    async def list_motions(
        self,
        db: NamedDependency[Database],
        catalogue: NamedDependency[Catalogue],
        if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[list[Motion]]:
        """Every therapeutic motion, in order, in Korean and English.

        Send the `ETag` of an earlier answer as `If-None-Match` to get 304 when nothing changed.
        """
        async with db.reading() as reading:
            motions = await catalogue.motions(reading)
        body = msgspec.json.encode(list(motions.values()))
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"etag": etag, **_CACHING}
        if if_none_match is not None and etag in _tags(if_none_match):
            return Response(None, status_code=304, headers=headers)  # pyright: ignore[reportReturnType]
        return Response(body, media_type=MediaType.JSON, headers=headers)  # pyright: ignore[reportReturnType]


def _tags(header: str) -> set[str]:
    """The entity tags a client holds, compared weakly (RFC 9110 section 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
