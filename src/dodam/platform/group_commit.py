"""Letting calls that come at the same time share one commit.

A commit costs about the same for one row as for fifty. While one is under way, calls that arrive
wait together and go into the next; a call that comes alone goes at once. Each is answered only
after the commit that holds it, so nothing acknowledged can be lost.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class GroupCommit(Generic[Item, Answer]):
    """Commits items in groups of at most `most` by `size`, `lanes` groups at a time.

    `commit` answers each item of a group in order. Where it fails, the group is committed again
    item by item, so that one bad item fails alone.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        size: Callable[[Item], int],
        most: int,
        lanes: int,
    ) -> None:
        self._commit = commit
        self._size = size
        self._most = most
        self._free_lanes = lanes
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._lanes: set[asyncio.Task[None]] = set()

    async def add(self, item: Item) -> Answer:
        """Commit an item, with others if there are; returns or raises when it is decided."""
        decided: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, decided))
        if self._free_lanes:
            self._free_lanes -= 1
            lane = asyncio.create_task(self._run_lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await decided

    async def _run_lane(self) -> None:
        try:
            while self._waiting:
                await self._decide(self._take())
        finally:
            self._free_lanes += 1

    def _take(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        taken = [self._waiting.popleft()]
        size = self._size(taken[0][0])
        while self._waiting and (size := size + self._size(self._waiting[0][0])) <= self._most:
            taken.append(self._waiting.popleft())
        return taken

    async def _decide(self, group: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._commit([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - it is raised where the item came from
            if len(group) > 1:
                for each in group:
                    await self._decide([each])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, decided), answer in zip(group, answers, strict=True):
            # A caller that went away has cancelled its future; its item is stored all the same.
            if not decided.done():
                decided.set_result(answer)
