"""Facts about accounts and what they are opened with."""

from uuid import UUID

from dodam.platform.database import Event


class AccountOpened(Event, frozen=True, tag="accounts.opened.v1"):
    account_id: UUID
