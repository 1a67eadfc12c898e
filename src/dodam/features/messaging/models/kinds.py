"""The kinds of messages, and what is known of each."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.i18n import Text


class MessageKind(StrEnum):
    """What a message is about."""

    WELCOME = "welcome"
    THERAPY_GOAL_REACHED = "therapy_goal_reached"
    DAILY_RESULT = "daily_result"
    SUBSCRIPTION_STARTED = "subscription_started"
    PAYMENT_FAILED = "payment_failed"
    PRICE_INCREASE = "price_increase"
    SUBSCRIPTION_ENDED = "subscription_ended"


class InQuietHours(StrEnum):
    """What becomes of a message whose time falls into quiet hours.

    A welcome is sent: it answers somebody who verifies a phone at that moment.
    """

    WAIT = "wait"
    DROP = "drop"
    SEND = "send"


class KindOfMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """`template` is an Alimtalk template's code; `text` goes to phones without KakaoTalk.

    A message that could not be sent for `hours` is not sent any more: nobody wants old news.
    """

    title: Text
    template: str
    text: str
    in_quiet_hours: InQuietHours
    hours: Annotated[int, Meta(ge=1)]

    @property
    def lifetime(self) -> timedelta:
        return timedelta(hours=self.hours)
