"""Messages as guardians and staff see them, and the tasks that move them on."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from dodam.features.messaging.models.kinds import MessageKind
from dodam.features.messaging.models.states import Reason, State
from dodam.platform.i18n import Text
from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.work import Task


class SendMessage(Task, frozen=True, tag="messaging.send.v1"):
    message_id: UUID


class AskResults(Task, frozen=True, tag="messaging.ask_results.v1"):
    """What became of the messages of one order."""

    request_id: str


class Message(Struct, frozen=True):
    """A message to a guardian. `child_id` and `day` say what it is about: a child's day; without
    a child, the day on which something happened to the account's subscription.

    `reason` is why it was not sent, or the messenger's code for why it did not arrive; `sent_at`
    is when the messenger took it, `ended_at` when its fate was known. `text` is null before it is
    sent, and again a while after.
    """

    id: UUID
    kind: MessageKind
    child_id: UUID | None
    day: date | None
    state: State
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    text: Annotated[str, Sensitive] | None


class MessageWithoutText(Struct, frozen=True):
    """A message as staff see it: whether and when it was sent, and not what it says of a child."""

    id: UUID
    kind: MessageKind
    child_id: UUID | None
    day: date | None
    state: State
    reason: str | None
    tries: int
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class MessagePage(Struct, frozen=True):
    """The newest messages first; `next_cursor` asks for the page after, null on the last."""

    messages: list[Message]
    next_cursor: UUID | None


class MessageWithoutTextPage(Struct, frozen=True):
    """The newest messages first; `next_cursor` asks for the page after, null on the last."""

    messages: list[MessageWithoutText]
    next_cursor: UUID | None


class Obstacle(Struct, frozen=True):
    """Why nothing can be sent."""

    code: Reason
    text: Text


class Notification(Struct, frozen=True):
    """One kind of message: whether the guardian wants it, and what keeps it from being sent."""

    kind: MessageKind
    title: Text
    on: bool
    obstacle: Obstacle | None


class NotificationChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds to turn on or off; what is left out stays as it is."""

    welcome: bool | UnsetType = UNSET
    therapy_goal_reached: bool | UnsetType = UNSET
    daily_result: bool | UnsetType = UNSET
    subscription_started: bool | UnsetType = UNSET
    payment_failed: bool | UnsetType = UNSET
    price_increase: bool | UnsetType = UNSET
    subscription_ended: bool | UnsetType = UNSET
