"""G01: large objects in a folder and in a bucket, which moto's server plays, behave the same."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dodam.adapters.object_storage import FolderObjects, Objects, bucket_objects
from dodam.features.content.errors import StorageUnavailable
from tests.buckets import access_to, s3_server

# More than one part of a multipart upload.
_LARGE = os.urandom(6_000_000)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server("media") as url:
        yield url


def _bucket(endpoint: str, bucket: str = "media") -> Objects:
    return bucket_objects(access_to(bucket, endpoint))


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return FolderObjects(tmp_path / "media")
    return _bucket(request.getfixturevalue("s3"))


async def _chunks(content: bytes, *, fail_after: int | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        if fail_after is not None and start >= fail_after:
            raise ConnectionResetError
        yield content[start : start + 65_536]


async def _read(storage: Objects, name: str, start: int, end: int) -> bytes:
    return b"".join([chunk async for chunk in storage.read(name, start, end)])


async def _names(storage: Objects) -> set[str]:
    later = datetime.now(UTC) + timedelta(minutes=1)
    return {name async for name in storage.older(later)}


async def test_G01_an_object_is_read_as_it_was_put(storage: Objects) -> None:
    await storage.put("incoming/large", _chunks(_LARGE))
    assert await storage.size("incoming/large") == len(_LARGE)
    assert await _read(storage, "incoming/large", 0, len(_LARGE)) == _LARGE
    assert (
        await _read(storage, "incoming/large", 1_048_570, 1_048_590) == _LARGE[1_048_570:1_048_590]
    )


async def test_G01_an_object_has_its_new_name_only_even_where_one_has_it(storage: Objects) -> None:
    await storage.put("there.png", _chunks(b"damaged"))
    await storage.put("incoming/again", _chunks(b"whole"))
    await storage.move("incoming/again", "there.png")
    assert await _read(storage, "there.png", 0, 5) == b"whole"
    assert "incoming/again" not in await _names(storage)


async def test_G01_what_breaks_off_while_it_is_put_leaves_nothing(storage: Objects) -> None:
    with pytest.raises(ConnectionResetError):
        await storage.put("incoming/broken", _chunks(_LARGE, fail_after=5_500_000))
    assert await storage.size("incoming/broken") is None
    assert "incoming/broken" not in await _names(storage)


async def test_G01_deleting_is_the_same_the_second_time(storage: Objects) -> None:
    await storage.put("gone.png", _chunks(b"content"))
    for _ in range(2):
        await storage.delete("gone.png")
        assert await storage.size("gone.png") is None


async def test_G01_only_what_was_written_before_is_listed_as_older(storage: Objects) -> None:
    await storage.put("old.png", _chunks(b"content"))
    earlier = datetime.now(UTC) - timedelta(hours=1)
    assert "old.png" in await _names(storage)
    assert [name async for name in storage.older(earlier)] == []


async def test_G01_what_a_crash_left_of_an_object_in_a_folder_is_swept_when_it_is_old(
    tmp_path: Path,
) -> None:
    storage = FolderObjects(tmp_path)
    await storage.put("incoming/whole", _chunks(b"content"))
    old, new = tmp_path / "incoming" / "crashed#1", tmp_path / "incoming" / "under_way#1"
    for part in (old, new):
        part.write_bytes(b"half of a vid")
    now = datetime.now(UTC)
    # One that is gone by the time it is looked at.
    (tmp_path / "incoming" / "done#1").symlink_to(tmp_path / "moved")
    two_days_ago = (now - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    await storage.forget_parts(now - timedelta(days=1))
    assert not old.exists()
    assert new.exists()
    assert await storage.size("incoming/whole") == 7


async def test_G01_a_bucket_that_is_not_there_is_unavailable(s3: str) -> None:
    storage = _bucket(s3, "elsewhere")
    with pytest.raises(StorageUnavailable):
        await storage.put("incoming/lost", _chunks(b"content"))
    with pytest.raises(StorageUnavailable):
        await storage.move("incoming/lost", "lost.png")


async def test_G01_a_storage_that_does_not_answer_is_unavailable(
    unused_tcp_port: int,
) -> None:
    storage = _bucket(f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(StorageUnavailable):
        await storage.size("any.png")
