"""SMS and LMS: orders, and what becomes of each message.

https://api.ncloud-docs.com/docs/en/sens-sms-send, …/sens-sms-list and …/sens-sms-get
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from dodam_sim.world.sens.gateway import complete_time, request_time

Number = Annotated[str, Meta(pattern=r"^[0-9]{8,12}\Z")]
Kind = Literal["SMS", "LMS"]
_BYTES = {"SMS": 90, "LMS": 2000}
_SUBJECT_BYTES = 40
FILTERS = {
    *("messageId", "type", "contentType", "countryCode", "from", "to"),
    *("status", "statusName"),
}


class Result(Struct, frozen=True):
    """As it is reported of a phone: code, name, words."""

    code: str
    name: Literal["success", "fail"]
    words: str


ARRIVED = Result("0", "success", "성공")
NO_SUBSCRIBER = Result("3001", "fail", "가입자 없음")


class SentMessage(Struct, frozen=True):
    """What arrives on a phone."""

    sender: str
    to: str
    content: str
    kind: Kind = "SMS"
    subject: str | None = None


class Recipient(Struct):
    to: Number
    subject: str | None = None
    content: str | None = None


class SmsOrder(Struct, rename="camel"):
    """MMS without pictures goes as LMS; pictures and reservations are not taken here."""

    type: Literal["SMS", "sms", "LMS", "lms", "MMS", "mms"]
    sender: str = msgspec.field(name="from")
    content: Annotated[str, Meta(min_length=1)]
    messages: Annotated[list[Recipient], Meta(min_length=1, max_length=100)]
    subject: str | None = None
    content_type: Literal["COMM", "AD"] = "COMM"
    country_code: str = "82"
    files: None = None
    reserve_time: None = None

    @property
    def kind(self) -> Kind:
        return "SMS" if self.type.upper() == "SMS" else "LMS"


class Sms(Struct, frozen=True, kw_only=True):
    """A text under way, or arrived, or not."""

    request_id: str
    message_id: str
    taken_at: datetime
    due_at: datetime
    sent: SentMessage
    content_type: str = "COMM"
    country_code: str = "82"
    result: Result

    def described(self, now: datetime) -> dict[str, Any]:
        sent = self.sent
        described = {
            "requestId": self.request_id,
            "messageId": self.message_id,
            "requestTime": request_time(self.taken_at),
            "contentType": self.content_type,
            "type": sent.kind,
            "countryCode": self.country_code,
            "from": sent.sender,
            "to": sent.to,
            "status": "PROCESSING",
        }
        if now >= self.due_at:
            described |= {
                "status": "COMPLETED",
                "statusCode": self.result.code,
                "statusName": self.result.name,
                "statusMessage": self.result.words,
                "completeTime": complete_time(self.due_at),
                "telcoCode": "ETC",
            }
        return described

    def described_in_full(self, now: datetime) -> dict[str, Any]:
        content = {"subject": self.sent.subject or "", "content": self.sent.content}
        return self.described(now) | content


def sent_message(
    kind: Kind, sender: str, to: str, content: str, subject: str | None
) -> SentMessage:
    """What is too long is cut off; an SMS has no subject. Raises UnicodeEncodeError."""
    carried = _as_carried(content, _BYTES[kind])
    if kind == "SMS" or subject is None:
        return SentMessage(sender, to, carried, kind)
    return SentMessage(sender, to, carried, kind, _as_carried(subject, _SUBJECT_BYTES))


def kind_for(content: str) -> Kind:
    """Raises UnicodeEncodeError."""
    return "SMS" if len(content.encode("euc-kr")) <= _BYTES["SMS"] else "LMS"


def _as_carried(text: str, most: int) -> str:
    return text.encode("euc-kr")[:most].decode("euc-kr", errors="ignore")
