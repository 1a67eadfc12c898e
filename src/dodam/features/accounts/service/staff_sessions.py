"""Beginning a member's session, once password and second factor are proven."""

import msgspec

from dodam.features.accounts.models.passwords import SignedIn
from dodam.features.accounts.models.people import Account, SignInMethod
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.service.trusted_devices import TrustedDevices
from dodam.features.audit.models import Actor, ActorKind, Subject
from dodam.features.audit.service import Audit
from dodam.platform.database import Transaction
from dodam.platform.origin import Origin


class StaffSessions:
    def __init__(self, sessions: Sessions, devices: TrustedDevices, audit: Audit) -> None:
        self._sessions = sessions
        self._devices = devices
        self._audit = audit

    async def begin(
        self,
        tx: Transaction,
        account: Account,
        origin: Origin,
        device: str | None,
        trusted_device: str | None = None,
    ) -> SignedIn:
        await self.note(tx, account, origin, "staff.signed_in")
        tokens = await self._sessions.begin(tx, account, SignInMethod.PASSWORD, origin, device)
        secret = await self._devices.trust(tx, account.id, trusted_device)
        return SignedIn(**msgspec.structs.asdict(tokens), trusted_device=secret)

    async def note(self, tx: Transaction, account: Account, origin: Origin, action: str) -> None:
        """Write down what a member does about their own access, or somebody in their name."""
        by = Actor(ActorKind.STAFF, account.id, origin.address)
        await self._audit.record(tx, by, action, Subject("account", account.id))
