"""What goes with an account."""

from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.livesettings.service.patch_notes import PatchNotes
from dodam.platform.database import Transaction


class Reactions:
    def __init__(self, patch_notes: PatchNotes) -> None:
        self._patch_notes = patch_notes

    async def account_erased(self, tx: Transaction, event: AccountErased) -> None:
        await self._patch_notes.erase(tx, event.account_id)
