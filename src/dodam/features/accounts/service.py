"""Opening an account, signing in and out, and keeping a session alive."""

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from dodam.features.accounts import store
from dodam.features.accounts.errors import (
    EmailTaken,
    InvalidCredentials,
    InvalidRefreshToken,
    RefreshTokenReused,
)
from dodam.features.accounts.models import Account, SignIn, SignUp, Tokens
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text
from dodam.platform.ids import new_id
from dodam.platform.passwords import Passwords
from dodam.platform.tokens import AccessTokens, Caller

_NOT_AN_ADDRESS = Text(en="This is not an e-mail address.", ko="이메일 주소가 올바르지 않아요.")


class Accounts:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        access_tokens: AccessTokens,
        *,
        refresh_token_days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._access_tokens = access_tokens
        self._refresh_life = timedelta(days=refresh_token_days)

    async def sign_up(self, form: SignUp) -> Tokens:
        """Open an account and sign its holder in. Raises EmailTaken, InvalidInput.

        The password is hashed before a connection is taken, for hashing is slow on purpose.
        """
        email = _normal_address(form.email)
        password_hash = await self._passwords.hash(form.password)
        async with self._database.transaction() as tx:
            account = await store.INSERT_ACCOUNT.first(
                tx,
                id=new_id(),
                email=email,
                email_key=email.lower(),
                name=form.name.strip(),
                password_hash=password_hash,
                created_at=self._clock.now(),
            )
            if account is None:
                raise EmailTaken
            return await self._start_session(tx, account, form.device)

    async def sign_in(self, form: SignIn) -> Tokens:
        """Raises InvalidCredentials, as slow for an unknown address as for a wrong password."""
        async with self._database.reading() as db:
            found = await store.CREDENTIALS.first(db, email_key=_address_key(form.email))
        right = await self._passwords.matches(found and found.password_hash, form.password)
        if found is None or not right:
            raise InvalidCredentials
        renewed = None
        if self._passwords.is_outdated(found.password_hash):
            renewed = await self._passwords.hash(form.password)
        async with self._database.transaction() as tx:
            if renewed is not None:
                await store.SET_PASSWORD_HASH.execute(tx, account_id=found.id, new_hash=renewed)
            return await self._start_session(tx, found.account(), form.device)

    async def refresh(self, token: str) -> Tokens:
        """Exchange a refresh token, once, for a new pair.

        A token that comes a second time may be stolen: its whole session ends (RFC 9700 section
        4.14.2). Raises InvalidRefreshToken, RefreshTokenReused.
        """
        digest = _digest(token)
        now = self._clock.now()
        async with self._database.transaction() as tx:
            found = await store.REFRESH_TOKEN_IN_USE.first(tx, digest=digest)
            if found is None or found.ended_at is not None or found.expires_at <= now:
                raise InvalidRefreshToken
            if found.used_at is None:
                await store.USE_REFRESH_TOKEN.execute(tx, used_digest=digest, at=now)
                return await self._issue(tx, found.account(), found.session_id)
            await store.END_SESSION.execute(
                tx, session_id=found.session_id, at=now, by="token_reuse"
            )
        raise RefreshTokenReused

    async def sign_out(self, caller: Caller, *, everywhere: bool) -> None:
        """End the caller's session, or every session of the account."""
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if everywhere:
                await store.END_ALL_SESSIONS.execute(
                    tx, account=caller.account_id, at=now, by="sign_out"
                )
            else:
                await store.END_SESSION.execute(
                    tx, session_id=caller.session_id, at=now, by="sign_out"
                )

    async def forget_expired_tokens(self, tx: Transaction) -> None:
        """Drop tokens a day after they expired; until then their reuse is still noticed."""
        await store.FORGET_EXPIRED_TOKENS.execute(tx, before=self._clock.now() - timedelta(days=1))

    async def _start_session(self, tx: Transaction, account: Account, device: str | None) -> Tokens:
        session_id = new_id()
        await store.INSERT_SESSION.execute(
            tx,
            id=session_id,
            account_id=account.id,
            device=device,
            created_at=self._clock.now(),
        )
        return await self._issue(tx, account, session_id)

    async def _issue(self, tx: Transaction, account: Account, session_id: UUID) -> Tokens:
        refresh_token = secrets.token_urlsafe(32)
        await store.INSERT_REFRESH_TOKEN.execute(
            tx,
            digest=_digest(refresh_token),
            session_id=session_id,
            expires_at=self._clock.now() + self._refresh_life,
        )
        return Tokens(
            access_token=self._access_tokens.issue(account.id, session_id),
            token_type="Bearer",  # noqa: S106 - a scheme, not a secret
            expires_in=self._access_tokens.seconds,
            refresh_token=refresh_token,
            account=account,
        )


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _normal_address(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput.of("email", "not_an_email_address", _NOT_AN_ADDRESS) from error


def _address_key(address: str) -> str:
    """The key of an address given to sign in; of a malformed one, a key nobody has."""
    try:
        return _normal_address(address).lower()
    except InvalidInput:
        return ""
