"""Mixpanel: takes behaviour events, and deletes what it has of a person.

https://docs.mixpanel.com/reference/import-events, for doubles
https://docs.mixpanel.com/reference/event-deduplication, for deleting
https://docs.mixpanel.com/reference/gdpr-api.
"""

import asyncio
import gzip
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from uuid import UUID

import httpx
import msgspec
import structlog
from msgspec import Meta, Struct

from dodam.adapters.outside import OutsideService
from dodam.features.insight.models.events import BehaviourEvent, DeletionState
from dodam.features.insight.ports import Outcome
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

_LOG = structlog.get_logger(__name__)
Answer = TypeVar("Answer", bound=Struct)

# Unpacked; both are limits of one request.
_MOST_EVENTS = 2000
_MOST_BYTES = 10_000_000
# How soon to look whether an operator has put a refused access right.
_ACCESS_AGAIN = timedelta(minutes=1)
_DELETIONS = "/api/app/data-deletions/v3.0/"
_STATES = {
    "PENDING": DeletionState.UNDER_WAY,
    "STAGING": DeletionState.UNDER_WAY,
    "STARTED": DeletionState.UNDER_WAY,
    "UNKNOWN": DeletionState.UNDER_WAY,
    "SUCCESS": DeletionState.DONE,
    "FAILURE": DeletionState.LOST,
    "REVOKED": DeletionState.LOST,
    "NOT_FOUND": DeletionState.LOST,
}


class MixpanelAccess(Struct, frozen=True):
    """A project, a service account that owns or administers it, and a token for deletions.

    Events go to `base_url`, deletions to `app_url`; both are other hosts where a project's data
    stay in the EU. The deletion token belongs to a member of the project and lives for a year.
    """

    base_url: str
    app_url: str
    project_id: str
    project_token: str
    account: str
    secret: str
    deletion_token: str


class Mixpanel:
    collects = True

    def __init__(self, access: MixpanelAccess) -> None:
        self._access = access
        self._events = OutsideService("mixpanel", access.base_url)
        self._app = OutsideService("mixpanel", access.app_url)

    async def send(self, events: Sequence[BehaviourEvent]) -> Sequence[Outcome]:
        return await self._send([msgspec.json.encode(_described(each)) for each in events])

    async def order_deletion(self, distinct_ids: Sequence[UUID]) -> str:
        order = {"distinct_ids": list(map(str, distinct_ids)), "compliance_type": "GDPR"}
        answer = await self._app.call("POST", _DELETIONS, json=order, **self._deleting())
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            raise _refusal(answer)
        ordered = _decoded(answer, _Ordered).results
        [each] = ordered if isinstance(ordered, list) else [ordered]
        return each.id

    async def deletion(self, tracking_id: str) -> DeletionState:
        template = _DELETIONS + "{task}"
        answer = await self._app.call("GET", template, {"task": tracking_id}, **self._deleting())
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return DeletionState.LOST
        if answer.status_code != HTTPStatus.OK:
            raise _refusal(answer)
        status = _decoded(answer, _Deletion).results.status
        return _STATES.get(status, DeletionState.UNDER_WAY)

    async def _send(self, lines: list[bytes]) -> list[Outcome]:
        if len(lines) > 1 and (len(lines) > _MOST_EVENTS or sum(map(len, lines)) > _MOST_BYTES):
            return await self._send_halves(lines)
        answer = await self._events.call(
            "POST",
            "/import",
            params={"strict": "1", "project_id": self._access.project_id},
            auth=(self._access.account, self._access.secret),
            headers={"content-type": "application/json", "content-encoding": "gzip"},
            content=await asyncio.to_thread(gzip.compress, b"[" + b",".join(lines) + b"]", 6),
        )
        match answer.status_code:
            case HTTPStatus.OK:
                _decoded(answer, _Imported)
                return [None] * len(lines)
            case HTTPStatus.BAD_REQUEST:
                return _judged(answer, len(lines))
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE if len(lines) > 1:
                return await self._send_halves(lines)
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                return [CannotBeDone("mixpanel finds the event too large")]
            case _:
                raise _refusal(answer)

    async def _send_halves(self, lines: list[bytes]) -> list[Outcome]:
        middle = len(lines) // 2
        first = await self._send(lines[:middle])
        try:
            return first + await self._send(lines[middle:])
        except TryLater as later:
            # Raised, it would send the first half again.
            return first + [later] * (len(lines) - middle)

    def _deleting(self) -> dict[str, Any]:
        return {
            "params": {"token": self._access.project_token},
            "headers": {"authorization": f"Bearer {self._access.deletion_token}"},
        }


def _described(event: BehaviourEvent) -> dict[str, Any]:
    """Without an address, so that no place is made out of ours (`ip` 0)."""
    return {
        "event": event.name,
        "properties": {
            **event.properties,
            "time": round(event.at.timestamp() * 1000),
            "distinct_id": event.distinct_id,
            "$insert_id": event.insert_id,
            "ip": 0,
        },
    }


class _Imported(Struct):
    num_records_imported: int


class _Failed(Struct):
    index: Annotated[int, Meta(ge=0)]
    field: str


class _Judged(Struct):
    failed_records: list[_Failed]


class _Task(Struct):
    """Named one way in the reference and another in its guide."""

    task_id: str = ""
    tracking_id: str = ""

    @property
    def id(self) -> str:
        return self.task_id or self.tracking_id

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("the task has no id")


class _Ordered(Struct):
    results: _Task | Annotated[list[_Task], Meta(min_length=1, max_length=1)]


class _Status(Struct):
    status: str


class _Deletion(Struct):
    results: _Status


def _judged(answer: httpx.Response, count: int) -> list[Outcome]:
    """All of a batch but those it names were taken.

    A batch that is refused as a whole is our fault or a proxy's: it waits until that is mended.
    """
    try:
        failed = msgspec.json.decode(answer.content, type=_Judged).failed_records
        outcomes: list[Outcome] = [None] * count
        for each in failed:
            outcomes[each.index] = CannotBeDone(f"mixpanel refuses {each.field[:80]}")
    except (msgspec.MsgspecError, UnicodeDecodeError, IndexError):
        raise _refusal(answer) from None
    if not failed:
        raise _refusal(answer)
    return outcomes


def _refusal(answer: httpx.Response) -> TryLater:
    """No event's fault: the access, the address, a proxy or our format is to be mended."""
    _LOG.error("Mixpanel refuses what it is sent", status=answer.status_code)
    return TryLater(f"mixpanel answered {answer.status_code}", after=_ACCESS_AGAIN)


def _decoded(answer: httpx.Response, as_type: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(answer.content, type=as_type)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PerhapsDone("mixpanel gave an answer without sense") from error
