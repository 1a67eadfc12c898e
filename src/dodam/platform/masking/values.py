"""Whatever somebody wants to write down, as builtins that may be.

What is not known is not shown: an object that is neither data nor a struct is written as its type.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID

from msgspec import UNSET, Struct

from dodam.platform.masking.keys import is_sensitive_key
from dodam.platform.masking.messages import mask_own, message_of
from dodam.platform.masking.numbers import mask_number
from dodam.platform.masking.patterns import MASKED
from dodam.platform.masking.sensitive import sensitive_fields

_MOST_LEVELS = 6
# Of one container, and of all that is written of one value.
_MOST_ITEMS = 50
_MOST_VALUES = 500
_MOST_KEY = 100
_SERIES = (list, tuple, set, frozenset, deque)
_BYTES = (bytes, bytearray, memoryview)
_AS_THEY_ARE = (type(None), bool, float, UUID, date, time, timedelta)


def mask(value: object) -> Any:
    """What may be written down of a value: builtins, UUIDs and instants, which JSON has words for.

    Never raises. Deep, long and endless values are cut.
    """
    return _Masking().of(value, _MOST_LEVELS)


def mask_fields(values: Mapping[str, object]) -> dict[str, Any]:
    """`mask` of named values."""
    return _Masking().named(values.items(), frozenset(), _MOST_LEVELS)


class _Masking:
    """Counts what was written of one value."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def of(self, value: object, levels: int) -> Any:
        if isinstance(value, _AS_THEY_ARE):
            return value
        try:
            return self._of(value, levels)
        except Exception:  # noqa: BLE001 - a log line is made of whatever there is
            return f"[unreadable {type(value).__name__}]"

    def _of(self, value: object, levels: int) -> Any:  # noqa: PLR0911 - a line each kind
        if isinstance(value, str):
            return mask_own(value)
        if isinstance(value, Enum):
            return self.of(value.value, levels)
        if isinstance(value, int):
            return mask_number(int(value))
        if isinstance(value, Decimal | PurePath):
            return mask_own(str(value))
        if isinstance(value, _BYTES):
            return f"[{len(cast('bytes', value))} bytes]"
        if isinstance(value, BaseException):
            return {"type": type(value).__name__, **message_of(value)}
        if levels == 0:
            return "[…]"
        return self._container(value, levels - 1)

    def _container(self, value: object, levels: int) -> Any:
        named = _named_values(value)
        if named is not None:
            return self.named(named, sensitive_fields(cast("type", type(value))), levels)
        if isinstance(value, _SERIES):
            return self._items(cast("Iterable[object]", value), levels)
        return f"[{type(value).__name__}]"

    def named(
        self, values: Iterable[tuple[Any, object]], sensitive: frozenset[str], levels: int
    ) -> dict[str, Any]:
        masked: dict[str, Any] = {}
        for key, value in values:
            if value is UNSET:
                continue
            if len(masked) == _MOST_ITEMS or self._left <= 0:
                masked["…"] = "[cut]"
                break
            self._left -= 1
            name = key if isinstance(key, str) else str(self.of(key, 0))
            if name in sensitive:
                shown = MASKED
            elif is_sensitive_key(name):
                # Whether there is one is not what it is.
                shown = value if value is None or isinstance(value, bool) else MASKED
            else:
                shown = self.of(value, levels)
            masked[name if _is_plain(name) else mask_own(name[:_MOST_KEY])] = shown
        return masked

    def _items(self, values: Iterable[object], levels: int) -> list[Any]:
        masked: list[Any] = []
        for value in values:
            if len(masked) == _MOST_ITEMS or self._left <= 0:
                masked.append("[cut]")
                break
            self._left -= 1
            masked.append(self.of(value, levels))
        return masked


def _named_values(value: object) -> Iterable[tuple[Any, object]] | None:
    """Of what holds values under names; None of anything else."""
    if isinstance(value, Mapping):
        return cast("Mapping[Any, object]", value).items()
    if isinstance(value, Struct):
        names = value.__struct_fields__
    elif is_dataclass(value):
        names = tuple(each.name for each in fields(value))
    elif isinstance(value, tuple):
        names: tuple[str, ...] | None = getattr(cast("object", value), "_fields", None)
    else:
        return None
    return (
        None if names is None else [(name, getattr(cast("object", value), name)) for name in names]
    )


def _is_plain(name: str) -> bool:
    return len(name) <= _MOST_KEY and name.isidentifier() and name.isascii()
