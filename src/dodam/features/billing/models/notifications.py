"""What the stores sent, as it is kept and shown to staff."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from dodam.features.billing.models.store_messages import APPLE_MESSAGES, GOOGLE_MESSAGES
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Notification, Told
from dodam.platform.masking.sensitive import Sensitive

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHOWN_OF_A_KEY = 6

# Microseconds and an id, as in the audit trail.
CURSOR = r"^[0-9]{17}\.[0-9a-f]{32}(?!\n)$"
CURSOR_LENGTH = 50
# Ten times what the largest message that we know of takes.
MOST_BYTES = 256 * 1024


class SignedPayload(Struct, frozen=True):
    """As Apple posts it (`responseBodyV2`): a signed JWS, three parts with points between."""

    signed_payload: Annotated[
        str,
        Meta(min_length=5, max_length=MOST_BYTES, pattern=r"^[\w-]+\.[\w-]+\.[\w-]+(?!\n)$"),
        Sensitive,
    ] = field(name="signedPayload")


class PubSubMessage(Struct, frozen=True, rename="camel"):
    """`data` is a DeveloperNotification of Google Play, in base64; an id comes once a message."""

    data: Annotated[str, Sensitive]
    message_id: str
    publish_time: datetime


class PushedMessage(Struct, frozen=True):
    """As Pub/Sub pushes it: https://cloud.google.com/pubsub/docs/push#receive_push."""

    message: PubSubMessage
    subscription: str


class CameBy(StrEnum):
    """`history`: it never came, and was found among what the store says it sent."""

    PUSH = "push"
    PULL = "pull"
    HISTORY = "history"


class Handling(StrEnum):
    """What became of a message. `kept`: there was nothing to do about it.

    `failed` is tried again by itself for days, and waits for a replay after that.
    """

    WAITING = "waiting"
    DONE = "done"
    KEPT = "kept"
    FAILED = "failed"


class Message(Struct, frozen=True, kw_only=True):
    """A message that a store sent. `subscription` is the end of the store's own key of it.

    `known` is false for a type or subtype that this release does not know. `reason` is why the last
    attempt failed, or why there was nothing to do.
    """

    id: UUID
    store: Store
    environment: Environment
    type: str
    subtype: str | None
    known: bool
    subscription: str | None
    sent_at: datetime
    received_at: datetime
    came_by: CameBy
    state: Handling
    attempts: int
    reason: str | None
    settled_at: datetime | None


class MessageInFull(Struct, frozen=True, kw_only=True):
    """A message with what it says of a subscription; null where it says nothing by itself.

    Keys are cut short: whoever has a purchase token could hand the purchase in.
    """

    message: Message
    transaction_id: str | None
    told: Told | None


class MessagePage(Struct, frozen=True):
    """The last received first; `next_cursor` asks for the page after, null on the last."""

    messages: list[Message]
    next_cursor: str | None


class ReplayMessages(Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages are to be processed anew: all of a store that are in a state."""

    store: Store
    state: Literal["waiting", "failed", "kept"]


class ReplayedMessages(Struct, frozen=True):
    """How many are processed anew: the oldest 1,000 at most, so ask again while it is so many."""

    replayed: int


class Refusals(Struct, frozen=True):
    """How many messages were refused on a day (UTC) as forged, for one reason."""

    day: date
    reason: str
    count: int


class Place(Struct, frozen=True):
    """A place in a list that is in the order of time."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """What a cursor that fits the pattern says."""
        microseconds, _, identity = cursor.partition(".")
        return cls(_EPOCH + int(microseconds) * _MICROSECOND, UUID(identity))

    def cursor(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND:017}.{self.id.hex}"


def is_known(store: Store, type_: str, subtype: str | None) -> bool:
    """Whether the store's documentation had such a message as this release was made."""
    if store is Store.APPLE:
        return subtype in APPLE_MESSAGES.get(type_, ())
    return type_ in GOOGLE_MESSAGES


def is_to_be_looked_up(message: Notification) -> bool:
    """Google's messages name a purchase and say nothing of it; Apple's as a rule say everything."""
    return message.key is not None and message.told is None


def cut_short(key: str | None) -> str | None:
    """The end of a key, by which staff tell purchases apart."""
    return key and f"…{key[-_SHOWN_OF_A_KEY:]}"
