"""L07: what nobody catches is told of: of tasks that nobody awaits, of callbacks, of threads."""

import asyncio
import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from dodam.platform.uncaught import telling_of_the_uncaught


def _fail(*_: Any) -> None:
    raise ValueError


async def _nobody_awaits() -> None:
    async def fail() -> None:
        _fail()

    task = asyncio.create_task(fail())
    await asyncio.wait({task})


async def _called_back() -> None:
    asyncio.get_running_loop().call_soon(_fail)


async def _in_a_thread() -> None:
    thread = threading.Thread(target=_fail)
    thread.start()
    await asyncio.to_thread(thread.join)


@pytest.mark.parametrize(
    ("happen", "place"),
    [
        (_nobody_awaits, "a background task"),
        (_called_back, "a background task"),
        (_in_a_thread, "a thread"),
    ],
)
async def test_L07_it_is_told_of_once_with_its_place(happen: Callable[[], Any], place: str) -> None:
    told = list[tuple[str, type[Exception], int]]()
    with telling_of_the_uncaught(
        lambda place, error: told.append((place, type(error), threading.get_ident()))
    ):
        await happen()
        gc.collect()
        for _ in range(3):
            await asyncio.sleep(0)
    assert told == [(place, ValueError, threading.get_ident())]


async def test_L07_when_the_scope_ends_all_is_as_it_was() -> None:
    loop, of_threads = asyncio.get_running_loop(), threading.excepthook
    of_loop = loop.get_exception_handler()
    with telling_of_the_uncaught(lambda _place, _error: None):
        assert threading.excepthook is not of_threads
    assert (loop.get_exception_handler(), threading.excepthook) == (of_loop, of_threads)
