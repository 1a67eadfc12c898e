"""What is done at Apple after the fact."""

from dodam.features.accounts.events.identities import AppleTokenDropped
from dodam.features.accounts.service.apple_accounts import AppleAccounts
from dodam.platform.database import Transaction


class AppleReactions:
    def __init__(self, apple: AppleAccounts) -> None:
        self._apple = apple

    async def token_dropped(self, _: Transaction, event: AppleTokenDropped) -> None:
        """Tried again until Apple answers; revoking a token twice is fine."""
        await self._apple.revoke(event.client_id, event.sealed_token)
