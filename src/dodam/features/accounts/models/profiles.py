"""What an account's holder is known by."""

from datetime import datetime
from typing import Annotated

from dodam.features.accounts.models.contacts import Contact
from dodam.platform.masking.sensitive import Sensitive


class Profile(Contact, frozen=True):
    """A guardian's. `email` is null once the account is erased."""

    email: Annotated[str, Sensitive] | None
    country: str
    language: str
    created_at: datetime
    is_erased: bool
