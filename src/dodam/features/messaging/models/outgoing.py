"""Messages as they are handed over to a service, and what it answers."""

from typing import Annotated

from msgspec import Struct

from dodam.features.messaging.models.states import State
from dodam.platform.masking.sensitive import Sensitive

Button = dict[str, str]


class Outgoing(Struct, frozen=True, kw_only=True):
    """`number` is in E.164; `text` is for a phone that KakaoTalk does not reach."""

    number: Annotated[str, Sensitive]
    content: Annotated[str, Sensitive]
    buttons: list[Button]
    text: Annotated[str, Sensitive]


class Taken(Struct, frozen=True):
    """The service will deliver it; both ids are its own, the first is of the whole order."""

    request_id: str
    message_id: str


class NotTaken(Struct, frozen=True):
    """The service refused this one message of an order, by a code of its own."""

    code: str


class Result(Struct, frozen=True):
    """What became of a message; `code` is the service's, of a delivery that failed."""

    state: State
    code: str | None = None
