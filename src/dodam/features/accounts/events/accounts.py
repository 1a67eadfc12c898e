"""Facts about accounts and what they are opened with."""

from typing import Annotated
from uuid import UUID

from dodam.platform.database import Event
from dodam.platform.masking.sensitive import Sensitive


class AccountOpened(Event, frozen=True, tag="accounts.opened.v1"):
    account_id: UUID


class ProfileChanged(Event, frozen=True, tag="accounts.profile_changed.v1"):
    """What an account is known by changed: its name, its number, or whether it is for testing.

    A new address and a verified number are facts of their own.
    """

    account_id: UUID


class EmailVerificationAsked(Event, frozen=True, tag="accounts.email_verification_asked.v1"):
    """The mail that verifies the address is to be sent once more."""

    account_id: UUID


class NewEmailAsked(Event, frozen=True, tag="accounts.new_email_asked.v1"):
    """The account is to have another address, once that is verified.

    `session_id` is of the device it was asked on.
    """

    account_id: UUID
    session_id: UUID
    email: Annotated[str, Sensitive]


class EmailChanged(Event, frozen=True, tag="accounts.email_changed.v1"):
    account_id: UUID
    old_email: Annotated[str, Sensitive]


class PasswordResetAsked(Event, frozen=True, tag="accounts.password_reset_asked.v1"):
    """Somebody asked for the address, which may be nobody's."""

    email: Annotated[str, Sensitive]


class PasswordTakenAway(Event, frozen=True, tag="accounts.password_taken_away.v1"):
    """Staff made the password worthless."""

    account_id: UUID


class PasswordChanged(Event, frozen=True, tag="accounts.password_changed.v1"):
    """By its holder, or with a mailed link."""

    account_id: UUID
