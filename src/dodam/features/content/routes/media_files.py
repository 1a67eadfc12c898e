"""The content of images, videos and sounds over HTTP (RFC 9110 sections 13 and 14)."""

from typing import Annotated, Any

from litestar import Controller, HttpMethod, Request, Response, route
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from litestar.response import Stream
from litestar.types import Method

from dodam.features.content.models.formats import MEDIA_NAME
from dodam.features.content.service.media_files import MediaFile, MediaFiles
from dodam.platform.http.access import PUBLIC
from dodam.platform.http.caching import ETAG_HEADER, UNCHANGED, is_held
from dodam.platform.http.problems import problem_responses
from dodam.platform.http.ranges import part_of

_NAME = f"{'0' * 64}.mp4"
Name = Annotated[str, PathParameter(pattern=MEDIA_NAME, examples=[Example("A video", value=_NAME)])]
Until = Annotated[
    int,
    QueryParameter(
        ge=0, le=2**53, description="As the URL has it.", examples=[Example("", value=1764158400)]
    ),
]
Signature = Annotated[
    str,
    QueryParameter(
        pattern=r"^[0-9A-Za-z_-]{43}\Z",
        description="As the URL has it.",
        examples=[Example("", value="A" * 43)],
    ),
]
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]
IfRange = Annotated[str | None, HeaderParameter(name="If-Range")]
Range = Annotated[
    str | None,
    HeaderParameter(name="Range", description="One range of bytes; of several all is answered."),
]


async def _file(
    name: Name, until: Until, signature: Signature, media_files: NamedDependency[MediaFiles]
) -> MediaFile:
    return await media_files.find(name, until, signature)


def _operation_id(_: HTTPRouteHandler, method: Method, __: object) -> str:
    return "fetchMedium" if method == HttpMethod.GET else "measureMedium"


_PART = {206: ResponseSpec(None, description="The part that was asked for")}
_HEADERS = [
    ETAG_HEADER,
    ResponseHeader(name="Accept-Ranges", documentation_only=True),
    ResponseHeader(name="Cache-Control", documentation_only=True),
]


class MediaFilesController(Controller):
    path = "/media"
    tags = ["content"]
    opt = PUBLIC
    security = [{}]
    dependencies = {"file": Provide(_file)}

    @route(
        "/{name:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        status_code=200,
        summary="Fetch an image, a video or a sound",
        operation_id=_operation_id,
        media_type="application/octet-stream",
        response_headers=_HEADERS,
        responses={**UNCHANGED, **_PART, **problem_responses(400, 403, 404, 416, 503)},
    )
    async def fetch(
        self,
        request: Request[Any, Any, Any],
        file: NamedDependency[MediaFile],
        media_files: NamedDependency[MediaFiles],
        asked: Range = None,
        if_range: IfRange = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response[Any]:
        """What a signed URL names, without a token; all of it, or one range of its bytes.

        What has a name never changes, so what was fetched once need not be fetched again, whatever
        the query is by then.
        """
        etag = f'"{file.hash}"'
        headers = {
            "accept-ranges": "bytes",
            "cache-control": "public, max-age=31536000, immutable",
            "content-disposition": "inline",
            "content-security-policy": "sandbox",
            "etag": etag,
            "x-content-type-options": "nosniff",
        }
        if if_none_match is not None and is_held(etag, if_none_match):
            return Response(b"", status_code=304, headers=headers)
        headers["content-type"] = file.content_type
        if request.method == HttpMethod.HEAD:
            # Parts are of what is fetched only (section 14.2).
            return Response(b"", headers={**headers, "content-length": str(file.size)})
        part = part_of(file.size, asked, if_range, etag)
        if part is None:
            headers["content-length"] = str(file.size)
            return Stream(media_files.read(file, 0, file.size), headers=headers)
        headers |= {
            "content-length": str(part.end - part.start),
            "content-range": part.content_range,
        }
        content = media_files.read(file, part.start, part.end)
        return Stream(content, status_code=206, headers=headers)
