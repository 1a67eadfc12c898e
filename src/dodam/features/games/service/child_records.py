"""What games keep of a child, until its erasure."""

from typing import Any, cast
from uuid import UUID

from msgspec.structs import replace

from dodam.features.children.models.children import Child
from dodam.features.games.store import removal as store
from dodam.platform.database import Transaction


class ChildRecords:
    """Follows the children feature."""

    async def child_registered(self, tx: Transaction, child: Child) -> None:
        """A new child has played nothing."""

    async def hands_changed(self, tx: Transaction, child: Child) -> None:
        """Games do not ask about hands."""

    async def erase_child(self, tx: Transaction, child_id: UUID) -> None:
        for statement in store.ERASE_CHILD:
            await statement.execute(tx, child=child_id)

    async def pseudonymise_child(self, tx: Transaction, child_id: UUID) -> None:
        """Results keep their numbers: what stands in their texts, the child may have typed."""
        await store.ERASE_SAVES.execute(tx, child=child_id)
        await store.CUT_DEVICES.execute(tx, child=child_id)
        while wordy := await store.SOME_WITH_WORDS.all(tx, child=child_id):
            wordless = [replace(each, result=_without_texts(each.result)) for each in wordy]
            await store.replace_results(tx, child_id, wordless)


def _without_texts(value: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _without_texts(member) for name, member in members.items()}
    if isinstance(value, list):
        return [_without_texts(item) for item in cast("list[Any]", value)]
    return None if isinstance(value, str) else value
