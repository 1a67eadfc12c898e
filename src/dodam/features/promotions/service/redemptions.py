"""Redeeming codes: all of what a code gives, once for an account, or nothing."""

from uuid import UUID

from msgspec.structs import asdict, replace

from dodam.features.billing.service.free_periods import FreePeriods
from dodam.features.children.service.children import Children
from dodam.features.promotions import errors
from dodam.features.promotions.models.codes import read
from dodam.features.promotions.models.limits import CodeLimits
from dodam.features.promotions.models.redemptions import Redeem, Redemption
from dodam.features.promotions.service.codes import CodeKeys
from dodam.features.promotions.store import codes
from dodam.features.promotions.store import redemptions as store
from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.clock import Clock
from dodam.platform.database import Database, Reading, Transaction
from dodam.platform.errors import InvalidInput
from dodam.platform.ids import new_id
from dodam.platform.rate_limit import RateLimits


class Redemptions:
    """Held in this order, so that nobody waits in a circle: the child, what the account gets once,
    the code, the account's free time, the child's tickets.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        children: Children,
        free_periods: FreePeriods,
        tickets: Tickets,
        keys: CodeKeys,
        rate_limits: RateLimits,
        limits: CodeLimits,
    ) -> None:
        self._database = database
        self._clock = clock
        self._children = children
        self._free_periods = free_periods
        self._tickets = tickets
        self._keys = keys
        self._rate_limits = rate_limits
        self._limits = limits

    async def redeem(self, account_id: UUID, network: str, form: Redeem) -> Redemption:
        """What the code gives; for one that the account redeemed already, what it gave then.

        Raises CodeMistyped, CodeUnknown, CodeExpired, CodeUsedUp, AlreadyRedeemed, InvalidInput,
        ChildNotFound, ConsentRequired, TooManyRequests.
        """
        typed = read(form.code)
        if typed is None:
            raise errors.CodeMistyped
        await self._rate_limits.check(self._limits.wrong_codes, network)
        await self._rate_limits.spend(self._limits.redemptions, account_id)
        try:
            async with self._database.transaction() as tx:
                return await self._redeem(tx, account_id, typed, form.child_id)
        except errors.CodeUnknown:
            await self._rate_limits.spend(self._limits.wrong_codes, network)
            raise

    async def of_account(self, db: Reading, account_id: UUID) -> list[Redemption]:
        """What the account redeemed, the newest first."""
        return await store.OF_ACCOUNT.all(db, account=account_id)

    async def forget_account(self, tx: Transaction, account_id: UUID) -> None:
        """What was given stays, to nobody."""
        await store.FORGET_ACCOUNT.execute(tx, account=account_id)

    async def _redeem(
        self, tx: Transaction, account_id: UUID, typed: str, child_id: UUID | None
    ) -> Redemption:
        code = await codes.FIND.first(tx, digests=self._keys.digests(typed))
        if code is None:
            raise errors.CodeUnknown
        known = await _known(tx, account_id, code)
        if known is not None:
            return known
        now = self._clock.now()
        if code.withdrawn or now < code.valid_from:
            raise errors.CodeUnknown
        if now >= code.valid_until:
            raise errors.CodeExpired
        if code.tickets is None:
            child_id = None
        elif child_id is None:
            raise InvalidInput(fields=[errors.CHILD_NEEDED])
        else:
            await self._children.hold_for_storing(tx, account_id, child_id)
        redemption = Redemption(new_id(), now, code.free_days, None, code.tickets, child_id)
        if not await _take(tx, account_id, code, redemption):
            known = await _known(tx, account_id, code)
            if known is None:
                raise errors.AlreadyRedeemed
            return known
        return await self._give(tx, account_id, redemption)

    async def _give(self, tx: Transaction, account_id: UUID, redemption: Redemption) -> Redemption:
        reference = str(redemption.id)
        if redemption.free_days is not None:
            until = await self._free_periods.grant(tx, account_id, redemption.free_days, reference)
            await store.NOTE_END.execute(tx, redemption=redemption.id, until=until)
            redemption = replace(redemption, free_until=until)
        if redemption.tickets is not None and redemption.child_id is not None:
            reason = TicketReason.PROMOTION
            await self._tickets.earn(tx, redemption.child_id, redemption.tickets, reason, reference)
        return redemption


async def _known(tx: Transaction, account_id: UUID, code: codes.Code) -> Redemption | None:
    """What the account has for this very code."""
    return await store.OF_CODE.first(
        tx, account=account_id, promotion=code.promotion_id, number=code.number
    )


async def _take(
    tx: Transaction, account_id: UUID, code: codes.Code, redemption: Redemption
) -> bool:
    """Have the code used once more, by an account that has nothing of its kind yet.

    Raises CodeUsedUp.
    """
    added = await store.ADD.first(
        tx,
        promotion_id=code.promotion_id,
        number=code.number,
        once=code.campaign or str(code.promotion_id),
        account_id=account_id,
        **asdict(redemption),
    )
    if added is None:
        return False
    if await codes.TAKE.first(tx, promotion=code.promotion_id, number=code.number) is None:
        raise errors.CodeUsedUp
    return True
