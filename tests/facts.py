"""What a test hears of the facts that are published, once they are committed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.database import Event
from dodam.platform.outbox import Outbox

if TYPE_CHECKING:
    from dodam.platform.database import RawConnection

# Kept where facts in order wait; none of the system's own subscribers has this name.
_KEEP = "insert into outbox.in_order (handler, key, kind, event) values ('tests', $1, $2, $3)"
_KEPT = "select event from outbox.in_order where handler = 'tests' and key = $1 order by place"


Fact = TypeVar("Fact", bound=Event)


@dataclass
class Facts:
    system: Dodam

    async def of(self, child: dict[str, str], kind: type[Fact]) -> list[Fact]:
        """The committed facts of a kind about a child, in order."""
        async with self.system.database.reading() as db:
            rows = await db.fetch(_KEPT, UUID(child["id"]))
        tag = kind.__struct_config__.tag
        bodies = (row["event"] for row in rows)
        return [
            msgspec.json.decode(body, type=kind)
            for body in bodies
            if msgspec.json.decode(body)["type"] == tag
        ]


@pytest.fixture
def facts(system: Dodam, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Written in the transaction of each fact about a child, whichever system publishes it."""
    publish = Outbox.publish

    async def keep(self: Outbox, connection: "RawConnection", event: Event) -> None:
        await publish(self, connection, event)
        child_id = getattr(event, "child_id", None)
        if child_id is not None:
            tag = event.__struct_config__.tag
            await connection.execute(_KEEP, child_id, tag, msgspec.json.encode(event))

    monkeypatch.setattr(Outbox, "publish", keep)
    return Facts(system)
