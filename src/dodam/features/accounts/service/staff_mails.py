"""What members of staff are mailed."""

from uuid import UUID

from dodam.features.accounts.service.letters import Letter, Letters
from dodam.features.accounts.service.staff import INVITATION_LIFE, Staff
from dodam.features.accounts.store import people
from dodam.features.accounts.store import staff as store
from dodam.platform.database import Transaction


class StaffMails:
    def __init__(self, staff: Staff, letters: Letters) -> None:
        self._staff = staff
        self._letters = letters

    async def invitation(self, tx: Transaction, account_id: UUID) -> None:
        """A link to join with, unless the member has joined or is disabled meanwhile."""
        member = await store.FIND.first(tx, account=account_id)
        account = await people.FIND.first(tx, account=account_id)
        if member is None or member.joined_at or member.disabled_at or account is None:
            return
        token = await self._staff.make_invitation(tx, account_id)
        await self._letters.send(
            Letter.STAFF_INVITATION,
            member.email,
            account.language,
            link=f"/staff/join?token={token}",
            days=INVITATION_LIFE.days,
        )
