"""L05: closed segments are in a bucket, whole or not at all, and come back as they were."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import obstore
import pytest
import zstandard

from dodam.adapters.buckets import BucketAccess, bucket_store
from dodam.adapters.log_archive import BucketArchive
from dodam.platform.logging.archive import ArchiveUnavailable, BucketArchiving, Manifest
from dodam.platform.logging.fetching import Missing, archived, fetched, lines_between
from dodam.platform.logging.lines import AnyLine
from dodam.platform.logging.segments import Destination, Segment
from tests.buckets import access_to, make_bucket, s3_server
from tests.clock import NOON, StoppedClock
from tests.logging.lines import Process
from tests.logging.stored import event, request, write

_SINCE, _UNTIL = NOON - timedelta(days=3), NOON + timedelta(days=3)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3: str) -> str:
    """The URL of an empty bucket."""
    name = f"log-{uuid4()}"
    make_bucket(s3, name)
    return f"{s3}/{name}"


def _access(bucket: str) -> BucketAccess:
    endpoint, _, name = bucket.rpartition("/")
    return access_to(name, endpoint)


def _store(bucket: str) -> BucketArchive:
    return BucketArchive(bucket_store(_access(bucket)))


@pytest.fixture
def store(bucket: str) -> BucketArchive:
    return _store(bucket)


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    return Process(tmp_path, clock, destinations=(Destination.BUCKET,))


async def _archive(process: Process, store: BucketArchive) -> None:
    await BucketArchiving(store, "1.2.3").deliver(process.spool)


async def _names(store: BucketArchive) -> list[str]:
    return sorted(await store.names("logs"))


async def _back(
    store: BucketArchive, since: datetime = _SINCE, until: datetime = _UNTIL
) -> tuple[list[AnyLine], list[Missing]]:
    """The lines of that time, and what is missing of them."""
    lines: list[AnyLine] = []
    missing: list[Missing] = []
    async for found in archived(store, since, until):
        content = await fetched(store, found) if isinstance(found, Manifest) else found
        if isinstance(content, Missing):
            missing.append(content)
        else:
            lines += [
                msgspec.json.decode(line, type=AnyLine)
                for line in lines_between(content, since, until)
            ]
    return lines, missing


def _some_lines() -> list[AnyLine]:
    return [
        request(NOON + timedelta(seconds=2), fields={"hand": "왼손"}),
        event(NOON, event="김민 님이 왔어요"),
        event(NOON + timedelta(seconds=7)),
    ]


async def test_L05_a_closed_segment_is_archived_with_what_it_holds_and_comes_back(
    process: Process, store: BucketArchive
) -> None:
    lines = _some_lines()
    write(process, lines)
    await _archive(process, store)
    assert await _names(store) == []
    segment = process.close()
    await _archive(process, store)
    stem = f"logs/2026/03/18/{process.run.name}/2026-03-0001"
    assert await _names(store) == [f"{stem}.jsonl.zst", f"{stem}.manifest.json"]
    content = await store.get(f"{stem}.jsonl.zst")
    plain = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    assert json.loads(await store.get(f"{stem}.manifest.json")) == {
        "run": process.run.name,
        "segment": "2026-03-0001",
        "lines": 3,
        "bytes": len(plain),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "first_at": "2026-03-18T12:00:00Z",
        "last_at": "2026-03-18T12:00:07Z",
        "instance": "api-test-1",
        "version": "1.2.3",
    }
    assert segment.is_acknowledged(Destination.BUCKET)
    assert await _back(store) == (lines, [])


async def test_L05_lines_of_a_time_are_fetched_and_no_others(
    process: Process, store: BucketArchive
) -> None:
    lines: list[AnyLine] = [event(NOON + timedelta(hours=hour)) for hour in range(-20, 20)]
    for start in range(0, 40, 10):
        write(process, lines[start : start + 10])
        process.close()
    await _archive(process, store)
    since, until = NOON - timedelta(hours=15), NOON + timedelta(hours=15)
    assert await _back(store, since, until) == (
        [line for line in lines if since <= line.at < until],
        [],
    )
    assert await _back(store, _UNTIL, _UNTIL + timedelta(hours=1)) == ([], [])


class _Killed(BaseException):
    pass


def _die_at(patch: pytest.MonkeyPatch, fatal: int) -> None:
    """Be killed before that step, of all that are made about the bucket."""
    steps = count(1)

    def die_in_time() -> None:
        if next(steps) == fatal:
            raise _Killed

    def dying(whole: Callable[..., Any]) -> Callable[..., Any]:
        async def step(*args: Any) -> Any:
            die_in_time()
            return await whole(*args)

        return step

    acknowledge = Segment.acknowledge

    def acknowledge_or_die(segment: Segment, destination: Destination) -> None:
        die_in_time()
        acknowledge(segment, destination)

    patch.setattr(BucketArchive, "put", dying(BucketArchive.put))
    patch.setattr(BucketArchive, "size", dying(BucketArchive.size))
    patch.setattr(Segment, "acknowledge", acknowledge_or_die)


@pytest.mark.parametrize("fatal", [1, 2, 3, 4])
async def test_L05_whoever_is_killed_while_archiving_nothing_is_half_there_or_twice(
    process: Process, tmp_path: Path, clock: StoppedClock, store: BucketArchive, fatal: int
) -> None:
    lines = _some_lines()
    write(process, lines)
    process.close()
    with pytest.MonkeyPatch.context() as patch:
        _die_at(patch, fatal)
        with pytest.raises(_Killed):
            await _archive(process, store)
    process.die()
    until_then, _ = await _back(store)
    assert until_then == (lines if fatal == 4 else [])
    heir = Process(
        tmp_path, clock, "20260318T120001Z-api-test-2", destinations=(Destination.BUCKET,)
    )
    heir.spool.adopt()
    await _archive(heir, store)
    assert await _back(store) == (lines, [])
    assert len(await _names(store)) == 2


async def test_L05_a_segment_that_is_put_there_again_is_the_same(
    process: Process, store: BucketArchive
) -> None:
    write(process, _some_lines())
    segment = process.close()
    await _archive(process, store)
    before = {name: await store.get(name) for name in await _names(store)}
    (segment.folder / f"{segment.name}.in-bucket").unlink()
    await _archive(process, store)
    assert {name: await store.get(name) for name in await _names(store)} == before


async def test_L05_what_differs_from_what_was_put_there_is_said(
    process: Process, store: BucketArchive
) -> None:
    for number in range(6):
        write(process, [event(NOON + timedelta(seconds=number), event=f"{number}")])
        process.close()
    await _archive(process, store)
    folder = f"logs/2026/03/18/{process.run.name}"

    def of(number: int, ending: str) -> str:
        return f"{folder}/2026-03-{number:04}{ending}"

    other = zstandard.compress(await _unpacked(store, of(1, ".jsonl.zst")) + b"{}\n")
    await store.put(of(1, ".jsonl.zst"), other)
    await store.put(of(2, ".manifest.json"), await store.get(of(3, ".manifest.json")))
    await store.put(of(3, ".manifest.json"), b"{")
    lines, missing = await _back(store)
    assert [getattr(line, "event", None) for line in lines] == ["3", "4", "5"]
    assert missing == [
        Missing(of(1, ".jsonl.zst"), "it is not what was put there"),
        Missing(of(2, ".manifest.json"), "it is the manifest of something else"),
        Missing(of(3, ".manifest.json"), "it is not a manifest"),
    ]


async def _unpacked(store: BucketArchive, name: str) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(await store.get(name)) as lines:
        return io.BufferedReader(lines).read()


async def test_L05_what_is_missing_is_said(
    process: Process, store: BucketArchive, bucket: str
) -> None:
    for number in range(7):
        write(process, [event(NOON + timedelta(seconds=number), event=f"{number}")])
        process.close()
    await _archive(process, store)
    folder = f"logs/2026/03/18/{process.run.name}"
    gone = [
        "2026-03-0002.jsonl.zst",
        "2026-03-0003.manifest.json",
        "2026-03-0005.jsonl.zst",
        "2026-03-0005.manifest.json",
        "2026-03-0006.jsonl.zst",
        "2026-03-0006.manifest.json",
    ]
    await obstore.delete_async(bucket_store(_access(bucket)), [f"{folder}/{name}" for name in gone])
    lines, missing = await _back(store)
    assert [getattr(line, "event", None) for line in lines] == ["0", "3", "6"]
    assert missing == [
        Missing(f"{folder}/2026-03-0002.jsonl.zst", "its manifest is there, and it is not"),
        Missing(
            f"{folder}/2026-03-0003.jsonl.zst",
            "it has no manifest: it is being put there, or lost",
        ),
        Missing(process.run.name, "of its segments, 5 to 6 are not there"),
    ]


@pytest.fixture
async def failing(unused_tcp_port: int) -> AsyncIterator[str]:
    """An S3 that answers everything with 503."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port)
    yield f"http://127.0.0.1:{unused_tcp_port}/log"
    server.close()


async def test_L05_a_bucket_that_fails_is_tried_again_later(
    process: Process, store: BucketArchive, failing: str
) -> None:
    lines = _some_lines()
    write(process, lines)
    segment = process.close()
    with pytest.raises(ArchiveUnavailable):
        await _archive(process, _store(failing))
    assert not segment.is_acknowledged(Destination.BUCKET)
    await _archive(process, store)
    assert await _back(store) == (lines, [])


async def test_L05_a_bucket_that_is_not_there_is_one_sentence(
    s3: str, unused_tcp_port: int
) -> None:
    for bucket in (f"{s3}/nowhere", f"http://127.0.0.1:{unused_tcp_port}/log"):
        with pytest.raises(
            ArchiveUnavailable, match=r"^The log's bucket does not do a list: \w+\.$"
        ):
            await _back(_store(bucket))
