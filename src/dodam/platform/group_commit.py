"""Letting calls that come at the same time share one commit.

A commit costs about the same for one row as for fifty. While one is under way, calls that arrive
wait together and go into the next; a call that comes alone goes at once. Each is answered only
after the commit that holds it, so nothing acknowledged can be lost.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context, copy_context
from typing import Generic, NamedTuple, TypeVar

from dodam.platform.context import CONTEXT, together

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Waiting(NamedTuple, Generic[Item, Answer]):
    item: Item
    decided: asyncio.Future[Answer]
    context: Context


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
        self._waiting: deque[_Waiting[Item, Answer]] = deque()
        self._lanes: set[asyncio.Task[None]] = set()

    async def add(self, item: Item) -> Answer:
        """Commit an item, with others if there are; returns or raises when it is decided."""
        decided: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, decided, copy_context()))
        if self._free_lanes:
            self._free_lanes -= 1
            self._open_lane()
        return await decided

    def _open_lane(self) -> None:
        """Commit a group, in the context of the first that waits."""
        lane = asyncio.create_task(self._run_lane(), context=self._waiting[0].context)
        self._lanes.add(lane)
        lane.add_done_callback(self._lanes.discard)

    async def _run_lane(self) -> None:
        try:
            if self._waiting:
                await self._decide(self._take())
        finally:
            if self._waiting:
                self._open_lane()
            else:
                self._free_lanes += 1

    def _take(self) -> list[_Waiting[Item, Answer]]:
        taken = [self._waiting.popleft()]
        size = self._size(taken[0].item)
        while self._waiting and (size := size + self._size(self._waiting[0].item)) <= self._most:
            taken.append(self._waiting.popleft())
        return taken

    async def _decide(self, group: list[_Waiting[Item, Answer]]) -> None:
        CONTEXT.set(together([each.context.get(CONTEXT) for each in group]))
        try:
            answers = await self._commit([each.item for each in group])
        except Exception as error:  # noqa: BLE001 - it is raised where the item came from
            if len(group) > 1:
                for each in group:
                    await self._decide([each])
            elif not group[0].decided.done():
                group[0].decided.set_exception(error)
            return
        for each, answer in zip(group, answers, strict=True):
            # A caller that went away has cancelled its future; its item is stored all the same.
            if not each.decided.done():
                each.decided.set_result(answer)
