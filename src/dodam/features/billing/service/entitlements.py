"""Whether an account is entitled, at each instant."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dodam.features.accounts.models.attributes import COMPLIMENTARY_ACCESS, TESTER, AttributeKind
from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.models.entitlement import (
    NOT_ENTITLED,
    Entitlement,
    Grounds,
    Time,
    both,
    end_of_all,
)
from dodam.features.billing.models.stores import Environment
from dodam.features.billing.store import entitlement as store
from dodam.platform.clock import Clock
from dodam.platform.database import Reading
from dodam.platform.metrics import Counter

_ANSWERS = Counter(
    "dodam_entitlement_answers",
    "Answers to whether an account is entitled: on which grounds, or `no`.",
    "grounds",
)


class Entitlements:
    def __init__(self, clock: Clock, attributes: Attributes) -> None:
        self._clock = clock
        self._attributes = attributes

    async def of(self, db: Reading, account_id: UUID) -> Entitlement:
        """What holds now; dates decide, no job has to run."""
        now = self._clock.now()
        held = await store.AHEAD.all(db, account=account_id, now=now)
        bought = [
            Time(each.begins_at, each.ends_at)
            for each in held
            if each.environment is Environment.PRODUCTION
        ]
        tried = [
            Time(each.begins_at, each.ends_at)
            for each in held
            if each.environment is Environment.SANDBOX
        ]
        if tried:
            bought += both(tried, await self._while_granted(db, account_id, TESTER))
        times = {
            Grounds.SUBSCRIPTION: bought,
            Grounds.COMPLIMENTARY: await self._while_granted(db, account_id, COMPLIMENTARY_ACCESS),
            Grounds.PROMOTION: [
                Time(each.begins_at, each.ends_at) for each in held if each.environment is None
            ],
        }
        grounds = next((each for each in times if _any_now(times[each], now)), None)
        _ANSWERS.add("no" if grounds is None else grounds.value)
        if grounds is None:
            return NOT_ENTITLED
        until = end_of_all([time for each in times.values() for time in each], now)
        return Entitlement(entitled=True, grounds=grounds, until=until)

    async def _while_granted(
        self, db: Reading, account_id: UUID, kind: AttributeKind[bool]
    ) -> list[Time]:
        granted = await self._attributes.ahead(db, account_id, kind)
        return [Time(each.valid_from, each.valid_until) for each in granted if each.value]


def _any_now(times: Sequence[Time], now: datetime) -> bool:
    return any(each.begins_at <= now for each in times)
