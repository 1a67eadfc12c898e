"""A process that logs without end: lines it says, and lines it keeps.

Each number is written down where it outlives the process, with the instant: of a line that is said,
just before; of a line that is kept, once `keep` returned.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from dodam.platform.clock import SystemClock
from dodam.platform.logging.lines import Importance
from dodam.platform.logging.log import Log
from dodam.platform.logging.running import running_pipeline
from dodam.platform.settings import Settings
from tests.logging.lines import event

_AT_ONCE = 20


def _note(folder: Path, name: str) -> int:
    return os.open(folder / f"{name}.{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


async def _say(log: Log, folder: Path) -> None:
    noted = _note(folder, "said")
    number = 0
    while True:
        os.write(noted, f"{number} {time.monotonic()}\n".encode())
        log.write(event(f"said {number}"))
        number += 1
        if number % 10 == 0:
            await asyncio.sleep(0.001)


async def _keep(log: Log, folder: Path, start: int) -> None:
    noted = _note(folder, "kept")
    for number in range(start, sys.maxsize, _AT_ONCE):
        await log.keep([event(f"kept {number}", Importance.KEPT)])
        os.write(noted, f"{number} {time.monotonic()}\n".encode())


async def main(folder: Path) -> None:
    settings = Settings(log_database=False)
    with running_pipeline(settings, "busy", SystemClock()) as log:
        async with asyncio.TaskGroup() as group:
            group.create_task(_say(log, folder))
            for start in range(_AT_ONCE):
                group.create_task(_keep(log, folder, start))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
