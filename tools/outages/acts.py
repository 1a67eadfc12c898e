"""What is done to the system, one after the other, while everybody uses it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from signal import SIGKILL, SIGTERM

from system import System

Do = Callable[[System], Awaitable[None]]
_BETWEEN_SIGNALS_SECONDS = 1.3


@dataclass(frozen=True)
class Act:
    """`may_break` is so where a request may be left without an answer: its process was cut off."""

    name: str
    do: Do
    may_break: bool = False


class UncleanEndError(Exception):
    """A process that was asked to stop ended with another status than 0."""


async def _nothing(_: System) -> None:
    await asyncio.sleep(1)


async def _stop_api(system: System) -> None:
    await _cleanly(await system.apis[0].end(SIGTERM))
    await system.apis[0].start()


async def _hurry_api(system: System) -> None:
    await _cleanly(await system.apis[1].end(SIGTERM, SIGTERM, pause=_BETWEEN_SIGNALS_SECONDS))
    await system.apis[1].start()


async def _kill_api(system: System) -> None:
    await system.apis[0].end(SIGKILL)
    await system.apis[0].start()


async def _stop_worker(system: System) -> None:
    await _cleanly(await system.worker.end(SIGTERM))
    await system.worker.start()


async def _kill_worker(system: System) -> None:
    await system.worker.end(SIGKILL)
    await system.worker.start()


async def _cleanly(status: int) -> None:
    if status != 0:
        raise UncleanEndError(f"It ended with status {status}.")


async def _restart_postgres(system: System) -> None:
    await system.restart_postgres("fast")


async def _crash_postgres(system: System) -> None:
    await system.restart_postgres("immediate")


async def _freeze_postgres(system: System) -> None:
    await system.freeze_postgres(2)


async def _restart_valkey(system: System) -> None:
    await system.restart_valkey(away_seconds=0, kill=False)


async def _kill_valkey(system: System) -> None:
    await system.restart_valkey(away_seconds=2, kill=True)


ACTS = [
    Act("nothing", _nothing),
    Act("an API process: SIGTERM, started anew", _stop_api),
    Act("an API process: SIGTERM twice, started anew", _hurry_api, may_break=True),
    Act("an API process: SIGKILL, started anew", _kill_api, may_break=True),
    Act("the worker: SIGTERM, started anew", _stop_worker),
    Act("the worker: SIGKILL, started anew", _kill_worker),
    Act("PostgreSQL: restarted (fast)", _restart_postgres),
    Act("PostgreSQL: crashed (immediate), recovers", _crash_postgres),
    Act("PostgreSQL: stands still for 2 s", _freeze_postgres),
    Act("Valkey: restarted", _restart_valkey),
    Act("Valkey: SIGKILL, away for 2 s", _kill_valkey),
]
