"""Uploading play records over HTTP."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from litestar import Controller, Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import RawBody

from dodam.features.therapy.errors import TooManyRecords
from dodam.features.therapy.models.plays import PlayRecord, UploadReceipt, WrongRecord
from dodam.features.therapy.routes.child import ChildId
from dodam.features.therapy.service.uploads import MOST_RECORDS, Uploads
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.http.validation import field_error
from dodam.platform.tokens import Caller

_LIST = msgspec.json.Decoder(list[PlayRecord])
_ONE = msgspec.json.Decoder(PlayRecord)
_PART = msgspec.json.Decoder(msgspec.Raw)
_PARTS = msgspec.json.Decoder(list[msgspec.Raw])


class _Identified(msgspec.Struct):
    id: UUID


_ID = msgspec.json.Decoder(_Identified)

_PLAY = {
    "id": "01933c5e-7a00-7000-8000-00000000a001",
    "session_id": "01933c5e-7a00-7000-8000-00000000b001",
    "motion": "mass_grasp",
    "hand": "left",
    "started_at": "2026-11-23T17:31:05+09:00",
    "duration_ms": 95000,
    "repetitions": 20,
    "successes": 16,
    "accuracy": 0.82,
    "score": 1640,
    "difficulty": 3,
    "label": "fist",
    "device": "Galaxy Tab S9",
    "payload": {"level": "forest", "stars": 2},
}
_EXAMPLES: dict[str, Example | Reference] = {
    "one": Example("One record", value=_PLAY),
    "two": Example(
        "Two records of a session",
        value=[
            _PLAY,
            {
                **_PLAY,
                "id": "01933c5e-7a00-7000-8000-00000000a002",
                "motion": "tip_pinch",
                "started_at": "2026-11-23T17:33:10+09:00",
            },
        ],
    ),
}


def decode(body: bytes) -> list[PlayRecord | WrongRecord]:
    """One record or a list of them; each that is wrong stands in its place with why.

    Raises ClientException where the body as a whole is no JSON, and TooManyRecords before it looks
    at each of far too many.
    """
    is_list = body.lstrip()[:1] == b"["
    try:
        try:
            return [*_LIST.decode(body)] if is_list else [_ONE.decode(body)]
        except msgspec.ValidationError:
            # Something in it is wrong; what follows that must be JSON all the same.
            body.decode()
        parts = _PARTS.decode(body) if is_list else [_PART.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException from error
    if len(parts) > MOST_RECORDS:
        raise TooManyRecords(limit=MOST_RECORDS)
    return [_decode_one(part) for part in parts]


def _decode_one(part: msgspec.Raw) -> PlayRecord | WrongRecord:
    try:
        return _ONE.decode(part)
    except msgspec.ValidationError as error:
        return WrongRecord(_id_of(part), field_error(str(error)))


def _id_of(part: msgspec.Raw) -> UUID | None:
    try:
        return _ID.decode(part).id
    except msgspec.ValidationError:
        return None


def _request_body() -> RequestBody:
    record = Reference(f"#/components/schemas/{PlayRecord.__name__}")
    records = Schema(type=OpenAPIType.ARRAY, items=record, min_items=1, max_items=MOST_RECORDS)
    return RequestBody(
        required=True,
        content={
            "application/json": OpenAPIMediaType(
                schema=Schema(one_of=[record, records]), examples=_EXAMPLES
            )
        },
    )


@dataclass
class UploadOperation(Operation):
    """States the body; the handler decodes it so that one bad record spoils no other."""

    def __post_init__(self) -> None:
        self.request_body = _request_body()


class UploadsController(Controller):
    path = "/children/{child_id:uuid}"
    tags = ["plays"]

    @post(
        "/play-records",
        status_code=200,
        operation_class=UploadOperation,
        summary="Upload play records",
        operation_id="uploadPlayRecords",
        responses=problem_responses(400, 401, 403, 404, 413),
    )
    async def upload(
        self,
        child_id: ChildId,
        request: Request[Caller, object, State],
        body: RawBody,
        uploads: NamedDependency[Uploads],
        caller: NamedDependency[Caller],
    ) -> UploadReceipt:
        """Upload one play record or up to 500, in any order, days late, even twice.

        The answer tells what became of each: `created`, `duplicate`, or `rejected` with why. It is
        sent when everything created is durable, so what was answered may be deleted on the tablet.
        """
        return await uploads.receive(
            caller.account_id, child_id, decode(body), caller_language(request)
        )
