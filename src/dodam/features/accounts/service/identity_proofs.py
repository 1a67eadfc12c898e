"""Whether somebody is who Google or Apple says, and signed in there for us just now."""

from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from dodam.features.accounts.errors.identities import InvalidIdToken, InvalidNonce
from dodam.features.accounts.errors.signing_in import InvalidOneTimeToken
from dodam.features.accounts.models.identities import AppleProof, GoogleProof, Nonce
from dodam.features.accounts.models.people import SignInMethod
from dodam.features.accounts.ports.identities import (
    AppleIdentityProvider,
    IdentityProvider,
    ProvenPerson,
)
from dodam.features.accounts.service.addresses import normal_address
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.platform.database import Database, Transaction
from dodam.platform.encryption import Cipher
from dodam.platform.errors import InvalidInput

_NONCE_LIFE = timedelta(minutes=10)
_LONGEST_NAME = 80


class Identity(Struct, frozen=True, kw_only=True):
    """A person at a provider, proven; `sealed_token` is Apple's refresh token, encrypted."""

    provider: SignInMethod
    subject: str
    client_id: str
    email: str | None
    email_is_relay: bool
    name: str | None
    authorized_at: datetime
    sealed_token: bytes | None = None

    @property
    def person(self) -> str:
        """The person's name among all providers' persons."""
        return f"{self.provider}:{self.subject}"


class IdentityProofs:
    def __init__(
        self,
        database: Database,
        tokens: OneTimeTokens,
        cipher: Cipher,
        google: IdentityProvider,
        apple: AppleIdentityProvider,
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._cipher = cipher
        self._google = google
        self._apple = apple

    async def issue_nonce(self, tx: Transaction) -> Nonce:
        """A nonce binds an ID token to one sign-in here: a stolen one cannot be replayed."""
        nonce = await self._tokens.make(tx, Purpose.SIGN_IN_NONCE, _NONCE_LIFE)
        return Nonce(nonce, int(_NONCE_LIFE.total_seconds()))

    async def google(self, proof: GoogleProof) -> Identity:
        """Raises InvalidIdToken, InvalidNonce, ProviderUnavailable, ProviderNotConfigured."""
        person = await self._google.identify(proof.id_token)
        await self._spend(proof.nonce, person)
        return _identity(SignInMethod.GOOGLE, person, person.name)

    async def apple(self, proof: AppleProof, name: str | None = None) -> Identity:
        """Raises InvalidAuthorizationCode, and the same as `google`."""
        person = await self._apple.identify(proof.id_token)
        await self._spend(proof.nonce, person)
        refresh_token = await self._apple.exchange(
            proof.authorization_code, person, proof.redirect_uri
        )
        return _identity(SignInMethod.APPLE, person, name, self._cipher.seal(refresh_token))

    async def _spend(self, nonce: str, person: ProvenPerson) -> None:
        """Use the nonce up, whatever comes of the sign-in."""
        # Apps of both providers commonly hand over the hash, so that the nonce itself is seen by
        # nobody but us.
        if person.nonce not in {nonce, sha256(nonce.encode()).hexdigest()}:
            raise InvalidIdToken
        try:
            async with self._database.transaction() as tx:
                await self._tokens.use(tx, Purpose.SIGN_IN_NONCE, nonce)
        except InvalidOneTimeToken as error:
            raise InvalidNonce from error


def _identity(
    provider: SignInMethod, person: ProvenPerson, name: str | None, token: bytes | None = None
) -> Identity:
    return Identity(
        provider=provider,
        subject=person.subject,
        client_id=person.client_id,
        email=_address(person.email),
        email_is_relay=person.email_is_relay,
        name=(name or "").replace("\x00", "").strip()[:_LONGEST_NAME] or None,
        authorized_at=person.authorized_at,
        sealed_token=token,
    )


def _address(email: str | None) -> str | None:
    try:
        return normal_address(email) if email else None
    except InvalidInput:
        return None
