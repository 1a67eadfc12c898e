"""Tokens with which a person who left comes back: handed out when a sign-in is refused."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.fernet import InvalidToken
from msgspec import Struct

from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.platform.clock import Clock
from dodam.platform.encryption import Cipher

_LIFE = timedelta(hours=1)


class _Undo(Struct, tag="undo_withdrawal"):
    account_id: UUID
    withdrawn_at: datetime
    expires_at: datetime


class UndoTokens:
    """Sealed, not stored. One undoes one withdrawal: it names the instant of leaving."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def make(self, account_id: UUID, withdrawn_at: datetime) -> str:
        undo = _Undo(account_id, withdrawn_at, self._clock.now() + _LIFE)
        return self._cipher.seal(msgspec.json.encode(undo).decode()).decode()

    def read(self, token: str) -> tuple[UUID, datetime]:
        """Whose withdrawal, and when it was. Raises InvalidOneTimeToken."""
        try:
            undo = msgspec.json.decode(self._cipher.reveal(token.encode()), type=_Undo)
        except (InvalidToken, msgspec.DecodeError) as error:
            raise InvalidOneTimeToken from error
        if undo.expires_at <= self._clock.now():
            raise InvalidOneTimeToken
        return undo.account_id, undo.withdrawn_at
