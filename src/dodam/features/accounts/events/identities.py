"""Facts about sign-ins by Google and Apple."""

from dodam.platform.database import Event


class AppleTokenDropped(Event, frozen=True, tag="accounts.apple_token_dropped.v1"):
    """A person's sign-in with Apple was taken off; its refresh token, still encrypted."""

    client_id: str
    sealed_token: bytes
