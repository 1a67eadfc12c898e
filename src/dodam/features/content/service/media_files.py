"""Handing out the content of images, videos and sounds."""

from collections.abc import AsyncIterator

from msgspec import Struct

from dodam.features.content.errors import MediumNotFound
from dodam.features.content.models.formats import format_named
from dodam.features.content.ports import ObjectStorage
from dodam.features.content.service.media_urls import MediaUrls


class MediaFile(Struct, frozen=True):
    """`size` is in bytes; `hash` is the SHA-256 of the content, hexadecimal."""

    name: str
    content_type: str
    size: int

    @property
    def hash(self) -> str:
        return self.name.partition(".")[0]


class MediaFiles:
    """Asks the storage only: a name says what it is of, and a signature that it is ours."""

    def __init__(self, urls: MediaUrls, storage: ObjectStorage) -> None:
        self._urls = urls
        self._storage = storage

    async def find(self, name: str, until: int, signature: str) -> MediaFile:
        """Raises ForgedUrl, ExpiredUrl, MediumNotFound."""
        self._urls.check(name, until, signature)
        size = await self._storage.size(name)
        if size is None:
            raise MediumNotFound
        return MediaFile(name, format_named(name).content_type, size)

    def read(self, file: MediaFile, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`, which is not included, in chunks."""
        return self._storage.read(file.name, start, end)
