"""Facts about API keys."""

from uuid import UUID

from dodam.platform.database import Event


class ApiKeyRevoked(Event, frozen=True, tag="accounts.api_key_revoked.v1"):
    """An outside system may no longer call."""

    api_key_id: UUID
