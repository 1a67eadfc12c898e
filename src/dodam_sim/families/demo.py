"""Two demo families with four weeks behind them, to look at right after the start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from dodam_sim.families.answers import Attendance, RegisteredChild
from dodam_sim.families.client import Guardian, Patience, Server, UnexpectedAnswerError
from dodam_sim.families.household import Household, guardian_of
from dodam_sim.families.persona import Child, Family, Habits, Weeks
from dodam_sim.families.phone import verify_phone
from dodam_sim.families.subscribing import subscribe
from dodam_sim.families.summary import Counts
from dodam_sim.families.tablet import Tablet
from dodam_sim.families.therapy_day import TherapyDays

_PHONE = "010-2026-1125"
PASSWORD = "dodam-demo-2026"  # noqa: S105 (published on purpose, for a server on this machine)
DAYS = 28
_NOT_OURS_TO_UNDO = {"id_taken", "child_limit_reached"}
"""A demo child was deleted, or others took its place: so somebody works with this account."""

_SUBSCRIBES_TO = {
    "demo@dodam.example": "apple dodam.monthly",
    "demo2@dodam.example": "google dodam_monthly monthly",
}

_EAGER = Habits(
    planned_day=0.92,
    extra_day=0.2,
    weekend=0.9,
    second_session=0.2,
    night=0.0,
    finishes_item=0.95,
    free_play=0.3,
    usual_minute=17 * 60,
    stamina_minutes=18,
    mini_games=1.0,
)
_UNEVEN = Habits(
    planned_day=0.7,
    extra_day=0.1,
    weekend=0.6,
    second_session=0.3,
    night=0.03,
    finishes_item=0.8,
    free_play=0.4,
    usual_minute=19 * 60,
    stamina_minutes=10,
    mini_games=1.0,
)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """Who can sign in, and whose weeks are to be seen then."""

    email: str
    password: str
    children: tuple[str, ...]


def demo_families(weeks: Weeks) -> tuple[Family, ...]:
    """Return the two families; their ids, names and habits never change."""
    seoul = TherapyDays(ZoneInfo("Asia/Seoul"), 4)
    new_york = TherapyDays(ZoneInfo("America/New_York"), 4)
    minjun = _child(1, ("민준", "male", "left"), seoul, _EAGER, weeks)
    seoyeon = _child(2, ("서연", "female", "right"), seoul, _UNEVEN, weeks)
    emma = _child(3, ("Emma", "female", "right"), new_york, _EAGER, weeks)
    return (
        _family("demo@dodam.example", "김지현", (minjun, seoyeon)),
        _family("demo2@dodam.example", "Grace Miller", (emma,)),
    )


async def play_demo(
    url: str,
    patience: Patience | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    world: str | None = None,
) -> Sequence[DemoSignIn]:
    """Make sure the demo families are there, and return how to sign in as them.

    Children who have played before are left alone, so a second call changes nothing. With the page
    of the simulated `world`, the Korean guardian has a phone there, and is written to. Raises
    `ServerAwayError` if no server answers, `UnexpectedAnswerError` if it will not take them.
    """
    patience = patience or Patience()
    counts = Counts()
    families = demo_families(Weeks(DAYS, patience.now()))
    async with Server(url, counts, patience, transport) as server:
        for family in families:
            guardian = guardian_of(family, server)
            await guardian.sign_up()
            if world is not None and family.email == families[0].email:
                await verify_phone(guardian, _PHONE, world, patience)
            if world is not None:
                await subscribe(family, guardian, world, _SUBSCRIBES_TO[family.email])
            known = await _as_stored(family, guardian)
            await _settle(Household(known, guardian, counts), patience.now)
    return [
        DemoSignIn(family.email, PASSWORD, tuple(child.name for child in family.children))
        for family in families
    ]


async def _settle(household: Household, now: Callable[[], datetime]) -> None:
    """Register the children and let them play, unless they did so already."""
    guardian = household.guardian
    try:
        await household.settle()
    except UnexpectedAnswerError as error:
        if error.code in _NOT_OURS_TO_UNDO:
            return
        raise
    for child in household.family.children:
        # Plays are sent oldest first: whoever played in the last week has all the others too.
        last_week = f"from={child.last_day - timedelta(days=6)}&to={child.last_day}"
        path = f"/v1/children/{child.id}/attendance?{last_week}"
        if (await guardian.get(path, Attendance)).attended_days == 0:
            await household.play()
            await household.play_games(now)
            return


async def _as_stored(family: Family, guardian: Guardian) -> Family:
    """Return the family with the weeks that those children already have at the server."""
    stored = await guardian.get("/v1/children", list[RegisteredChild])
    begun = {child.id: child.therapy_starts_on for child in stored}
    children = (
        replace(
            child,
            first_day=begun.get(child.id, child.first_day),
            last_day=begun.get(child.id, child.first_day) + timedelta(days=DAYS - 1),
        )
        for child in family.children
    )
    return replace(family, children=tuple(children))


def _child(
    number: int, who: tuple[str, str, str], clock: TherapyDays, habits: Habits, weeks: Weeks
) -> Child:
    name, sex, affected_hand = who
    first_day, last_day = weeks.of(clock)
    return Child(
        id=UUID(f"01900000-0000-7000-8000-{number:012}"),
        name=name,
        birth_date=date(2018 + number, 3 * number, 14),
        sex=sex,
        affected_hand=affected_hand,
        dominant_hand="right" if affected_hand == "left" else "left",
        language="ko" if clock.zone.key == "Asia/Seoul" else "en",
        days=clock,
        habits=habits,
        first_day=first_day,
        last_day=last_day,
    )


def _family(email: str, guardian: str, children: tuple[Child, ...]) -> Family:
    zone = children[0].days.zone
    tablet = Tablet("tablet-1", zone, timedelta(), tells_time=True, writes_utc=False, offline=0.05)
    return Family(email, PASSWORD, guardian, children, (tablet,))
