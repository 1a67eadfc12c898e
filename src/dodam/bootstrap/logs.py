"""Where lines of the log go from this machine, built from settings."""

from importlib.metadata import version

from dodam.bootstrap import outside
from dodam.platform.assembly import Chore
from dodam.platform.clock import Clock
from dodam.platform.database import Transaction
from dodam.platform.logging.archive import BucketArchiving
from dodam.platform.logging.database import partitions
from dodam.platform.logging.database.shipping import DatabaseShipping, forget_places
from dodam.platform.logging.log import Log
from dodam.platform.logging.shipping import LogShipping, Way
from dodam.platform.settings import Settings


def shipping(settings: Settings, database_url: str, clock: Clock, log: Log) -> LogShipping:
    ways: list[Way] = []
    if settings.log_database:
        ways.append(DatabaseShipping(database_url, clock, months=settings.log_database_months))
    archive = outside.log_archive(settings)
    if archive is not None:
        ways.append(BucketArchiving(archive, version("dodam")))
    return LogShipping(log, ways, clock)


def chores(settings: Settings, clock: Clock) -> dict[str, tuple[str, Chore]]:
    """What is done each night about the months that lines are stored by."""
    months = settings.log_database_months

    async def make(tx: Transaction) -> None:
        await partitions.make_ahead(tx, clock.now())

    async def drop(tx: Transaction) -> None:
        await partitions.drop_old(tx, clock.now(), months)
        await forget_places(tx, clock.now(), months)

    return {"make-log-months": ("17 2 * * *", make), "drop-old-log-months": ("23 2 * * *", drop)}
