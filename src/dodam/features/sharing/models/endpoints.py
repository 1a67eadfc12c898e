"""Where an outside system takes webhooks."""

from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from dodam.features.sharing.models.addresses import may_be_reached
from dodam.platform.masking.sensitive import Sensitive

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        pattern=r"^[!-~]+\Z",
        examples=["https://hospital.example/dodam"],
        description="`https`, without a user or a fragment; it must not lead into a private "
        "network.",
    ),
    Sensitive,
]


class MessageType(StrEnum):
    """What an endpoint can be told of, beside a `ping`."""

    DAILY_RESULT = "daily_result.ready"
    DAILY_LOG = "daily_log.changed"


Types = Annotated[
    set[MessageType],
    Meta(min_length=1, description="What is posted there; only results of days if left out."),
]


class DisabledBy(StrEnum):
    """`gone`: it answered 410, which asks for that; `key`: the system may no longer call."""

    OWNER = "owner"
    GONE = "gone"
    KEY = "key"


class NewEndpoint(Struct, forbid_unknown_fields=True):
    url: Url
    types: Types = field(default_factory=lambda: {MessageType.DAILY_RESULT})


class EndpointChanges(Struct, forbid_unknown_fields=True):
    """Any subset; what is left out stays as it is."""

    url: Url | UnsetType = UNSET
    types: Types | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Endpoint(Struct, frozen=True):
    """An address that webhooks are sent to, signed with a secret of its own.

    `disabled_by` is null while it is sent to. `failing_since` is when it was first given up on for
    a message, after three days of trying; null once it takes one again.
    """

    id: UUID
    url: Annotated[str, Sensitive]
    types: list[MessageType]
    disabled_by: DisabledBy | None
    failing_since: datetime | None
    created_at: datetime


class EndpointSecret(Struct, frozen=True):
    """An endpoint with a new secret, `whsec_…`, which is shown only here."""

    endpoint: Endpoint
    secret: Annotated[str, Sensitive]


def is_right(url: str, *, loopback: bool) -> bool:
    """Whether webhooks may be sent there, as far as the address itself tells.

    With `loopback`, this machine will do, without TLS too.
    """
    try:
        parts = urlsplit(url)
        port_is_right = parts.port != 0
    except ValueError:
        return False
    return (
        port_is_right
        and parts.username is None
        and not parts.fragment
        and (parts.scheme == "https" or (loopback and parts.scheme == "http"))
        and _host_is_right(parts, loopback=loopback)
    )


def _host_is_right(parts: SplitResult, *, loopback: bool) -> bool:
    host = parts.hostname
    if not host:
        return False
    try:
        ip_address(host)
    except ValueError:
        # A name: where it leads is looked at whenever something is sent.
        return parts.scheme == "https" or host == "localhost"
    return may_be_reached(host, loopback=loopback) and (
        parts.scheme == "https" or ip_address(host).is_loopback
    )
