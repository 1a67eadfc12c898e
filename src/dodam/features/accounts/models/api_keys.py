"""API keys: how an outside system, such as a hospital's, calls in its own name."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.people import DisplayName
from dodam.platform.masking.sensitive import Sensitive


class Scope(StrEnum):
    """One thing a key may do; routes ask for it by name.

    Each reads something of the children whose guardians let the key's owner have just that.
    """

    READ_DAILY_RESULTS = "daily_results:read"
    READ_DAILY_LOGS = "daily_logs:read"
    READ_THERAPY_RESULTS = "therapy_results:read"


class NewApiKey(Struct, forbid_unknown_fields=True):
    """A key to make. Without `expires_at` it holds until it is revoked."""

    name: DisplayName
    scopes: Annotated[set[Scope], Meta(min_length=1)]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class ApiKeyChanges(Struct, forbid_unknown_fields=True):
    """What a key may do from now on.

    Its name stays: guardians gave their consent to somebody of that name.
    """

    scopes: Annotated[set[Scope], Meta(min_length=1)]


class ApiKey(Struct, frozen=True):
    """A key without its secret. `last_used_at` is right to the minute."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiKeySecret(Struct, frozen=True):
    """A key with a new secret. `secret` is what is sent as bearer token, and shown only here."""

    key: ApiKey
    secret: Annotated[str, Sensitive]
