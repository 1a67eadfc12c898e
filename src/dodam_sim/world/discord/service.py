"""Discord's Execute Webhook: takes messages, keeps the limits, and remembers what was posted.

https://discord.com/developers/docs/resources/webhook#execute-webhook. An address without a version,
as Discord's own settings hand it out, is served by version 6, where errors are flat and waiting
times are milliseconds: https://discord.com/developers/docs/reference#api-versioning.

Nothing makes a post idempotent: `nonce` and `enforce_nonce` are parameters of Create Message
(https://discord.com/developers/docs/resources/message#create-message) and not of Execute Webhook,
so that a message sent twice is two messages.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from msgspec import Struct

from dodam_sim.serving import Service
from dodam_sim.shown import Shown
from dodam_sim.world.discord.form import Form, faults_of, pings_everyone
from dodam_sim.world.discord.limits import (
    BUCKET_LENGTH,
    BUCKET_LIMIT,
    GLOBAL_LENGTH,
    GLOBAL_LIMIT,
    InvalidRequests,
    Window,
    ban_page,
    bucket_headers,
    too_many,
)

AnyRequest = Request[Any, Any, Any]
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_KEPT = 1000
_SHOWN = 200
_DEFAULT_VERSION = "v6"
_LEGACY = {"v6", "v7"}
_VERSIONS = {*_LEGACY, "v8", "v9", "v10"}
_TRUE = {"true", "True", "1"}


class Webhook(Struct, frozen=True):
    """One webhook as the settings of a channel make it; `path` ends its address."""

    id: str = "1100000000000000001"
    token: str = "simulated-webhook-token-of-the-demo"  # noqa: S105 - opens the simulation only
    channel_id: str = "1200000000000000001"
    name: str = "dodam"

    @property
    def path(self) -> str:
        return f"/webhooks/{self.id}/{self.token}"


class Posted(Struct, frozen=True, kw_only=True):
    """A message as it stands in its channel."""

    id: str
    at: datetime
    webhook: Webhook
    username: str
    content: str
    embeds: list[Form]
    mention_everyone: bool


class Discord(Service):
    """`received` are the newest posts; `accepted` counts all, `refused` the rest by status.

    `now` is Discord's clock; `invalid_limit` refusals within ten minutes shut the sender out.
    """

    name = "discord"

    def __init__(
        self,
        now: Callable[[], datetime],
        webhooks: Iterable[Webhook] = (Webhook(),),
        invalid_limit: int = 10_000,
    ) -> None:
        self.received = deque[Posted](maxlen=_KEPT)
        self.accepted = 0
        self.refused = Counter[int]()
        self._webhooks = {each.id: each for each in webhooks}
        self._buckets = {id_: Window(BUCKET_LIMIT, BUCKET_LENGTH) for id_ in self._webhooks}
        self._everything = Window(GLOBAL_LIMIT, GLOBAL_LENGTH)
        self._invalid = InvalidRequests(invalid_limit)
        self._now = now

        @post("/api/webhooks/{id_:str}/{token:str}")
        async def execute(
            request: AnyRequest, id_: FromPath[str], token: FromPath[str]
        ) -> Response[Any]:
            return await self._answer(request, id_, token, _DEFAULT_VERSION)

        @post("/api/{version:str}/webhooks/{id_:str}/{token:str}")
        async def execute_versioned(
            request: AnyRequest, version: FromPath[str], id_: FromPath[str], token: FromPath[str]
        ) -> Response[Any]:
            return await self._answer(request, id_, token, version)

        super().__init__(
            Litestar(
                [execute, execute_versioned],
                openapi_config=None,
                logging_config=None,
                exception_handlers={HTTPException: _answer_exception},
            )
        )

    def shown(self) -> list[Shown]:
        return [
            Shown(at=each.at, title=each.username, text=_as_text(each), who=each.webhook.name)
            for each in list(self.received)[-_SHOWN:]
        ]

    async def _answer(
        self, request: AnyRequest, id_: str, token: str, version: str
    ) -> Response[Any]:
        now = self._now()
        if self._invalid.banned(now):
            answer = ban_page()
        elif version not in _VERSIONS:
            answer = _error(400, 50041, "Invalid API version provided")
        else:
            answer = await self._execute(request, id_, token, legacy=version in _LEGACY)
            self._invalid.count(answer.status_code or 0, now)
        if (answer.status_code or 0) >= HTTPStatus.BAD_REQUEST:
            self.refused[answer.status_code or 0] += 1
        return answer

    async def _execute(
        self, request: AnyRequest, id_: str, token: str, *, legacy: bool
    ) -> Response[Any]:
        now = self._now()
        if not self._everything.take(now):
            headers = {"x-ratelimit-global": "true"}
            return too_many(self._everything.left(now), headers, "global", legacy=legacy)
        webhook = self._webhooks.get(id_)
        if webhook is None:
            return _error(404, 10015, "Unknown Webhook")
        if not compare_digest(webhook.token.encode(), token.encode()):
            return _error(401, 50027, "Invalid Webhook Token")
        bucket = self._buckets[id_]
        free = bucket.take(now)
        headers = bucket_headers(bucket, now, legacy=legacy)
        if not free:
            return too_many(bucket.left(now), headers, "user", legacy=legacy)
        answer = self._take(request, webhook, await request.body(), legacy=legacy)
        answer.headers.update(headers)
        return answer

    def _take(
        self, request: AnyRequest, webhook: Webhook, body: bytes, *, legacy: bool
    ) -> Response[Any]:
        if request.content_type[0] != "application/json":
            return _error(400, 50035, "Invalid Form Body")
        try:
            form = msgspec.json.decode(body, type=Form)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _error(400, 50109, "The request body contains invalid JSON.")
        faults = faults_of(form)
        if faults:
            return Response(faults.flat() if legacy else faults.nested(), status_code=400)
        if not str(form.get("content") or "").strip() and not any(form.get("embeds") or ()):
            return _error(400, 50006, "Cannot send an empty message")
        posted = self._post(webhook, form)
        if request.query_params.get("wait") in _TRUE:
            return Response(_as_message(posted), status_code=200)
        return Response(None, status_code=204)

    def _post(self, webhook: Webhook, form: Form) -> Posted:
        now = self._now()
        self.accepted += 1
        since = (now - _EPOCH) // timedelta(milliseconds=1)
        posted = Posted(
            id=str((since << 22) + self.accepted % 4096),
            at=now,
            webhook=webhook,
            username=str(form.get("username") or webhook.name),
            content=str(form.get("content") or "").strip(),
            embeds=[{**each, "type": "rich"} for each in form.get("embeds") or ()],
            mention_everyone=pings_everyone(form),
        )
        self.received.append(posted)
        return posted


def _as_message(posted: Posted) -> Form:
    """https://discord.com/developers/docs/resources/message#message-object."""
    return {
        "id": posted.id,
        "type": 0,
        "channel_id": posted.webhook.channel_id,
        "content": posted.content,
        "embeds": posted.embeds,
        "author": {
            "id": posted.webhook.id,
            "username": posted.username,
            "avatar": None,
            "discriminator": "0000",
            "bot": True,
        },
        "attachments": [],
        "components": [],
        "edited_timestamp": None,
        "flags": 0,
        "mention_everyone": posted.mention_everyone,
        "mention_roles": [],
        "mentions": [],
        "pinned": False,
        "timestamp": posted.at.isoformat(),
        "tts": False,
        "webhook_id": posted.webhook.id,
    }


def _as_text(posted: Posted) -> str:
    lines = [posted.content]
    for embed in posted.embeds:
        lines += [str(embed.get("title") or ""), str(embed.get("description") or "")]
        lines += [f"{field['name']}: {field['value']}" for field in embed.get("fields") or ()]
    return "\n".join(line for line in lines if line)


def _error(status: int, code: int, message: str) -> Response[Any]:
    return Response({"message": message, "code": code}, status_code=status)


def _answer_exception(_: AnyRequest, exception: HTTPException) -> Response[Any]:
    status = HTTPStatus(exception.status_code)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _error(413, 40005, "Request entity too large")
    return _error(status, 0, f"{status.value}: {status.phrase}")
