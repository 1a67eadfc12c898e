"""What a statement is called: the place in our code that it stands at."""

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from dodam.platform.statements import Statement

_FEATURES = "dodam.features."
_SPEAK_SQL = (".store", "dodam.platform.")
UNNAMED = "(unnamed)"


def name_of(sql: str) -> str:
    """Such as `therapy.store.plays.INSERT`; what is put together as it is needed has no name."""
    return _names().get(sql, UNNAMED)


@cache
def _names() -> dict[str, str]:
    """By their texts, of the modules that are loaded: looked for once, as a name is first needed.

    Naming statements as they are built would cost every process; few ever need a name.
    """
    return {
        sql: f"{name.removeprefix(_FEATURES)}.{attribute.lstrip('_')}"
        for name, module in list(sys.modules.items())
        if name.startswith("dodam.") and any(each in name for each in _SPEAK_SQL)
        for attribute, value in list(vars(module).items())
        if not attribute.startswith("__")
        for sql in _texts(value)
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Statement):
        yield value.sql
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(tuple(value.values()))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    elif isinstance(value, tuple | list):
        for each in value:  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(each, str):
                yield from _texts(each)
