"""Alimtalk by SENS: sending, asking whether something was taken, and what became of it.

https://api.ncloud-docs.com/docs/en/sens-alimtalk-send, …/sens-alimtalk-list and
…/sens-alimtalk-get
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from msgspec import Struct

from dodam.adapters.outside import OutsideService
from dodam.adapters.sens.access import SensAccess, Signature, at_home, decoded, text_fields
from dodam.features.messaging.models.outgoing import NotTaken, Outgoing, Result, Taken
from dodam.features.messaging.models.states import State
from dodam.platform.clock import Clock

_KOREA = ZoneInfo("Asia/Seoul")
_MESSAGES = "/alimtalk/v2/services/{service}/messages"
_MOST_ON_A_PAGE = 100
_FAILED = "fail"
_SUCCEEDED = "success"


class _Failover(Struct, rename="camel"):
    """The text that SENS sends where KakaoTalk does not reach."""

    request_status_name: str | None = None
    message_status_name: str | None = None


class _Message(Struct, rename="camel"):
    """A message in the answer to an order, in a list (without `content`), or alone."""

    message_id: str
    to: str
    request_id: str = ""
    content: str | None = None
    request_status_code: str | None = None
    request_status_name: str | None = None
    message_status_code: str | None = None
    message_status_name: str | None = None
    use_sms_failover: bool = False
    failover: _Failover | None = None

    @property
    def was_refused(self) -> bool:
        return self.request_status_name == _FAILED


class _Order(Struct, rename="camel"):
    request_id: str
    messages: list[_Message]


class _Page(Struct, rename="camel"):
    messages: list[_Message]
    has_more: bool = False
    next_token: str | None = None


class SensAlimtalk:
    """`access.service_id` is that of the Biz Message service; `channel` is its KakaoTalk channel.

    A phone that KakaoTalk does not reach is sent the text instead, by SENS itself.
    """

    def __init__(self, access: SensAccess, channel: str, clock: Clock) -> None:
        self._access = access
        self._channel = channel
        self._clock = clock
        self._signature = Signature(access, clock)
        self._sens = OutsideService("sens", access.base_url)

    async def send(
        self, template: str, messages: Sequence[Outgoing]
    ) -> list[Taken | NotTaken | None]:
        order = {
            "plusFriendId": self._channel,
            "templateCode": template,
            "messages": [self._described(each) for each in messages],
        }
        answer = await self._ask("POST", _MESSAGES, json=order)
        taken = decoded(answer, HTTPStatus.ACCEPTED, _Order)
        by_number: dict[str, list[_Message]] = defaultdict(list)
        for each in taken.messages:
            by_number[each.to].append(each)
        return [
            _fate(taken.request_id, message, by_number[at_home(message.number)])
            for message in messages
        ]

    async def find(self, template: str, number: str, content: str, since: datetime) -> list[Taken]:
        """A list does not tell what messages say, so each that it has is asked for."""
        found: list[Taken] = []
        span = {"requestStartTime": _stamp(since), "requestEndTime": _stamp(self._clock.now())}
        sought = {"plusFriendId": self._channel, "templateCode": template, "to": at_home(number)}
        async for listed in self._listed(**span, **sought):
            if not listed.was_refused:
                message = await self._get(listed.message_id)
                if _reads(message) == content.split():
                    found.append(Taken(message.request_id, message.message_id))
        return found

    async def results(self, request_id: str, message_ids: Collection[str]) -> Mapping[str, Result]:
        results: dict[str, Result] = {}
        async for listed in self._listed(requestId=request_id):
            if listed.message_id not in message_ids:
                continue
            result = await self._result(listed)
            if result is not None:
                results[listed.message_id] = result
        return results

    async def _result(self, listed: _Message) -> Result | None:
        code = listed.message_status_code or listed.request_status_code
        if listed.message_status_name == _SUCCEEDED:
            return Result(State.DELIVERED)
        if listed.message_status_name != _FAILED and not listed.was_refused:
            return None
        if listed.was_refused or not listed.use_sms_failover:
            return Result(State.FAILED, code)
        failover = (await self._get(listed.message_id)).failover or _Failover()
        if failover.message_status_name == _SUCCEEDED:
            return Result(State.DELIVERED_BY_SMS, code)
        if _FAILED in {failover.message_status_name, failover.request_status_name}:
            return Result(State.FAILED, code)
        return None

    async def _listed(self, **query: str) -> AsyncGenerator[_Message]:
        """Every message that fits; SENS answers 404 without a word where there is none."""
        query["pageSize"] = str(_MOST_ON_A_PAGE)
        while True:
            answer = await self._ask("GET", _MESSAGES, params=query)
            if answer.status_code == HTTPStatus.NOT_FOUND and not answer.content:
                return
            page = decoded(answer, HTTPStatus.OK, _Page)
            for message in page.messages:
                yield message
            if not page.has_more or page.next_token is None:
                return
            query["nextToken"] = page.next_token

    async def _get(self, message_id: str) -> _Message:
        answer = await self._ask("GET", _MESSAGES + "/{message}", message=message_id)
        return decoded(answer, HTTPStatus.OK, _Message)

    async def _ask(
        self, method: str, template: str, *, message: str = "", **request: Any
    ) -> httpx.Response:
        values = {"service": self._access.service_id, "message": message}
        return await self._sens.call(method, template, values, auth=self._signature, **request)

    def _described(self, message: Outgoing) -> dict[str, Any]:
        return {
            "countryCode": "82",
            "to": at_home(message.number),
            "content": message.content,
            "buttons": message.buttons,
            "useSmsFailover": True,
            "failoverConfig": {"from": self._access.sender, **text_fields(message.text)},
        }


def _fate(request_id: str, message: Outgoing, to_number: list[_Message]) -> Taken | NotTaken | None:
    for each in to_number:
        if _reads(each) == message.content.split():
            if each.was_refused:
                return NotTaken(each.request_status_code or _FAILED)
            return Taken(request_id, each.message_id)
    return None


def _reads(message: _Message) -> list[str]:
    """What a message says, however its lines are broken."""
    return (message.content or "").split()


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(_KOREA):%Y-%m-%d %H:%M:%S}"
