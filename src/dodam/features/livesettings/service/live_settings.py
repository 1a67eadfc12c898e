"""The settings in force, and for whom."""

from collections.abc import Mapping
from typing import Any

from dodam.features.livesettings.models.clients import Client
from dodam.features.livesettings.models.resolved import Resolved
from dodam.platform.database import Reading, Transaction


class LiveSettings:
    async def define(
        self,
        tx: Transaction,
        namespace: str,
        schema: Mapping[str, Any],
        defaults: Mapping[str, Any],
    ) -> None:
        """Make a namespace, or give it another schema and other defaults.

        What is published of it, or scheduled, must keep to the schema. Raises InvalidInput.
        """
        raise NotImplementedError

    async def resolve(self, db: Reading, client: Client) -> list[Resolved]:
        """Every namespace's settings for a client, by name."""
        raise NotImplementedError
