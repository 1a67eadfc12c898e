"""Whom settings are chosen for."""

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import AppVersion, Platform
from dodam.features.livesettings.models.app_versions import Precedence, precedence
from dodam.platform.masking.sensitive import Sensitive

AttributeKey = Annotated[str, Meta(min_length=1, max_length=40, examples=["tester"])]


class Client(Struct, frozen=True, forbid_unknown_fields=True):
    """A child with the device it plays on, as far as it is known.

    `attributes` are the values its guardian's account holds now, by key. Whoever is no child is in
    no rollout below 100 %.
    """

    child_id: UUID | None = None
    attributes: Annotated[
        dict[AttributeKey, Annotated[list[Any], Meta(max_length=100)]], Sensitive
    ] = {}
    platform: Platform | None = None
    app_version: AppVersion | None = None
    device_profile: DeviceProfile | None = None


class Facts:
    """A client, read once for many rules."""

    def __init__(self, client: Client) -> None:
        self.platform = client.platform
        self.device_profile = client.device_profile
        self.attributes = client.attributes
        self.app_version: Precedence | None = (
            None if client.app_version is None else precedence(client.app_version)
        )
        self.child_id = client.child_id
