"""Notices to a channel at Discord.

https://discord.com/developers/docs/resources/webhook#execute-webhook and
https://discord.com/developers/docs/topics/rate-limits

Nothing makes a post idempotent: `nonce` and `enforce_nonce` are parameters of Create Message, not
of Execute Webhook. So a notice may come twice. Each worker sends one message at a time and notes
what it posted before it sends the next; one message, of ten notices at most, is posted twice if
the worker is killed between the two, or if Discord's answer is lost.
"""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

import httpx
import msgspec
import structlog
from msgspec import Meta, Struct

from dodam.adapters.discord.messages import Embed, messages
from dodam.adapters.outside import OutsideService, retry_after
from dodam.features.operations.models.notices import Notice
from dodam.features.operations.ports import Posted
from dodam.platform.clock import Clock
from dodam.platform.work import CannotBeDone, PerhapsDone, TryLater

_LOG = structlog.get_logger(__name__)
_URL = re.compile(r"(https?://[^\s?#]+?)/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)")
# An address without a version, as Discord's settings show it, is served by one that counts waiting
# times in milliseconds: https://discord.com/developers/docs/reference#api-versioning
_EXECUTE = "/api/v10/webhooks/{webhook}/{token}"
# 10,000 of these answers within ten minutes, and Discord shuts our address out.
_SHUTS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
_SHUT_FOR = timedelta(minutes=10)
_DAY = 86_400


class _Message(Struct):
    id: str


class _TooMany(Struct):
    """https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit."""

    retry_after: Annotated[float, Meta(ge=0, le=_DAY)]


class DiscordWebhook:
    """`url` is the webhook's, as Discord's settings show it: who has it may post."""

    def __init__(self, url: str, clock: Clock) -> None:
        parts = _URL.fullmatch(url)
        if parts is None:
            raise ValueError("This is not the URL of a webhook at Discord.")
        home, webhook_id, token = parts.groups()
        self._webhook = {"webhook": webhook_id, "token": token}
        self._service = OutsideService("discord", home, asked_to_wait=_asked_to_wait)
        self._clock = clock
        self._closed_until: datetime | None = None
        self._why_closed = ""

    async def post(self, notices: Sequence[Notice]) -> AsyncGenerator[Posted]:
        """In their order. Raises TryLater, PerhapsDone; CannotBeDone once, then TryLater."""
        for message in messages(notices):
            refused = await self._post(message)
            if refused is None:
                yield Posted([each.notice_id for each in message if each.is_last])
            elif len(message) == 1:
                yield Posted([message[0].notice_id], refused)
            else:
                # One that Discord does not take must not keep the others from being read.
                for embed in message:
                    refused = await self._post([embed])
                    if refused is not None or embed.is_last:
                        yield Posted([embed.notice_id], refused)

    async def _post(self, message: Sequence[Embed]) -> str | None:
        """Post it; why Discord does not take a message like this, if it does not."""
        self._wait_while_closed()
        form: dict[str, Any] = {
            "embeds": [each.form for each in message],
            "allowed_mentions": {"parse": []},
        }
        try:
            answer = await self._service.call(
                "POST", _EXECUTE, self._webhook, params={"wait": "true"}, json=form
            )
        except TryLater as error:
            self._close(error.after, error.reason)
            raise
        if answer.headers.get("x-ratelimit-remaining") == "0":
            self._close(_seconds(answer.headers), "discord has no room for more just now")
        return self._judged(answer)

    def _judged(self, answer: httpx.Response) -> str | None:
        status = answer.status_code
        if status == HTTPStatus.OK:
            try:
                msgspec.json.decode(answer.content, type=_Message)
            except msgspec.MsgspecError as error:
                raise PerhapsDone("discord answered with something else than a message") from error
            return None
        reason = f"discord answered {status}"
        if status in _SHUTS:
            _LOG.error("Discord refuses the webhook; it is left alone for a while", status=status)
            self._close(_SHUT_FOR, f"{reason} before, and is left alone")
            raise CannotBeDone(reason)
        if status < HTTPStatus.BAD_REQUEST:
            raise PerhapsDone(reason)
        return reason

    def _wait_while_closed(self) -> None:
        if self._closed_until is not None:
            left = self._closed_until - self._clock.now()
            if left > timedelta():
                raise TryLater(self._why_closed, after=left)

    def _close(self, wait: timedelta | None, why: str) -> None:
        if wait is not None:
            self._closed_until = self._clock.now() + wait
            self._why_closed = why


def _asked_to_wait(answer: httpx.Response) -> timedelta | None:
    """The body has fractions of seconds; a page of Discord's front has a header only."""
    try:
        return timedelta(seconds=msgspec.json.decode(answer.content, type=_TooMany).retry_after)
    except msgspec.MsgspecError:
        return retry_after(answer)


def _seconds(headers: Mapping[str, Any]) -> timedelta | None:
    try:
        return min(timedelta(seconds=float(headers["x-ratelimit-reset-after"])), _SHUT_FOR)
    except (KeyError, ValueError, OverflowError):
        return None
