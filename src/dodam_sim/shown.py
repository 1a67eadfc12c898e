"""What the world's page shows of what a service received."""

from datetime import datetime

from msgspec import Struct

MOST_SHOWN = 200


class Button(Struct, frozen=True):
    """`link` is where it leads; none where it leads nowhere from a browser."""

    name: str
    link: str | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """One thing received; `who` it was for: a number, an address, a channel, a customer."""

    at: datetime
    title: str
    text: str
    who: str
    look: str | None = None
    """How it is drawn; by default as its service's things are (`page.html`)."""
    state: str | None = None
    """What became of it: delivered, failed and why."""
    buttons: tuple[Button, ...] = ()
