"""What is written down of a request: ids, choices and flags, by the types its route declares.

Never words, numbers or dates: of a child they are clinical data, of others names and secrets. So
what is selected needs no masking; names are looked at once, when a route is.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import fields as struct_fields

from dodam.platform.masking.keys import is_sensitive_key
from dodam.platform.masking.sensitive import hints_of, is_sensitive

Selected = Callable[[bytes], dict[str, Any]]

_LENGTH = "count"
_LISTS = (list, set, tuple)
_UNIONS = (Union, UnionType)
_ANYTHING = msgspec.json.Decoder(list[msgspec.Raw])
_MOST_PARAMETERS = 50
_ID = re.compile(
    rb'"(\w{0,60}_?id)"\s*:\s*"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"'
)


def selected(body: Any) -> Selected:
    """Reads what may be written of a body of this type: a struct's fields, or a list's length.

    The rest is skipped, not decoded. A body that is not as declared gives nothing. Of a type that
    is one or a list of them, the body says which it is.
    """
    kind = _plain(body)
    if get_origin(kind) in _LISTS:
        return _length
    one, many = _one_and_list(kind)
    if one is not None and many is not None:
        of_one = selected(one)
        return lambda raw: _length(raw) if raw.lstrip()[:1] == b"[" else of_one(raw)
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        return _nothing
    hints = hints_of(kind)
    chosen = {
        each.encode_name: hints[each.name]
        for each in struct_fields(kind)
        if each.name in hints and _may_be_written(each.encode_name, hints[each.name])
    }
    if not chosen:
        return _nothing
    decoder = msgspec.json.Decoder(_choice(kind.__name__, chosen))

    def select(raw: bytes) -> dict[str, Any]:
        try:
            return msgspec.to_builtins(decoder.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}

    return select


def selected_query(parameters: Mapping[str, Any]) -> Selected:
    """The same of a query string, by its parameters' names and types."""
    chosen = {name: hint for name, hint in parameters.items() if _may_be_written(name, hint)}
    if not chosen:
        return _nothing
    choice = _choice("Query", chosen)

    def select(query: bytes) -> dict[str, Any]:
        if not query:
            return {}
        try:
            given = dict(parse_qsl(query.decode(), max_num_fields=_MOST_PARAMETERS))
            return msgspec.to_builtins(msgspec.convert(given, choice, strict=False))
        except (ValueError, msgspec.ValidationError):
            return {}

    return select


def ids_in(payload: bytes) -> dict[str, str]:
    """The UUIDs that a task's encoded arguments name `id` or `…_id`, at whatever depth."""
    return {name.decode(): value.decode() for name, value in _ID.findall(payload)}


def _one_and_list(kind: Any) -> tuple[Any, Any]:
    """Of `Struct | list[Struct]` both; else None for what it is not."""
    if get_origin(kind) not in _UNIONS:
        return None, None
    lists = [each for each in get_args(kind) if get_origin(_plain(each)) in _LISTS]
    others = [each for each in get_args(kind) if each not in lists]
    return (others[0], lists[0]) if len(others) == len(lists) == 1 else (None, None)


def _choice(name: str, chosen: Mapping[str, Any]) -> type[Struct]:
    # Names that are none of Python's, such as `from`, are kept beside the fields' own.
    numbered = {f"field_{number}": each for number, each in enumerate(chosen)}
    fields = [(own, chosen[each] | UnsetType, UNSET) for own, each in numbered.items()]
    return msgspec.defstruct(name, fields, rename=numbered, kw_only=True)


def _may_be_written(name: str, hint: Any) -> bool:
    return not is_sensitive_key(name) and _says_nothing(hint)


def _says_nothing(hint: Any) -> bool:
    """Whether every value of the type is an id, a choice or a flag."""
    if is_sensitive(hint):
        return False
    kind = _plain(hint)
    if get_origin(kind) is Literal:
        return True
    if get_origin(kind) in _UNIONS:
        wanted = [each for each in get_args(kind) if each not in (type(None), UnsetType)]
        return bool(wanted) and all(_says_nothing(each) for each in wanted)
    return isinstance(kind, type) and (kind in (UUID, bool) or issubclass(kind, Enum))


def _plain(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _nothing(_: bytes) -> dict[str, Any]:
    return {}


def _length(raw: bytes) -> dict[str, Any]:
    try:
        return {_LENGTH: len(_ANYTHING.decode(raw))}
    except (msgspec.DecodeError, RecursionError):
        return {}
