"""The settings in force, and for whom."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

import msgspec
import structlog

from dodam.features.livesettings.models.clients import Client, Facts
from dodam.features.livesettings.models.namespaces import Definition, Owner
from dodam.features.livesettings.models.resolved import Resolved
from dodam.features.livesettings.service.in_force import InForce
from dodam.features.livesettings.service.namespaces import Namespaces
from dodam.platform.database import Reading, Transaction
from dodam.platform.errors import InvalidInput

_LOG = structlog.get_logger(__name__)


class LiveSettings:
    def __init__(self, in_force: InForce, namespaces: Namespaces) -> None:
        self._in_force = in_force
        self._namespaces = namespaces

    async def define(
        self,
        tx: Transaction,
        namespace: str,
        schema: Mapping[str, Any],
        defaults: Mapping[str, Any],
    ) -> None:
        """Make a mini-game's namespace, or give it another schema and other defaults.

        What is published of it, or scheduled, must keep to the schema; fields are `schema`,
        `defaults` and, of versions that break, such as `versions[3].rules[0].value.speed`.
        Raises InvalidInput.
        """
        definition = Definition(dict(schema), dict(defaults))
        await self._namespaces.define(tx, namespace, Owner.GAME, definition)

    async def load(self, tx: Transaction) -> None:
        """Bring the namespaces that come with the product up to this release's.

        One under which something published would break stays as it is: clients go on getting what
        they got.
        """
        packaged = resources.files("dodam.features.livesettings").joinpath("namespaces.json")
        definitions = msgspec.json.decode(packaged.read_bytes(), type=dict[str, Definition])
        for name, definition in definitions.items():
            try:
                await self._namespaces.define(tx, name, Owner.RELEASE, definition)
            except InvalidInput as error:
                fields = [each.field for each in error.fields]
                _LOG.warning("namespace kept as it was", namespace=name, fields=fields)

    async def resolve(self, db: Reading, client: Client) -> list[Resolved]:
        """Every namespace's settings for a client, by name."""
        facts = Facts(client)
        return [settings.resolve(facts) for settings in await self._in_force.now(db)]
