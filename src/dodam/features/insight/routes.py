"""Behaviour events over HTTP."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, Reference, RequestBody
from litestar.params import RawBody
from msgspec import Meta, Struct

from dodam.features.insight.models.registry import App, GameEvent
from dodam.features.insight.models.uploads import (
    BehaviourEvents,
    EventReceipt,
    Instant,
    Upload,
    WrongEvent,
)
from dodam.features.insight.service.uploads import Uploads
from dodam.platform.errors import InvalidInput
from dodam.platform.http.problems import caller_language, problem_responses
from dodam.platform.http.validation import field_error
from dodam.platform.tokens import Caller

# A thousand bytes for each of as many events as an upload takes.
_MOST_BYTES = 500_000


class _Envelope(Struct, forbid_unknown_fields=True):
    """The upload with its events still to be read, each by itself."""

    events: Annotated[list[msgspec.Raw], Meta(min_length=1)]
    sent_at: Instant | None = None
    app: App | None = None


class _Identified(Struct):
    id: UUID


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_EVENT = msgspec.json.Decoder(GameEvent)
_ID = msgspec.json.Decoder(_Identified)

_EXAMPLE = Example(
    "A session",
    value={
        "sent_at": "2026-11-23T17:40:00+09:00",
        "app": {"platform": "android", "version": "3.2.0"},
        "events": [
            {
                "name": "game_opened",
                "id": "01933c5e-7a00-7000-8000-00000000c001",
                "at": "2026-11-23T17:30:01+09:00",
                "start": "cold",
            },
            {
                "name": "practice_ended",
                "id": "01933c5e-7a00-7000-8000-00000000c002",
                "at": "2026-11-23T17:39:12+09:00",
                "how": "finished",
            },
        ],
    },
)


def decode(body: bytes) -> Upload:
    """Each event that is wrong stands in its place with why.

    Raises ClientException where the body is no JSON, InvalidInput where it is no upload.
    """
    try:
        body.decode()
        envelope = _ENVELOPE.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidInput(fields=[field_error(str(error))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException from error
    events = [_decode_one(each) for each in envelope.events]
    return Upload(events, envelope.sent_at, envelope.app)


def _decode_one(part: msgspec.Raw) -> GameEvent | WrongEvent:
    try:
        return _EVENT.decode(part)
    except msgspec.ValidationError as error:
        return WrongEvent(_id_of(part), field_error(str(error)))


def _id_of(part: msgspec.Raw) -> UUID | None:
    try:
        return _ID.decode(part).id
    except msgspec.ValidationError:
        return None


@dataclass
class UploadOperation(Operation):
    """States the body; the handler decodes it so that one bad event spoils no other."""

    def __post_init__(self) -> None:
        body = Reference(f"#/components/schemas/{BehaviourEvents.__name__}")
        content = OpenAPIMediaType(schema=body, examples={"session": _EXAMPLE})
        self.request_body = RequestBody(required=True, content={"application/json": content})


class BehaviourController(Controller):
    tags = ["behaviour"]

    @post(
        "/behaviour-events",
        status_code=202,
        request_max_body_size=_MOST_BYTES,
        operation_class=UploadOperation,
        summary="Tell what was done in the game",
        operation_id="uploadBehaviourEvents",
        responses=problem_responses(400, 401, 403, 413, 429),
    )
    async def upload(
        self,
        request: Request[Caller, object, State],
        body: RawBody,
        behaviour_uploads: NamedDependency[Uploads],
        caller: NamedDependency[Caller],
    ) -> EventReceipt:
        """Upload up to 500 events of the closed list, in any order, days late, even twice.

        The answer tells what became of each: `accepted`, `duplicate`, `not_consented` (without the
        account holder's consent to `analytics` nothing is kept), `not_collected`, or `rejected`
        with why. Whichever it is, the game may drop the event.
        """
        return await behaviour_uploads.receive(
            caller.account_id, decode(body), caller_language(request)
        )
