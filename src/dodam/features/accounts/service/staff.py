"""Inviting members of staff, and changing what they may do."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from dodam.features.accounts.errors.signing_in import EmailTaken
from dodam.features.accounts.errors.staff import (
    OwnMembershipFixed,
    StaffMemberDisabled,
    StaffMemberNotFound,
)
from dodam.features.accounts.events.staff import StaffInvited
from dodam.features.accounts.models.people import AccountKind
from dodam.features.accounts.models.permissions import Permission, Role
from dodam.features.accounts.models.sessions import EndReason
from dodam.features.accounts.models.staff import (
    Invitation,
    OwnMembership,
    StaffChanges,
    StaffMember,
)
from dodam.features.accounts.service.addresses import address_key, normal_address
from dodam.features.accounts.service.one_time_tokens import OneTimeTokens, Purpose
from dodam.features.accounts.service.sessions import Sessions
from dodam.features.accounts.store import people
from dodam.features.accounts.store import staff as store
from dodam.features.audit.models import OPERATOR, Actor, Subject
from dodam.features.audit.service import Audit
from dodam.platform.clock import Clock
from dodam.platform.database import Reading, Transaction
from dodam.platform.ids import new_id
from dodam.platform.tokens import Caller, NotSignedIn

INVITATION_LIFE = timedelta(days=3)


class Staff:
    """Changes of members wait for each other, and are made by who is an admin when they happen.

    As nobody changes their own membership, an admin is always left.
    """

    def __init__(
        self, clock: Clock, sessions: Sessions, one_time_tokens: OneTimeTokens, audit: Audit
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._one_time_tokens = one_time_tokens
        self._audit = audit

    async def invite(self, tx: Transaction, by: Actor, form: Invitation) -> StaffMember:
        """Open an account nobody can sign in to until the invitation is accepted.

        Raises InvalidInput, EmailTaken.
        """
        member = await self._add(tx, by, form)
        await tx.publish(StaffInvited(account_id=member.id))
        return member

    async def invite_by_hand(self, tx: Transaction, form: Invitation) -> str:
        """The invitation's token, for an operator to hand over.

        Whoever is a member already is enabled, is given the roles too and joins anew: so a system
        whose admins lost their second factors is opened again. Raises InvalidInput, EmailTaken.
        """
        known = await people.FIND_BY_ADDRESS.first(tx, email_key=address_key(form.email))
        if known is None or known.kind is not AccountKind.STAFF:
            member = await self._add(tx, OPERATOR, form)
        else:
            await store.LOCK_ADMINS.all(tx)
            member = await self._member_for_update(tx, known.id)
            roles = {*member.roles, *form.roles}
            await self._set(tx, OPERATOR, member, StaffChanges(roles=roles, disabled=False))
            await self._forget_second_factor(tx, OPERATOR, member.id)
        return await self.make_invitation(tx, member.id)

    async def make_invitation(self, tx: Transaction, account_id: UUID) -> str:
        """A new token to join with, which makes older ones worthless."""
        purpose = Purpose.STAFF_INVITATION
        await self._one_time_tokens.cancel(tx, purpose, account_id)
        return await self._one_time_tokens.make(tx, purpose, INVITATION_LIFE, account_id=account_id)

    async def all(self, db: Reading) -> list[StaffMember]:
        """Every member, the one invited first first."""
        return await store.LIST.all(db)

    async def these(self, db: Reading, ids: Collection[UUID]) -> dict[UUID, StaffMember]:
        """Those of the ids who are members, disabled ones too."""
        return {member.id: member for member in await store.THESE.all(db, accounts=ids)}

    async def own(self, db: Reading, caller: Caller) -> OwnMembership:
        """Raises StaffMemberNotFound."""
        member = await store.FIND.first(db, account=caller.account_id)
        if member is None:
            raise StaffMemberNotFound
        return OwnMembership(member, [Permission(each) for each in sorted(caller.grants)])

    async def change(
        self, tx: Transaction, by: Actor, account_id: UUID, changes: StaffChanges
    ) -> StaffMember:
        """Change roles, or disable or enable; either ends the member's sessions at once.

        Raises StaffMemberNotFound, OwnMembershipFixed, NotSignedIn.
        """
        member = await self._somebody_elses(tx, by, account_id)
        await self._set(tx, by, member, changes)
        return await self._member_for_update(tx, account_id)

    async def reset_second_factor(self, tx: Transaction, by: Actor, account_id: UUID) -> None:
        """Sign the member out for good, until a new invitation is accepted.

        Raises StaffMemberNotFound, OwnMembershipFixed, StaffMemberDisabled, NotSignedIn.
        """
        member = await self._somebody_elses(tx, by, account_id)
        if member.disabled_at is not None:
            raise StaffMemberDisabled
        await self._forget_second_factor(tx, by, account_id)
        await tx.publish(StaffInvited(account_id=account_id))

    async def _add(self, tx: Transaction, by: Actor, form: Invitation) -> StaffMember:
        email = normal_address(form.email)
        now = self._clock.now()
        account = await people.INSERT_ACCOUNT.first(
            tx,
            id=new_id(),
            kind=AccountKind.STAFF,
            email=email,
            email_key=email.lower(),
            email_verified_at=None,
            name=form.name.strip(),
            password_hash=None,
            country="KR",
            language=form.language,
            created_at=now,
        )
        if account is None:
            raise EmailTaken
        roles = sorted(form.roles)
        await store.INSERT.execute(
            tx, account_id=account.id, roles=roles, invited_by=by.id, created_at=now
        )
        await self._audit.record(tx, by, "staff.invited", _subject(account.id), roles=roles)
        return await self._member_for_update(tx, account.id)

    async def _somebody_elses(self, tx: Transaction, by: Actor, account_id: UUID) -> StaffMember:
        admins = await store.LOCK_ADMINS.all(tx)
        member = await self._member_for_update(tx, account_id)
        if account_id == by.id:
            raise OwnMembershipFixed
        # The change before this one may have been of the caller, and ended the caller's session.
        if all(admin.account_id != by.id for admin in admins):
            raise NotSignedIn
        return member

    async def _member_for_update(self, tx: Transaction, account_id: UUID) -> StaffMember:
        member = await store.FIND_FOR_UPDATE.first(tx, account=account_id)
        if member is None:
            raise StaffMemberNotFound
        return member

    async def _set(
        self, tx: Transaction, by: Actor, member: StaffMember, changes: StaffChanges
    ) -> None:
        changed = False
        if isinstance(changes.roles, set) and changes.roles != set(member.roles):
            await self._set_roles(tx, by, member, changes.roles)
            changed = True
        if isinstance(changes.disabled, bool) and changes.disabled != bool(member.disabled_at):
            await self._set_disabled(tx, by, member, disabled=changes.disabled)
            changed = True
        if changed:
            await self._sessions.end_all(tx, member.id, EndReason.STAFF)

    async def _set_roles(
        self, tx: Transaction, by: Actor, member: StaffMember, roles: Collection[Role]
    ) -> None:
        new = sorted(roles)
        await store.SET_ROLES.execute(tx, account=member.id, new_roles=new)
        await self._audit.record(
            tx, by, "staff.roles_changed", _subject(member.id), before=member.roles, after=new
        )

    async def _set_disabled(
        self, tx: Transaction, by: Actor, member: StaffMember, *, disabled: bool
    ) -> None:
        at = self._clock.now() if disabled else None
        await store.SET_DISABLED.execute(tx, account=member.id, new_disabled_at=at)
        await self._one_time_tokens.cancel(tx, Purpose.STAFF_INVITATION, member.id)
        action = "staff.disabled" if disabled else "staff.enabled"
        await self._audit.record(tx, by, action, _subject(member.id))

    async def _forget_second_factor(self, tx: Transaction, by: Actor, account_id: UUID) -> None:
        await store.FORGET_SECRET.execute(tx, account=account_id)
        await self._one_time_tokens.cancel(tx, Purpose.STAFF_INVITATION, account_id)
        await self._sessions.end_all(tx, account_id, EndReason.STAFF)
        await self._audit.record(tx, by, "staff.second_factor_reset", _subject(account_id))


def _subject(account_id: UUID) -> Subject:
    return Subject("account", account_id)
