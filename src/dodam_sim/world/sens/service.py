"""SENS: takes signed orders, delivers after some seconds, and tells what became of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Litestar, Response, get, post
from litestar.params import FromPath

from dodam_sim.serving import Service
from dodam_sim.shown import MOST_SHOWN, Shown
from dodam_sim.world.sens import alimtalk, gateway, sms
from dodam_sim.world.sens.account import SensAccount
from dodam_sim.world.sens.alimtalk import Talk, TalkOrder
from dodam_sim.world.sens.carriers import Carriers
from dodam_sim.world.sens.gateway import AnyRequest, refusal
from dodam_sim.world.sens.listing import Kept, listed
from dodam_sim.world.sens.showing import show_sms, show_talk
from dodam_sim.world.sens.sms import SentMessage, Sms, SmsOrder

_SMS_LONGEST = timedelta(days=30)
_TALK_LONGEST = timedelta(days=31)


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Sens(Service):
    """`now` is the service's own clock; a message arrives `delivery` after it was taken."""

    name = "sens"

    def __init__(
        self,
        now: Callable[[], datetime],
        account: SensAccount | None = None,
        *,
        delivery: timedelta = timedelta(seconds=2),
    ) -> None:
        self.account = account or SensAccount()
        self._now = now
        self._carriers = Carriers(self.account, delivery)
        self._texts = Kept[Sms]()
        self._talks = Kept[Talk]()

        @post("/sms/v2/services/{service_id:str}/messages")
        async def send_sms(request: AnyRequest, service_id: FromPath[str]) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.service_id)
            return refused or self._answer(self._send_sms, await request.body())

        @get("/sms/v2/services/{service_id:str}/messages")
        async def list_sms(request: AnyRequest, service_id: FromPath[str]) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.service_id)
            return refused or listed(
                self._texts,
                request.query_params,
                self._now(),
                longest=_SMS_LONGEST,
                filters=sms.FILTERS,
            )

        @get("/sms/v2/services/{service_id:str}/messages/{message_id:str}")
        async def get_sms(
            request: AnyRequest, service_id: FromPath[str], message_id: FromPath[str]
        ) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.service_id)
            return refused or self._get_sms(message_id)

        @post("/alimtalk/v2/services/{service_id:str}/messages")
        async def send_talk(request: AnyRequest, service_id: FromPath[str]) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.talk_service_id)
            return refused or self._answer(self._send_talks, await request.body())

        @get("/alimtalk/v2/services/{service_id:str}/messages")
        async def list_talks(request: AnyRequest, service_id: FromPath[str]) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.talk_service_id)
            return refused or self._list_talks(request.query_params)

        @get("/alimtalk/v2/services/{service_id:str}/messages/{message_id:str}")
        async def get_talk(
            request: AnyRequest, service_id: FromPath[str], message_id: FromPath[str]
        ) -> Response[Any]:
            refused = self._refusal(request, service_id, self.account.talk_service_id)
            return refused or self._get_talk(message_id)

        routes = [send_sms, list_sms, get_sms, send_talk, list_talks, get_talk]
        super().__init__(Litestar(routes, openapi_config=None, logging_config=None))

    @property
    def messages(self) -> list[SentMessage]:
        """Texts handed to the carriers so far, oldest first."""
        return [each.sent for each in self._texts.until(self._now())][::-1]

    @property
    def talks(self) -> list[Talk]:
        """Alimtalks taken so far, oldest first."""
        return list(self._talks.until(self._now()))[::-1]

    @property
    def received(self) -> list[Talk | Sms]:
        now = self._now()
        both: list[Talk | Sms] = [*self._talks.until(now), *self._texts.until(now)]
        return sorted(both, key=lambda each: each.taken_at)

    def shown(self) -> list[Shown]:
        now = self._now()
        return [
            show_talk(each, now) if isinstance(each, Talk) else show_sms(each, now)
            for each in self.received[-MOST_SHOWN:]
        ]

    def _refusal(self, request: AnyRequest, asked: str, ours: str) -> Response[Any] | None:
        if not gateway.is_signed(request, self.account, self._now()):
            return gateway.not_signed()
        return None if asked == ours else refusal(404)

    def _answer(self, take: Callable[[bytes], dict[str, Any]], body: bytes) -> Response[Any]:
        try:
            return Response(take(body), status_code=202)
        except _Refused as refused:
            return refusal(refused.status, str(refused))
        except (msgspec.MsgspecError, UnicodeError) as error:
            return refusal(400, str(error))

    def _send_sms(self, body: bytes) -> dict[str, Any]:
        order = msgspec.json.decode(body, type=SmsOrder)
        self._check_sender(order.sender)
        sent = [
            sms.sent_message(
                order.kind,
                order.sender,
                each.to,
                each.content or order.content,
                each.subject or order.subject,
            )
            for each in order.messages
        ]
        request_id, at = f"VRSSMS-{uuid4()}", self._now()
        for each in sent:
            text = self._carriers.text(each, request_id, at)
            self._texts.add(
                msgspec.structs.replace(
                    text, content_type=order.content_type, country_code=order.country_code
                )
            )
        return _accepted(request_id, at)

    def _send_talks(self, body: bytes) -> dict[str, Any]:
        order = msgspec.json.decode(body, type=TalkOrder)
        template = self.account.templates.get(order.template_code)
        if order.plus_friend_id not in self.account.channels:
            raise _Refused(400, "plusFriendId is not a channel of this service")
        if template is None:
            raise _Refused(400, "templateCode is not an approved template")
        for each in order.messages:
            if each.failover_config and each.failover_config.sender:
                self._check_sender(each.failover_config.sender)
        request_id, at = f"RSLA-{uuid4()}", self._now()
        talks = [
            self._carriers.talk(each, order, template, request_id, at) for each in order.messages
        ]
        for each in talks:
            self._talks.add(each)
            if each.failover is not None:
                self._texts.add(each.failover)
        return _accepted(request_id, at) | {"messages": [each.taken() for each in talks]}

    def _check_sender(self, sender: str) -> None:
        if sender not in self.account.senders:
            raise _Refused(403, "from is not a number registered as one that may send")

    def _list_talks(self, query: Any) -> Response[Any]:
        if "requestId" not in query and "plusFriendId" not in query:
            return refusal(400, "plusFriendId is needed where no requestId is given")
        return listed(
            self._talks, query, self._now(), longest=_TALK_LONGEST, filters=alimtalk.FILTERS
        )

    def _get_sms(self, message_id: str) -> Response[Any]:
        now = self._now()
        found = self._texts.get(message_id, now)
        if found is None:
            return gateway.not_found()
        messages = [found.described_in_full(now)]
        return Response({"statusCode": "200", "statusName": "success", "messages": messages})

    def _get_talk(self, message_id: str) -> Response[Any]:
        now = self._now()
        found = self._talks.get(message_id, now)
        return gateway.not_found() if found is None else Response(found.described_in_full(now))


def _accepted(request_id: str, at: datetime) -> dict[str, Any]:
    return {
        "requestId": request_id,
        "requestTime": gateway.request_time(at),
        "statusCode": "202",
        "statusName": "success",
    }
