"""Tickets for results: once for each, and no more a day than the game says."""

from collections.abc import Sequence
from datetime import timedelta

from dodam.features.children.models.children import Child
from dodam.features.games.models.earning import earned
from dodam.features.games.service.standings import Standings
from dodam.features.games.store import rewarded as store
from dodam.features.games.store.results import NewResult
from dodam.features.rewards.models import TicketReason
from dodam.features.rewards.service.tickets import Tickets
from dodam.platform.database import Transaction

# As for therapy. With results of all the days a tablet's clock can name one upload would earn what
# a year does.
_FRESH = timedelta(days=1)


class Earning:
    def __init__(self, standings: Standings, tickets: Tickets) -> None:
        self._standings = standings
        self._tickets = tickets

    async def reward(self, tx: Transaction, child: Child, results: Sequence[NewResult]) -> None:
        """Reward results that were stored just now and count. The child is held by `tx`.

        Rewards are those of the game's newest version, whichever was played. Of a day before
        yesterday there are none.
        """
        reached = [
            (each, reward)
            for each in sorted(results, key=lambda each: (each.started_at, each.id))
            if each.therapy_day >= child.therapy_day(each.received_at) - _FRESH
            for reward in earned(
                (await self._standings.newest(tx, each.game, each.version)).definition.rewards,
                each.result,
            )
        ]
        if not reached:
            return
        days = {each.therapy_day for each, _ in reached}
        before = await store.on_days(tx, child.id, days)
        rewarded: dict[store.Key, int] = {}
        for each, reward in reached:
            key = (each.therapy_day, each.game, reward.name)
            number = rewarded.get(key, before.get(key, 0)) + 1
            if number > reward.most_a_day:
                continue
            rewarded[key] = number
            await self._tickets.earn(
                tx,
                child.id,
                reward.tickets,
                TicketReason.GAME_REWARD,
                f"{each.game}/{reward.name}/{each.therapy_day}/{number}",
            )
        if rewarded:
            await store.keep(tx, child.id, rewarded)
