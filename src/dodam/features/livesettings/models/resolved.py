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
