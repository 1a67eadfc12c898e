"""Facts about members of staff."""

from uuid import UUID

from dodam.platform.database import Event


class StaffInvited(Event, frozen=True, tag="accounts.staff_invited.v1"):
    """Somebody was invited, or invited again because the second factor is to be new."""

    account_id: UUID
