"""Facts about sign-ins by Google and Apple."""

from typing import Annotated

from dodam.platform.database import Event
from dodam.platform.masking.sensitive import Sensitive


class AppleTokenDropped(Event, frozen=True, tag="accounts.apple_token_dropped.v1"):
    """A person's sign-in with Apple was taken off; its refresh token, still encrypted."""

    client_id: str
    sealed_token: Annotated[bytes, Sensitive]
