"""Facts about phone numbers."""

from uuid import UUID

from dodam.platform.database import Event


class PhoneVerified(Event, frozen=True, tag="accounts.phone_verified.v1"):
    """The account has a number, or another one, that its holder proved to hold."""

    account_id: UUID
