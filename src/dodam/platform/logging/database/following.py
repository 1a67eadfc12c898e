"""Lines as they come into the database, from whichever machine."""

from contextlib import aclosing
from datetime import datetime, timedelta

import msgspec

from dodam.platform.clock import Clock
from dodam.platform.logging.database.search import LogSearch
from dodam.platform.logging.lines import AnyLine
from dodam.platform.logging.wanted import Wanted

# Processes ship every second; what one brings may be older than what another has brought.
_LATE = timedelta(seconds=10)


class DatabaseFollowing:
    """As `Following`; what comes later than ten seconds after it was written is not shown."""

    def __init__(self, search: LogSearch, wanted: Wanted, clock: Clock) -> None:
        self._search = search
        self._wanted = wanted
        self._clock = clock
        self._seen: dict[bytes, datetime] = {}

    async def last(self, most: int) -> list[AnyLine]:
        await self.more()
        found: list[AnyLine] = []
        async with aclosing(self._search.newest(self._wanted)) as lines:
            async for line in lines:
                if len(found) == most:
                    break
                found.append(line)
        self._seen |= {msgspec.json.encode(line): line.at for line in found}
        return found[::-1]

    async def more(self) -> list[AnyLine]:
        since = self._clock.now() - _LATE
        wanted = msgspec.structs.replace(self._wanted, since=since)
        lines = {msgspec.json.encode(line): line async for line in self._search.newest(wanted)}
        fresh = [line for told, line in lines.items() if told not in self._seen]
        self._seen = {told: line.at for told, line in lines.items()}
        return fresh[::-1]
