"""Games and children for the rules of locks, without a database."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from dodam.features.children.models.children import AffectedHand, Child, DominantHand, Sex
from dodam.features.games.models.conditions import AnyCondition
from dodam.features.games.models.definitions import Definition, Game, Limits
from dodam.features.games.models.locks import Facts
from dodam.platform.i18n import Language, Text

# 21:00 of a Wednesday in Seoul, whose therapy day ends at four in the morning.
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
TODAY = date(2026, 3, 18)


def child_in(time_zone: str) -> Child:
    return Child(
        id=UUID(int=1),
        name="민준",
        birth_date=date(2019, 5, 14),
        sex=Sex.UNDISCLOSED,
        grade=None,
        affected_hand=AffectedHand.LEFT,
        dominant_hand=DominantHand.UNDECIDED,
        time_zone=time_zone,
        language=Language.KOREAN,
        day_start_hour=4,
        therapy_starts_on=TODAY,
        created_at=NOW,
        updated_at=NOW,
        consents={},
    )


def facts(**known: Any) -> Facts:
    return Facts(child=child_in("Asia/Seoul"), now=NOW, **known)


def game_that(
    unlock: AnyCondition | None = None, *, retired: bool = False, **limits: int | None
) -> Game:
    text = Text(ko="게임", en="Game")
    definition = Definition(
        name=text,
        description=text,
        result_schema={"type": "object"},
        settings_schema={"type": "object"},
        settings={},
        limits=Limits(**limits),
        unlock=unlock,
    )
    return Game(id="game", version=1, position=1, retired=retired, definition=definition)
