"""What settings would come to for somebody."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from dodam.features.livesettings.models.clients import Client
from dodam.features.livesettings.models.conditions import Miss


class SettingsPreviewForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look as, and at which version: the draft without one, the defaults with 0."""

    client: Client
    version: Annotated[int, Meta(ge=0, le=2_147_483_647)] | None = None


class RuleVerdict(Struct, frozen=True):
    """A rule, and its conditions that do not hold; the first rule without any wins."""

    rule: str
    misses: list[Miss]


class SettingsPreview(Struct, frozen=True):
    """What somebody would get, by which rule (null: no rule fits), and what is to say of each."""

    rule: str | None
    value: msgspec.Raw
    rules: list[RuleVerdict]


class ChildSettingsPreview(Struct, frozen=True):
    """What a child gets now of a namespace, and what it would get if the draft were published.

    Without a draft that is null.
    """

    namespace: str
    version: int
    rule: str | None
    value: msgspec.Raw
    draft: SettingsPreview | None
