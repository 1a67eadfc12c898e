"""Guardians as they are now, for their pages."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from dodam.features.accounts.models.profiles import Profile
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.children.service.children import Children
from dodam.features.crm.models.customers import PlayFigures
from dodam.features.therapy.models.reporting import Played
from dodam.features.therapy.service.reporting import TherapyReporting
from dodam.platform.clock import Clock
from dodam.platform.database import Reading

_FOUR_WEEKS = timedelta(days=28)
_DAY = timedelta(days=1)


class People:
    def __init__(
        self, clock: Clock, profiles: Profiles, children: Children, therapy: TherapyReporting
    ) -> None:
        self._clock = clock
        self._profiles = profiles
        self._children = children
        self._therapy = therapy

    async def profile(self, db: Reading, account_id: UUID) -> Profile | None:
        return await self._profiles.of(db, account_id)

    async def following(self, db: Reading, after: UUID | None, most: int) -> list[Profile]:
        return await self._profiles.following(db, after, most)

    async def figures(self, db: Reading, account_ids: Collection[UUID]) -> dict[UUID, PlayFigures]:
        """By account. Days are told of children only for whom all consent is in force."""
        children = await self._children.of_all(db, account_ids)
        consented = await self._children.consented(db, [each.id for each in children])
        since = self._clock.now().date() - _FOUR_WEEKS + _DAY
        played = await self._therapy.played(db, [each.id for each in consented], since)
        counts: dict[UUID, int] = defaultdict(int)
        for child in children:
            counts[child.guardian_id] += 1
        days: dict[UUID, list[Played]] = defaultdict(list)
        for child in consented:
            if child.id in played:
                days[child.guardian_id].append(played[child.id])
        return {each: _figures(counts[each], days[each]) for each in account_ids}


def _figures(children: int, played: Collection[Played]) -> PlayFigures:
    days = set[date]().union(*(each.days for each in played))
    return PlayFigures(
        children=children,
        last_day=max((each.last_day for each in played), default=None),
        days_played=len(days),
    )
