"""Calls that come at the same time share a commit; each is answered by its own fate."""

import asyncio
from collections.abc import Sequence

import pytest

from dodam.platform.group_commit import GroupCommit


class Commits:
    """Commits that wait until they are let go, and refuse a group that holds a bad item."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.let_go = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(items))
        await self.let_go.wait()
        if 13 in items:
            raise ValueError("bad item")
        return [item * 10 for item in items]


def _group(commits: Commits, *, most: int = 100, lanes: int = 1) -> GroupCommit[int, int]:
    return GroupCommit(commits, size=lambda item: item, most=most, lanes=lanes)


async def _add_all(group: GroupCommit[int, int], items: Sequence[int]) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(group.add(item)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_calls_that_come_during_a_commit_share_the_next() -> None:
    commits = Commits()
    group = _group(commits)
    first = await _add_all(group, [1])
    rest = await _add_all(group, [2, 3, 4])
    assert not any(task.done() for task in first + rest)
    commits.let_go.set()
    assert await asyncio.gather(*first, *rest) == [10, 20, 30, 40]
    assert commits.groups == [[1], [2, 3, 4]]


async def test_a_group_is_no_larger_than_allowed_but_any_item_is_taken() -> None:
    commits = Commits()
    group = _group(commits, most=5)
    tasks = await _add_all(group, [1])
    tasks += await _add_all(group, [2, 3, 1, 50])
    commits.let_go.set()
    await asyncio.gather(*tasks)
    assert commits.groups == [[1], [2, 3], [1], [50]]


async def test_a_bad_item_fails_alone() -> None:
    commits = Commits()
    group = _group(commits)
    tasks = await _add_all(group, [1])
    tasks += await _add_all(group, [2, 13, 3])
    commits.let_go.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answers[0], answers[1], answers[3]] == [10, 20, 30]
    with pytest.raises(ValueError, match="bad item"):
        raise answers[2] if isinstance(answers[2], BaseException) else AssertionError


async def test_a_caller_who_goes_away_spoils_nothing() -> None:
    commits = Commits()
    group = _group(commits)
    tasks = await _add_all(group, [1])
    gone, stayed = await _add_all(group, [2, 3])
    gone.cancel()
    commits.let_go.set()
    assert await stayed == 30
    assert await tasks[0] == 10
    assert await group.add(4) == 40
