"""What the feature needs of the world outside: somewhere to keep large objects."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol


class ObjectStorage(Protocol):
    """Objects by name. Every method raises StorageUnavailable where the storage is away."""

    async def put(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Keep an object, whole or not at all; what `chunks` raises goes through."""
        ...

    async def move(self, name: str, new_name: str) -> None:
        """Give an object another name, in the place of what has it; durable when done."""
        ...

    async def size(self, name: str) -> int | None:
        """In bytes; None where there is no such object."""
        ...

    def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end`, which is not included, in chunks."""
        ...

    async def delete(self, name: str) -> None:
        """Have no such object, whether there was one or not."""
        ...

    def older(self, before: datetime) -> AsyncIterator[str]:
        """The names of the objects written before an instant."""
        ...

    async def forget_parts(self, before: datetime) -> None:
        """Remove what is left of objects that were being put before an instant, and never were."""
        ...
