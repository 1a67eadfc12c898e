"""Mails that follow from what happens to accounts."""

from dodam.features.accounts.events.accounts import (
    AccountOpened,
    EmailChanged,
    EmailVerificationAsked,
    NewEmailAsked,
    PasswordChanged,
    PasswordResetAsked,
    PasswordTakenAway,
)
from dodam.features.accounts.service.account_mails import AccountMails
from dodam.features.accounts.service.letters import Letter
from dodam.platform.database import Transaction


class MailReactions:
    def __init__(self, mails: AccountMails) -> None:
        self._mails = mails

    async def opened(self, tx: Transaction, event: AccountOpened) -> None:
        await self._mails.verify(tx, event.account_id)

    async def verification_asked(self, tx: Transaction, event: EmailVerificationAsked) -> None:
        await self._mails.verify(tx, event.account_id)

    async def new_email_asked(self, tx: Transaction, event: NewEmailAsked) -> None:
        await self._mails.verify_another(tx, event.account_id, event.session_id, event.email)

    async def email_changed(self, tx: Transaction, event: EmailChanged) -> None:
        await self._mails.email_changed(tx, event.account_id, event.old_email)

    async def reset_asked(self, tx: Transaction, event: PasswordResetAsked) -> None:
        await self._mails.reset(tx, event.email)

    async def password_taken_away(self, tx: Transaction, event: PasswordTakenAway) -> None:
        await self._mails.password_taken_away(tx, event.account_id)

    async def password_changed(self, tx: Transaction, event: PasswordChanged) -> None:
        await self._mails.tell(tx, Letter.PASSWORD_CHANGED, event.account_id)
