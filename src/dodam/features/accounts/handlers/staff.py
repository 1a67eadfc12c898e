"""Mails that follow from what happens to members of staff."""

from dodam.features.accounts.events.staff import StaffInvited
from dodam.features.accounts.service.staff_mails import StaffMails
from dodam.platform.database import Transaction


class StaffReactions:
    def __init__(self, mails: StaffMails) -> None:
        self._mails = mails

    async def invited(self, tx: Transaction, event: StaffInvited) -> None:
        await self._mails.invitation(tx, event.account_id)
