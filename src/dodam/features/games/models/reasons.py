"""Why a game is closed to a child: stable codes, and sentences for the child's family."""

from datetime import date, datetime

from msgspec import Struct

from dodam.platform.i18n import Text


class Reason(Struct, frozen=True):
    """One thing that keeps a game closed.

    `available_at` is when time removes it; null where the family has to do something, or where
    nothing removes it.
    """

    code: str
    text: Text
    available_at: datetime | None = None


RETIRED = Reason(
    "retired",
    Text(en="This game is not offered any more.", ko="더 이상 제공하지 않는 게임이에요."),
)
NOT_SUBSCRIBED = Reason(
    "not_subscribed",
    Text(en="This game comes with a subscription.", ko="구독하면 할 수 있는 게임이에요."),
)
# Says nothing of which attribute: that somebody takes part in a trial, say, is nobody's business.
ATTRIBUTE_MISSING = Reason(
    "attribute_missing",
    Text(en="This game is not open to this account.", ko="이 계정에는 열려 있지 않은 게임이에요."),
)


def therapy_not_done(left: int) -> Reason:
    return Reason(
        "therapy_not_done",
        Text(
            en=f"Today's exercises come first: {left} to go.",
            ko=f"오늘의 운동을 먼저 마쳐 주세요. {left}개 남았어요.",
        ),
    )


def attendance_too_short(days: int, attended: int) -> Reason:
    left = days - attended
    return Reason(
        "attendance_too_short",
        Text(
            en=f"Opens after {days} days of exercise: {left} to go.",
            ko=f"운동한 날이 {days}일이 되면 열려요. {left}일 남았어요.",
        ),
    )


def streak_too_short(days: int, streak: int) -> Reason:
    left = days - streak
    return Reason(
        "streak_too_short",
        Text(
            en=f"Opens after {days} days of exercise with none missed: {left} to go.",
            ko=f"빠지지 않고 {days}일 운동하면 열려요. {left}일 남았어요.",
        ),
    )


def not_enough_tickets(missing: int) -> Reason:
    return Reason(
        "not_enough_tickets",
        Text(en=f"Tickets still needed: {missing}.", ko=f"티켓이 {missing}장 더 필요해요."),
    )


def not_yet(first: date, available_at: datetime) -> Reason:
    return Reason(
        "not_yet",
        Text(
            en=f"Opens on {first}.",
            ko=f"{first.year}년 {first.month}월 {first.day}일에 열려요.",
        ),
        available_at,
    )


def over(last: date) -> Reason:
    return Reason(
        "over",
        Text(
            en=f"Was open until {last}.",
            ko=f"{last.year}년 {last.month}월 {last.day}일까지 열려 있던 게임이에요.",
        ),
    )


def limit_reached(plays: int, available_at: datetime) -> Reason:
    return Reason(
        "limit_reached",
        Text(
            en=f"Today's plays are used up: {plays} of {plays}.",
            ko=f"오늘 할 수 있는 {plays}번을 모두 했어요.",
        ),
        available_at,
    )


def resting(rest_minutes: int, available_at: datetime) -> Reason:
    """How many minutes are left is for the client to count: an answer stays the same meanwhile."""
    return Reason(
        "resting",
        Text(
            en=f"There is a break of {rest_minutes} minutes between plays.",
            ko=f"한 번 하고 나면 {rest_minutes}분 쉬어요.",
        ),
        available_at,
    )
