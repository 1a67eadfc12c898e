"""What a process does without when it is away, and how it is asked whether it is there."""

from dodam.features.content.errors import StorageUnavailable
from dodam.features.content.ports import ObjectStorage
from dodam.platform.logging.log import Log
from dodam.platform.logging.segments import Destination
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.rate_limit import RateLimits
from dodam.platform.readiness import Away

_NO_OBJECT = "health"


def may_be_away(
    rate_limits: RateLimits, objects: ObjectStorage, log: Log, shipping: LogShipping
) -> dict[str, Away]:
    """By the names that readiness gives them."""

    async def media() -> bool:
        try:
            await objects.size(_NO_OBJECT)
        except StorageUnavailable:
            return True
        return False

    async def log_disk() -> bool:
        return log.figures().failing_since is not None

    async def log_database() -> bool:
        return Destination.DATABASE in shipping.away

    async def log_bucket() -> bool:
        return Destination.BUCKET in shipping.away

    return {
        "valkey": rate_limits.is_away,
        "media": media,
        "log_disk": log_disk,
        "log_database": log_database,
        "log_bucket": log_bucket,
    }
