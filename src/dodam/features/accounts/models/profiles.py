"""What an account's holder is known by."""

from datetime import datetime

from dodam.features.accounts.models.contacts import Contact


class Profile(Contact, frozen=True):
    """A guardian's. `email` is null once the account is erased."""

    email: str | None
    country: str
    language: str
    created_at: datetime
    is_erased: bool
