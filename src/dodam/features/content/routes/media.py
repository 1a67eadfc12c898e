"""Looking after images, videos and sounds over HTTP, for the staff."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import Body, PathParameter, QueryParameter

from dodam.features.accounts.models.permissions import Permission
from dodam.features.audit.models import Actor
from dodam.features.content.models.media import (
    WORDS,
    Alternative,
    ListedMedium,
    MediaPage,
    MediumForm,
)
from dodam.features.content.service.media_library import MediaLibrary
from dodam.features.content.service.media_uploads import Announced, MediaUploads
from dodam.platform.database import Database
from dodam.platform.http.access import staff_who_may
from dodam.platform.http.problems import problem_responses
from dodam.platform.origin import Origin
from dodam.platform.tokens import Caller

_FILE = "application/octet-stream"
_MAY_CHANGE = staff_who_may(Permission.MANAGE_CONTENT)
MediumId = Annotated[
    UUID,
    PathParameter(examples=[Example("A medium", value="01900000-0000-7000-8000-0000000000f1")]),
]
Title = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=500,
        pattern=WORDS,
        description="What staff find it by.",
        examples=[Example("", value="Tip pinch, guide")],
    ),
]
Korean = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=500,
        pattern=WORDS,
        description="What is to be seen or heard, in Korean.",
        examples=[Example("", value="엄지와 검지 끝으로 구슬을 집는 손")],
    ),
]
English = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=500,
        pattern=WORDS,
        description="The same in English.",
        examples=[Example("", value="A hand that picks up a bead with the tips of two fingers")],
    ),
]
_DESCRIBED = Example(
    "A guide video",
    value={
        "title": "Tip pinch, guide",
        "alt": {
            "ko": "엄지와 검지 끝으로 구슬을 집는 손",
            "en": "A hand that picks up a bead with the tips of two fingers",
        },
    },
)


@dataclass
class MediumOperation(Operation):
    """States the body, which no struct describes: it is the file itself."""

    def __post_init__(self) -> None:
        file = OpenAPIMediaType(Schema(type=OpenAPIType.STRING, content_media_type=_FILE))
        self.request_body = RequestBody(required=True, content={_FILE: file})


class MediaController(Controller):
    path = "/staff/media"
    tags = ["content"]

    @post(
        opt=_MAY_CHANGE,
        operation_class=MediumOperation,
        request_max_body_size=None,
        summary="Upload an image, a video or a sound",
        operation_id="uploadMedium",
        responses=problem_responses(400, 401, 403, 413, 503),
    )
    async def upload(
        self,
        request: Request[Any, Any, Any],
        title: Title,
        alt_ko: Korean,
        alt_en: English,
        media_uploads: NamedDependency[MediaUploads],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> Response[ListedMedium]:
        """The body is the file, of any length: PNG, JPEG, WebP or GIF to 10 MB; MP3, M4A or Ogg to
        50 MB; MP4 or WebM to `DODAM_MEDIA_VIDEO_MEGABYTES`.

        Its content decides what it is; a `Content-Type` that says otherwise is refused, but for
        `application/octet-stream`. The same content sent again answers 200 and what is known of it.
        """
        medium, is_new = await media_uploads.take(
            Actor.calling(caller, origin),
            MediumForm(title, Alternative(alt_ko, alt_en)),
            _announced(request),
            request.stream(),
        )
        return Response(medium, status_code=201 if is_new else 200)

    @get(
        opt=staff_who_may(Permission.READ_DRAFTS),
        summary="List images, videos and sounds",
        operation_id="listMedia",
        responses=problem_responses(400, 401, 403),
    )
    async def list_media(
        self,
        db: NamedDependency[Database],
        media_library: NamedDependency[MediaLibrary],
        cursor: Annotated[
            UUID | None, QueryParameter(description="The `next_cursor` of the page before.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> MediaPage:
        """The newest first, with what shows them."""
        async with db.reading() as reading:
            return await media_library.page(reading, cursor, limit)

    @put(
        "/{medium_id:uuid}",
        opt=_MAY_CHANGE,
        summary="Describe an image, a video or a sound",
        operation_id="describeMedium",
        responses=problem_responses(400, 401, 403, 404),
    )
    async def describe(
        self,
        medium_id: MediumId,
        data: Annotated[MediumForm, Body(examples=[_DESCRIBED])],
        db: NamedDependency[Database],
        media_library: NamedDependency[MediaLibrary],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> ListedMedium:
        """Its title and its alternative text; the content of a medium never changes."""
        async with db.transaction() as tx:
            return await media_library.describe(tx, Actor.calling(caller, origin), medium_id, data)

    @delete(
        "/{medium_id:uuid}",
        opt=_MAY_CHANGE,
        summary="Remove an image, a video or a sound",
        operation_id="removeMedium",
        responses=problem_responses(401, 403, 404, 409, 503),
    )
    async def remove(
        self,
        medium_id: MediumId,
        db: NamedDependency[Database],
        media_library: NamedDependency[MediaLibrary],
        caller: NamedDependency[Caller],
        origin: NamedDependency[Origin],
    ) -> None:
        """For good; while something shows it the answer is 409, and `details.used_by` says what."""
        async with db.transaction() as tx:
            await media_library.remove(tx, Actor.calling(caller, origin), medium_id)


def _announced(request: Request[Any, Any, Any]) -> Announced:
    content_type, _ = request.content_type
    undecided = content_type in {"", _FILE}
    return Announced(None if undecided else content_type.lower(), request.content_length)
