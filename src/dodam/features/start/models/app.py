"""Whether an app may go on as it is: what the live settings `app` come to for it."""

from datetime import UTC, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import precedence
from dodam.features.livesettings.models.clients import Client
from dodam.platform.i18n import Language, Text

NAMESPACE = "app"


class Update(StrEnum):
    """Whether there is a newer version: `required` where the app is not to go on without."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    NONE = "none"


class Maintenance(Struct, frozen=True):
    """When the service is away, and what to tell the family."""

    from_instant: datetime = msgspec.field(name="from")
    until: datetime
    text: str


class AppState(Struct, frozen=True):
    """Whether the app may go on, and where its platform's newest version is.

    `update` is null where the device is not known. `maintenance` is told ahead and meanwhile.
    """

    update: Update | None
    minimum_version: str | None
    recommended_version: str | None
    store_url: str | None
    maintenance: Maintenance | None


class _Away(Struct, frozen=True):
    from_instant: datetime = msgspec.field(name="from")
    until: datetime
    text: Text


class AppSettings(Struct, frozen=True):
    """What staff set, by platform."""

    minimum_version: dict[Platform, str] = {}
    recommended_version: dict[Platform, str] = {}
    store_url: dict[Platform, str] = {}
    maintenance: _Away | None = None

    @classmethod
    def read(cls, value: msgspec.Raw) -> "AppSettings":
        try:
            return msgspec.json.decode(value, type=cls)
        except msgspec.ValidationError:
            # A release that allows less leaves a schema as it was while something published would
            # break: the game starts all the same.
            return cls()

    def state(self, client: Client, now: datetime, language: Language) -> AppState:
        platform, running = client.platform, client.app_version
        minimum = self.minimum_version.get(platform) if platform else None
        recommended = self.recommended_version.get(platform) if platform else None
        away = self.maintenance
        return AppState(
            update=None if running is None else _update(running, minimum, recommended),
            minimum_version=minimum,
            recommended_version=recommended,
            store_url=self.store_url.get(platform) if platform else None,
            maintenance=None
            if away is None or away.until <= now
            else Maintenance(
                away.from_instant.astimezone(UTC),
                away.until.astimezone(UTC),
                away.text.read(language),
            ),
        )


def _update(running: str, minimum: str | None, recommended: str | None) -> Update:
    if minimum is not None and precedence(running) < precedence(minimum):
        return Update.REQUIRED
    if recommended is not None and precedence(running) < precedence(recommended):
        return Update.RECOMMENDED
    return Update.NONE
