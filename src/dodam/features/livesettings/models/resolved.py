"""What settings come down to for one client."""

import msgspec
from msgspec import Struct


class Resolved(Struct, frozen=True):
    """A namespace's settings for a client: the value as JSON, the version, the rule that fitted.

    Without a `rule` nobody in particular was meant.
    """

    namespace: str
    version: int
    rule: str | None
    value: msgspec.Raw


class NamespaceSettings(Struct, frozen=True):
    """What a namespace's settings come to, and of which version (0: nothing was published)."""

    version: int
    value: msgspec.Raw


class ChildSettings(Struct, frozen=True):
    """A client's settings, by namespace."""

    settings: dict[str, NamespaceSettings]
