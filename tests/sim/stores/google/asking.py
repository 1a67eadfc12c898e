"""What tests of the simulated Google Play share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dodam_sim.stores.google.play import GooglePlay

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


def on(month: int, day: int) -> datetime:
    """In the year and at the time of day of START."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


def bought(play: GooglePlay, plan: str = "monthly", **how: Any) -> str:
    """An acknowledged purchase."""
    token = play.buy("dodam_monthly", plan, account_id="account", **how)
    play.developer.acknowledge(token)
    return token


def types(play: GooglePlay) -> list[str]:
    """What was published since the purchase."""
    return [each.type.removeprefix("SUBSCRIPTION_") for each in play.published[1:]]
