"""Every event there is, and all that may be told with it: what is not here cannot be sent.

Numbers and words of a closed choice only. No text that somebody wrote, no name, no id of a child,
nothing of health: neither diagnosis, hand, motion, accuracy nor how much was played. That a
therapy day was done may be known, how it went may not.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

MOST_EVENTS = 500

Version = Annotated[str, Meta(pattern=r"^\d{1,4}(\.\d{1,4}){0,3}\Z", examples=["3.2.0"])]


class Known(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="name"):
    """Base of every event. A subclass's tag is its name, its fields are its properties."""


# --- what the server knows --------------------------------------------------------------------


class AccountOpened(Known, frozen=True, tag="account_opened"):
    """Told when its holder consents, with the time of opening: nobody can consent before.

    Each property is a way it is signed in to.
    """

    password: bool
    google: bool
    apple: bool


class ChildRegistered(Known, frozen=True, tag="child_registered"):
    """That it happened; nothing of the child."""


class TherapyGoalReached(Known, frozen=True, tag="therapy_goal_reached"):
    """All that was planned for a therapy day of one of the children is done."""


class AccountWithdrawn(Known, frozen=True, tag="account_withdrawn"):
    """The person left; unless they come back, all of this is deleted with the account."""


TellableNews: TypeAlias = Literal[
    "trial_started", "started", "converted", "renewal_off", "expired", "refunded"
]


class SubscriptionChanged(Known, frozen=True, tag="subscription_changed"):
    """What became of the account's subscription; no price and no product."""

    store: Literal["apple", "google"]
    news: TellableNews


# --- what the game tells ----------------------------------------------------------------------


class FromGame(Known, frozen=True):
    """What a game tells: `id` is made by it (UUIDv7), `at` is what the tablet's clock showed."""

    id: UUID
    at: Annotated[datetime, Meta(tz=True)]


class GameOpened(FromGame, frozen=True, tag="game_opened"):
    start: Literal["cold", "warm"]


class ScreenSeen(FromGame, frozen=True, tag="screen_seen"):
    screen: Literal[
        "sign_in",
        "consents",
        "children",
        "home",
        "today",
        "calendar",
        "plan",
        "progress",
        "report",
        "settings",
        "help",
    ]
    milliseconds: Annotated[int, Meta(ge=0, le=600_000, description="Until it could be used.")]


class TutorialStepSeen(FromGame, frozen=True, tag="tutorial_step_seen"):
    step: Annotated[int, Meta(ge=1, le=50)]
    skipped: bool


class PracticeStarted(FromGame, frozen=True, tag="practice_started"):
    came_from: Literal["home", "today", "calendar", "reminder"]


class PracticeEnded(FromGame, frozen=True, tag="practice_ended"):
    how: Literal["finished", "left", "interrupted"]


class SettingChanged(FromGame, frozen=True, tag="setting_changed"):
    setting: Literal["sound", "music", "vibration", "language", "reminders", "text_size"]


class ReminderOpened(FromGame, frozen=True, tag="reminder_opened"):
    channel: Literal["push", "alimtalk", "sms", "email"]


class ErrorSeen(FromGame, frozen=True, tag="error_seen"):
    kind: Literal["network", "storage", "camera", "sensor", "sign_in", "unexpected"]


GameEvent: TypeAlias = (
    GameOpened
    | ScreenSeen
    | TutorialStepSeen
    | PracticeStarted
    | PracticeEnded
    | SettingChanged
    | ReminderOpened
    | ErrorSeen
)


class App(Struct, frozen=True, forbid_unknown_fields=True):
    """The game that tells."""

    platform: Literal["android", "ios"]
    version: Version


def properties(event: Known) -> dict[str, bool | int | str]:
    """What is told with an event, as JSON has it."""
    told = msgspec.to_builtins(event)
    return {name: value for name, value in told.items() if name not in {"name", "id", "at"}}
