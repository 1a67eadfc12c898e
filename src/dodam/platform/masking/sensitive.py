"""How a field of a struct says that it is a person's, or a secret."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints


class Sensitive:
    """`Annotated[str, Sensitive]`: a value that is masked wherever its struct is written down."""


def is_sensitive(hint: Any) -> bool:
    """Whether a type is marked, or holds one that is: `list[Annotated[str, Sensitive]] | None`.

    Structs are not looked into: their own fields say it.
    """
    if get_origin(hint) is Annotated:
        marked, *notes = get_args(hint)
        return Sensitive in notes or is_sensitive(marked)
    return any(is_sensitive(each) for each in get_args(hint) if not isinstance(each, str))


@lru_cache(maxsize=1024)
def hints_of(kind: type) -> Mapping[str, Any]:
    """The fields of a class with their types as they were written; none where one is unknown."""
    try:
        return get_type_hints(kind, include_extras=True)
    except (NameError, TypeError, AttributeError):
        return {}


@lru_cache(maxsize=1024)
def sensitive_fields(kind: type) -> frozenset[str]:
    return frozenset(name for name, hint in hints_of(kind).items() if is_sensitive(hint))
