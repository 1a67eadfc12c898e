"""A process that keeps lines and ships them, without end; a number is said once it is kept."""

import asyncio
import sys
from itertools import count

from dodam.platform.clock import SystemClock
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.lines import Importance
from dodam.platform.logging.running import running_pipeline
from dodam.platform.logging.shipping import LogShipping
from dodam.platform.settings import Settings
from tests.logging.lines import event


async def main(url: str, name: str) -> None:
    clock = SystemClock()
    with running_pipeline(Settings(), "shipper", clock) as log:
        shipping = LogShipping(log, [DatabaseShipping(url, clock, months=12)], clock)
        async with shipping.running(asyncio.Event()):
            for number in count():
                lines = [event(f"{name} {number} {part}", Importance.KEPT) for part in range(50)]
                await log.keep(lines)
                print(number, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
