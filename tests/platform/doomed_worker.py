"""A worker in a process of its own that takes jobs and never finishes one."""

import asyncio
import sys

from dodam.platform.work import Lane, Policy
from tests.platform.working import queue_on


async def _hang(_: bytes) -> None:
    await asyncio.Event().wait()


async def main(url: str) -> None:
    async with queue_on(url) as queue:
        queue.kinds.add("doomed", _hang, Policy(lane=Lane(name="doomed", at_once=4)))
        async with queue.at_work():
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
