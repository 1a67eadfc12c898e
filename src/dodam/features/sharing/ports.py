"""What sharing needs of the world outside."""

from collections.abc import Mapping
from typing import Protocol

from dodam.features.sharing.models.deliveries import Answer


class Webhooks(Protocol):
    """The way to addresses that others chose."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post once; every failure is an answer too."""
        ...
