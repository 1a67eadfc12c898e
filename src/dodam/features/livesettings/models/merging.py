"""JSON: what is the same, and JSON Merge Patch (RFC 7396)."""

from typing import Any, TypeGuard

import msgspec


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def canonical(value: object) -> bytes:
    """The same for the same JSON, whatever the order of members; `true` is not 1."""
    return msgspec.json.encode(value, order="deterministic")


def merged(target: object, patch: object) -> Any:
    """A document with a patch applied (section 2); neither is changed, parts may be shared.

    Of an object the members named in the patch change, and those that are null there go; anything
    else takes the document's place.
    """
    if not is_object(patch):
        return patch
    result = dict(target) if is_object(target) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
