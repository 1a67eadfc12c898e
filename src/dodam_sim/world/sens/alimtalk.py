"""Alimtalk: notices in KakaoTalk, whose text was approved beforehand, and the SMS in their stead.

https://api.ncloud-docs.com/docs/en/sens-alimtalk-send, …/sens-alimtalk-list and
…/sens-alimtalk-get
"""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from dodam_sim.world.sens.account import TalkButton
from dodam_sim.world.sens.gateway import complete_time, request_time
from dodam_sim.world.sens.sms import Kind, Number, Result, Sms

DELIVERED = Result("0000", "success", "성공")
WRONG_TEXT = Result("3016", "fail", "메시지 내용이 템플릿과 일치하지 않음")
NOT_ON_KAKAO = Result("3019", "fail", "톡 유저가 아님")
CHANNEL_BLOCKED = Result("3020", "fail", "알림톡 수신 차단")
FILTERS = {
    *("messageId", "plusFriendId", "templateCode", "to"),
    *("requestStatusName", "messageStatusName"),
}
_TAKEN = {"requestStatusCode": "A000", "requestStatusName": "success", "requestStatusDesc": "성공"}
_NOT_TAKEN = {
    "requestStatusCode": "A001",
    "requestStatusName": "fail",
    "requestStatusDesc": "지원하지 않는 문자가 포함됨",
}


class FailoverConfig(Struct, rename={"sender": "from"}):
    """By default the Alimtalk's own text, as SMS or LMS as its length asks for."""

    type: Kind | None = None
    sender: str | None = None
    subject: str | None = None
    content: str | None = None


class TalkMessage(Struct, rename="camel"):
    to: Number
    content: Annotated[str, Meta(min_length=1, max_length=1000)]
    country_code: str = "82"
    buttons: list[TalkButton] = []
    use_sms_failover: bool = False
    failover_config: FailoverConfig | None = None


class TalkOrder(Struct, rename="camel"):
    """Reservations are not taken here."""

    plus_friend_id: str
    template_code: str
    messages: Annotated[list[TalkMessage], Meta(min_length=1, max_length=100)]
    reserve_time: None = None


class Talk(Struct, frozen=True, kw_only=True):
    """An Alimtalk under way, delivered, or failed; then `failover` follows if it was asked for."""

    request_id: str
    message_id: str
    taken_at: datetime
    due_at: datetime
    channel: str
    template: str
    message: TalkMessage
    result: Result
    failover: Sms | None = None

    def taken(self) -> dict[str, Any]:
        """As the answer to the order has it."""
        return {
            "messageId": self.message_id,
            "countryCode": self.message.country_code,
            "to": self.message.to,
            "content": self.message.content,
            **_TAKEN,
            "useSmsFailover": self.message.use_sms_failover,
        }

    def described(self, now: datetime) -> dict[str, Any]:
        described = {
            "requestId": self.request_id,
            "messageId": self.message_id,
            "requestTime": request_time(self.taken_at),
            "plusFriendId": self.channel,
            "templateCode": self.template,
            "countryCode": self.message.country_code,
            "to": self.message.to,
            **_TAKEN,
            "messageStatusName": "processing",
            "useSmsFailover": self.message.use_sms_failover,
        }
        if now >= self.due_at:
            described |= {
                "completeTime": complete_time(self.due_at),
                "messageStatusCode": self.result.code,
                "messageStatusName": self.result.name,
                "messageStatusDesc": self.result.words,
            }
        return described

    def described_in_full(self, now: datetime) -> dict[str, Any]:
        described = self.described(now) | {"content": self.message.content}
        failed = now >= self.due_at and self.result.name == "fail"
        if failed and self.message.use_sms_failover:
            described["failover"] = self._failover(now)
        return described

    def _failover(self, now: datetime) -> dict[str, Any]:
        sms = self.failover
        if sms is None:
            return _NOT_TAKEN
        described = {
            "requestId": sms.request_id,
            **_TAKEN,
            "messageId": sms.message_id,
            "messageStatusName": "processing",
        }
        if now >= sms.due_at:
            described |= {
                "messageStatusCode": sms.result.code,
                "messageStatusName": sms.result.name,
                "messageStatusDesc": sms.result.words,
            }
        return described
