"""The words of background work: what is to be done, how patiently, and how it may fail."""

from datetime import timedelta

from msgspec import Struct

from dodam.platform.rate_limit import Limit


class Task(Struct, frozen=True, kw_only=True):
    """Base of everything that is done later.

    A subclass's tag, such as `messaging.send.v1`, is its stable name and version. Its fields are
    ids; what it works on is read when it is done, so that a task which waited is not out of date.
    """


class TryLater(Exception):
    """It could not be done now and nothing is wrong with it: a service is away, or asks to wait.

    `after` is how long the service asks to wait. The reason is kept and shown to staff: it names
    no person.
    """

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class PerhapsDone(TryLater):
    """The request left, the answer did not come: the service may have done it."""


class CannotBeDone(Exception):
    """Trying again would not help; it is held for staff. The reason names no person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Lane(Struct, frozen=True, kw_only=True):
    """Tasks that share a worker's capacity, such as those of one outside service.

    A worker does `at_once` of them at a time. While their service is away they wait where they
    are for up to `waits`, and with them the lane, so that a backlog is not touched again and
    again; then they go back to the queue. `rate` bounds the calls of all workers together.
    """

    name: str
    at_once: int
    waits: timedelta = timedelta()
    rate: Limit | None = None


# Work on our own database: each holds a connection, and most are to be left to requests.
HOUSE = Lane(name="house", at_once=4)


class Policy(Struct, frozen=True, kw_only=True):
    """How a kind of task is done. Each attempt ends after `timeout`.

    Delays between attempts double from `first_delay` to `longest_delay`, each shortened by chance
    by up to half, so that what failed together does not come back together; a service's own
    wish comes first. A task is held once it was tried `attempts` times and is older than
    `patience`. Among tasks that wait the highest `priority` goes first.
    """

    lane: Lane = HOUSE
    timeout: timedelta = timedelta(minutes=1)
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(hours=1)
    attempts: int = 12
    patience: timedelta = timedelta()
    priority: int = 0
