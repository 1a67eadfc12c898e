"""Mixpanel's server-side API: takes events and profiles, and forgets people on request.

https://docs.mixpanel.com/reference/import-events, …/profile-set, …/gdpr-api. Two things the pages
leave open are as Mixpanel's own clients meet them: without `strict=1` a batch with failures is
answered 200 with `status: 0`, and a batch of too many events counts as too large.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar, Response, delete, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from msgspec import Struct

from dodam_sim.serving import Service
from dodam_sim.shown import Shown
from dodam_sim.world.mixpanel.deletions import Deletion, Deletions, described
from dodam_sim.world.mixpanel.events import Event, Failure, read
from dodam_sim.world.mixpanel.kept import Events
from dodam_sim.world.mixpanel.profiles import Profiles
from dodam_sim.world.mixpanel.rate import Rate, Spending
from dodam_sim.world.mixpanel.reading import (
    MOST_BYTES,
    UNREADABLE,
    AnyRequest,
    Refusal,
    records,
    too_large,
    unpacked,
)

_MOST_RECORDS = 2000
_MOST_DELETED = 1999
_SECOND = timedelta(seconds=1)
_SHOWN = 200


@dataclass
class MixpanelAccount:
    """What the settings of a project show: itself, its service account, the token of GDPR."""

    project_id: str = "3000001"
    project_token: str = "simulated-project-token-of-the-demo"  # noqa: S105 - opens the simulation only
    username: str = "dodam.demo.mp-service-account"
    secret: str = "simulated-account-secret-of-the-demo"  # noqa: S105 - the same
    oauth_token: str = "simulated-oauth-token-of-the-demo"  # noqa: S105 - the same


class Mixpanel(Service):
    """`received` are the newest events, each once. `now` is Mixpanel's clock."""

    name = "mixpanel"

    def __init__(
        self,
        now: Callable[[], datetime],
        account: MixpanelAccount | None = None,
        rate: Rate = Rate(),  # noqa: B008 - frozen
    ) -> None:
        self.account = account or MixpanelAccount()
        self.events = Events()
        self.profiles = Profiles(self.account.project_token)
        self._deletions = Deletions()
        self._spending = Spending(rate)
        self._deleted_at: datetime | None = None
        self._now = now

        @post("/import", status_code=200)
        async def import_(request: AnyRequest) -> Response[Any]:
            return self._import(request, await request.body())

        @post("/engage", status_code=200)
        async def engage(request: AnyRequest) -> Response[Any]:
            return self._engage(request, await request.body())

        @post("/api/app/data-deletions/v3.0", status_code=201)
        async def order(request: AnyRequest) -> dict[str, Any]:
            return self._order(request, await request.body())

        @get("/api/app/data-deletions/v3.0/{tracking_id:str}", sync_to_thread=False)
        def status(request: AnyRequest, tracking_id: FromPath[str]) -> dict[str, Any]:
            deletion = self._deletion(request, tracking_id)
            return {"status": "ok", "results": described(deletion, self.account.project_id)}

        @delete("/api/app/data-deletions/v3.0/{tracking_id:str}", sync_to_thread=False)
        def cancel(request: AnyRequest, tracking_id: FromPath[str]) -> None:
            if not self._deletions.cancel(self._deletion(request, tracking_id)):
                raise Refusal(405, "the deletion has started")

        super().__init__(
            Litestar(
                [import_, engage, order, status, cancel],
                openapi_config=None,
                logging_config=None,
                request_max_body_size=MOST_BYTES,
                exception_handlers={HTTPException: _answer_exception},
            )
        )

    @property
    def received(self) -> list[Event]:
        self._work()
        return self.events.newest

    @property
    def deletions(self) -> list[Deletion]:
        self._work()
        return list(self._deletions.all.values())

    def shown(self) -> list[Shown]:
        events = [
            Shown(at=each.at, title=each.name, text=_as_text(each.properties), who=each.distinct_id)
            for each in self.received[-_SHOWN:]
        ]
        deletions = [
            Shown(at=each.at, title=f"deletion {each.status}", text=each.compliance_type, who=who)
            for each in self.deletions
            for who in each.distinct_ids
        ]
        return sorted(events + deletions, key=lambda shown: shown.at)[-_SHOWN:]

    def _work(self) -> None:
        for forgotten in set(self._deletions.work(self._now())):
            self.profiles.forget(forgotten)
            self.events.forget(forgotten)

    def _import(self, request: AnyRequest, body: bytes) -> Response[Any]:
        self._work()
        self._require_import(request)
        body = unpacked(request, body)
        batch = records(request, body)
        if len(batch) > _MOST_RECORDS:
            raise Refusal(413, f"request exceeds max limit of {_MOST_RECORDS} events")
        if not self._spending.spend(len(batch), len(body), self._now()):
            message = "Please retry the request with exponential backoff."
            raise Refusal(429, f"Project exceeded rate limits. {message}")
        failed: list[dict[str, Any]] = []
        for index, record in enumerate(batch):
            event = read(record, self._now())
            if isinstance(event, Event):
                self.events.keep(event)
            else:
                failed.append(_failed(index, event))
        error = "some data points in the request failed validation" if failed else None
        answer: dict[str, Any] = {"code": 200, "num_records_imported": len(batch) - len(failed)}
        if request.query_params.get("strict") != "1":
            return Response({**answer, "error": error, "status": int(not failed)})
        if not failed:
            return Response({**answer, "status": "OK"})
        answer |= {"code": 400, "status": "Bad Request", "error": error, "failed_records": failed}
        return Response(answer, status_code=400)

    def _require_import(self, request: AnyRequest) -> None:
        """Of a service account with its project, or else the project's token and no password."""
        project = request.query_params.get("project_id")
        pair = f"{self.account.username}:{self.account.secret}"
        if project is None:
            pair = f"{self.account.project_token}:"
        expected = f"Basic {b64encode(pair.encode()).decode()}"
        given = request.headers.get("authorization", "")
        if not compare_digest(expected.encode(), given.encode()) or project not in {
            None,
            self.account.project_id,
        }:
            raise Refusal(401, "Invalid credentials")

    def _engage(self, request: AnyRequest, body: bytes) -> Response[Any]:
        self._work()
        try:
            updates = msgspec.json.decode(body, type=list[dict[str, Any]])
        except UNREADABLE:
            updates = []
        if len(updates) > _MOST_RECORDS:
            raise Refusal(413, f"request exceeds max limit of {_MOST_RECORDS} updates")
        told = [self.profiles.update(update, self._now()) for update in updates]
        good = told.count(None)
        failed = [{"index": at, "message": why} for at, why in enumerate(told) if why]
        if request.query_params.get("strict") == "1":
            answer: dict[str, Any] = {"num_records_imported": good, "code": 200, "status": "OK"}
            if failed or not updates:
                answer |= {"code": 400, "status": "Bad Request", "failed_records": failed}
            return Response(answer, status_code=answer["code"])
        if request.query_params.get("verbose") == "1":
            error = next(filter(None, told), None)
            return Response({"status": int(good > 0), "error": error})
        return Response(str(int(good > 0)), media_type="text/plain")

    def _order(self, request: AnyRequest, body: bytes) -> dict[str, Any]:
        self._require_gdpr(request)
        if self._deleted_at and self._now() - self._deleted_at < _SECOND:
            raise Refusal(429, "rate limit of 1 request per second exceeded")
        self._deleted_at = self._now()
        try:
            order = msgspec.json.decode(body, type=_Order)
        except UNREADABLE:
            raise Refusal(400, "distinct_ids must be a list of strings") from None
        if not 1 <= len(order.distinct_ids) <= _MOST_DELETED:
            raise Refusal(400, f"distinct_ids must be 1 to {_MOST_DELETED}")
        if order.compliance_type not in {"GDPR", "CCPA"}:
            raise Refusal(400, "compliance_type must be GDPR or CCPA")
        deletion = self._deletions.order(order.distinct_ids, order.compliance_type, self._now())
        return {"status": "ok", "results": {"task_id": deletion.tracking_id}}

    def _deletion(self, request: AnyRequest, tracking_id: str) -> Deletion:
        self._require_gdpr(request)
        self._work()
        deletion = self._deletions.all.get(tracking_id)
        if deletion is None:
            raise Refusal(404, "no such task")
        return deletion

    def _require_gdpr(self, request: AnyRequest) -> None:
        expected = f"Bearer {self.account.oauth_token}".encode()
        if not compare_digest(expected, request.headers.get("authorization", "").encode()):
            raise Refusal(401, "Invalid OAuth token")
        if request.query_params.get("token") != self.account.project_token:
            raise Refusal(403, "Invalid project token")


class _Order(Struct):
    distinct_ids: list[str]
    compliance_type: str = "GDPR"


def _failed(index: int, failure: Failure) -> dict[str, Any]:
    return {
        "index": index,
        "$insert_id": failure.insert_id,
        "field": failure.field,
        "message": failure.message,
    }


def _as_text(properties: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in properties.items())


def _answer_exception(request: AnyRequest, exception: HTTPException) -> Response[Any]:
    status = exception.status_code
    if request.url.path.startswith("/api/app/"):
        return Response({"status": "error", "error": exception.detail}, status_code=status)
    error = exception.detail
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not isinstance(exception, Refusal):
        error = too_large()
    answer = {"code": status, "error": error, "status": HTTPStatus(status).phrase}
    return Response(answer, status_code=status)
