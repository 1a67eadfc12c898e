"""What is logged of a request's query and body, by the types that its route declares."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar.params import QueryParameter
from litestar.utils.scope.state import ScopeState
from msgspec import Struct

from dodam.platform.http.records import TakingRecords
from dodam.platform.masking.selecting import Selected, selected, selected_query

# A larger body is a long list, of which little would be logged, or a file.
LONGEST_BODY = 65_536
_LONGEST_QUERY = 8_192


class _Declared(Struct, frozen=True):
    query: Selected
    body: Selected


class SelectedFields:
    """Finds ids, choices and flags. What a route declares is looked at once."""

    def __init__(self) -> None:
        self._declared: dict[Any, _Declared] = {}

    def of(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        """Of a body only if it was read."""
        handler = scope.get("route_handler")
        if handler is None:
            return {}
        declared = self._declared.get(handler)
        if declared is None:
            declared = self._declared[handler] = _declared(handler)
        query: bytes = scope["query_string"]
        body: Any = ScopeState.from_scope(scope).body  # pyright: ignore[reportArgumentType]
        fields: dict[str, Any] = {}
        if query and len(query) <= _LONGEST_QUERY:
            fields |= declared.query(query)
        if isinstance(body, bytes) and len(body) <= LONGEST_BODY:
            fields |= declared.body(body)
        return fields


def device_of(path: Mapping[str, Any], fields: Mapping[str, Any]) -> UUID | None:
    """The device that a request says it comes from, or is about: no token knows it."""
    named = path.get("device_id") or fields.get("device_id")
    return UUID(named) if isinstance(named, str) else named


def _declared(handler: Any) -> _Declared:
    parameters = handler.parsed_fn_signature.parameters
    query = {
        each.kwarg_definition.name or name: each.raw
        for name, each in parameters.items()
        if isinstance(each.kwarg_definition, QueryParameter)
    }
    if issubclass(handler.operation_class, TakingRecords):
        body = _one_or_many(handler.operation_class.record)
    else:
        body = selected(parameters["data"].raw if "data" in parameters else None)
    return _Declared(selected_query(query), body)


def _one_or_many(record: type[Struct]) -> Selected:
    one, many = selected(record), selected(list[record])
    return lambda raw: (many if raw.lstrip()[:1] == b"[" else one)(raw)
