"""Facts about people who leave."""

from uuid import UUID

from dodam.platform.database import Event


class AccountWithdrawn(Event, frozen=True, tag="accounts.withdrawn.v1"):
    """The person left: signed out everywhere, and erased later unless they come back."""

    account_id: UUID


class WithdrawalUndone(Event, frozen=True, tag="accounts.withdrawal_undone.v1"):
    """The person came back before being erased."""

    account_id: UUID


class ErasureDue(Event, frozen=True, tag="accounts.erasure_due.v1"):
    """The grace period of a person who left is over."""

    account_id: UUID


class AccountErased(Event, frozen=True, tag="accounts.erased.v1"):
    """Nothing personal is left of the account itself; what others keep of it is to go too."""

    account_id: UUID
