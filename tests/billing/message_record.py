"""Which test had which of the stores' messages taken in, for docs/store-messages.md.

With DODAM_RECORD_MESSAGES the tests of billing note in that file what came into the inbox, a line
each; `python -m tests.billing.message_record FILE` makes the table of it.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dodam.features.billing.models.store_messages import APPLE_MESSAGES, GOOGLE_MESSAGES
from dodam.features.billing.models.stores import Store
from dodam.features.billing.models.told import Notification
from dodam.features.billing.service.inbox import Inbox

Name = tuple[str, str, str]
_named = os.environ.get("DODAM_RECORD_MESSAGES")
RECORD = Path(_named) if _named else None
TABLE = Path(__file__).parents[2] / "docs" / "store-messages.md"
_HEAD = """# What the stores send, and what shows that it is understood

Every type and subtype that Apple's and Google's references name, and the tests by which it was
taken in, dealt with and looked at after. Made from a run of the tests by `make store-messages`;
what becomes of each is in [payments](payments.md#what-the-stores-send).

| store | type | subtype | tested by |
| --- | --- | --- | --- |
"""


def record(to: Path, test: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note what the inbox takes while `monkeypatch` lasts."""
    take = Inbox.take

    async def noted(self: Inbox, tx: Any, message: Notification, *rest: Any) -> Any:
        taken = await take(self, tx, message, *rest)
        with to.open("a") as file:
            file.write(f"{message.store} {message.type} {message.subtype or '-'} {test}\n")
        return taken

    monkeypatch.setattr(Inbox, "take", noted)


def known() -> Iterator[Name]:
    """The store, the type, and the subtype or a dash."""
    for type_, subtypes in APPLE_MESSAGES.items():
        yield from ((Store.APPLE, type_, subtype or "-") for subtype in subtypes)
    yield from ((Store.GOOGLE, type_, "-") for type_ in GOOGLE_MESSAGES)


def by_message(lines: str) -> Mapping[Name, set[str]]:
    found = defaultdict[Name, set[str]](set)
    for line in lines.splitlines():
        store, type_, subtype, test = line.split(" ")
        found[store, type_, subtype].add(test)
    return found


def table(tests: Mapping[Name, set[str]]) -> str:
    rows = (
        f"| {store} | `{type_}` | {f'`{subtype}`' if subtype != '-' else ''} | "
        f"{', '.join(f'`{test}`' for test in sorted(tests.get((store, type_, subtype), ())))} |\n"
        for store, type_, subtype in known()
    )
    return _HEAD + "".join(rows)


def rows(written: str) -> Mapping[Name, list[str]]:
    """What a table says, read back."""
    found = dict[Name, list[str]]()
    for line in written.splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] in set(Store):
            store, type_, subtype, tests = cells
            found[store, type_, subtype or "-"] = [each for each in tests.split(", ") if each]
    return found


if __name__ == "__main__":
    TABLE.write_text(table(by_message(Path(sys.argv[1]).read_text())))
