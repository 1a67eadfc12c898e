"""Gathers what the games' conditions ask about a child, and holds it against them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dodam.features.accounts.service.attributes import Attributes
from dodam.features.billing.service.entitlements import Entitlements
from dodam.features.children.models.children import Child
from dodam.features.games.models.conditions import (
    Attendance,
    Attribute,
    Condition,
    Subscription,
    TherapyDone,
    Ticket,
    parts,
)
from dodam.features.games.models.definitions import Game
from dodam.features.games.models.locks import Facts, Played, lock
from dodam.features.games.models.plays import Lock
from dodam.features.games.store import plays as store
from dodam.features.rewards.service.tickets import Tickets
from dodam.features.therapy.models.results import Today
from dodam.features.therapy.service.progress import Progress
from dodam.platform.database import Reading
from dodam.platform.i18n import Language

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What a caller has asked already, so that it is not asked again.

    `attributes` are the values the guardian's account holds now, by key.
    """

    today: Today
    tickets: int
    entitled: bool
    attributes: Mapping[str, list[Any]]


class Locks:
    def __init__(
        self,
        attributes: Attributes,
        progress: Progress,
        entitlements: Entitlements,
        tickets: Tickets,
    ) -> None:
        self._attributes = attributes
        self._progress = progress
        self._entitlements = entitlements
        self._tickets = tickets

    async def of(
        self,
        db: Reading,
        guardian_id: UUID,
        child: Child,
        games: Collection[Game],
        now: datetime,
        language: Language,
        known: Known | None = None,
    ) -> dict[str, Lock]:
        """Each game's lock by its id, as it is at one instant for all that is looked at."""
        asked = {
            type(part)
            for game in games
            if game.definition.unlock is not None
            for part in parts(game.definition.unlock)
        }
        facts = await self._facts(db, guardian_id, child, asked, now, known)
        played = await self.played(db, child, games, now)
        return {game.id: lock(game, facts, played.get(game.id), language) for game in games}

    async def played(
        self, db: Reading, child: Child, games: Collection[Game], now: datetime
    ) -> dict[str, Played]:
        """What the games' limits count; nothing for one that was not played lately."""
        began = child.day_ends_at(child.therapy_day(now) - _DAY)
        rests = [game.definition.limits.rest_minutes or 0 for game in games]
        since = min(began, now - timedelta(minutes=max(rests, default=0)))
        rows = await store.LATELY.all(db, child=child.id, day_began_at=began, since=since)
        return {row.game: Played(row.today, row.last_at) for row in rows}

    async def _facts(
        self,
        db: Reading,
        guardian_id: UUID,
        child: Child,
        asked: Collection[type[Condition]],
        now: datetime,
        known: Known | None,
    ) -> Facts:
        """Only what is asked about: attendance looks at all that the child ever played."""
        attended_days = streak = exercises_left = tickets = 0
        entitled = False
        held: Mapping[str, list[Any]] = {}
        if Attendance in asked:
            attended_days, streak = await self._progress.attended_so_far(db, child)
        if TherapyDone in asked:
            # What is asked for does not depend on the language.
            today = known.today if known else await self._progress.today(db, child, child.language)
            if today.exception is None:
                exercises_left = sum(not item.reached for item in today.items)
        if Ticket in asked:
            tickets = known.tickets if known else await self._tickets.balance(db, child.id)
        if Subscription in asked:
            entitled = (
                known.entitled if known else (await self._entitlements.of(db, guardian_id)).entitled
            )
        if Attribute in asked:
            held = known.attributes if known else await self._attributes.values(db, guardian_id)
        return Facts(
            child=child,
            now=now,
            attended_days=attended_days,
            streak=streak,
            exercises_left=exercises_left,
            tickets=tickets,
            entitled=entitled,
            attributes=held,
        )
