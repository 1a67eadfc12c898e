"""Devices, and the settings at which the game runs best on each."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dodam.features.accounts.models.attributes import DeviceProfile

Named = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
OsVersion = Annotated[str, Meta(pattern=r"^[0-9]{1,5}(\.[0-9]{1,9}){0,3}\Z", examples=["17.5.1"])]
APP_VERSION = r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}\Z"
AppVersion = Annotated[str, Meta(pattern=APP_VERSION, examples=["1.4.0"])]
Pixels = Annotated[int, Meta(ge=1, le=32_767)]
Megabytes = Annotated[int, Meta(ge=1, le=16_777_216)]


class Platform(StrEnum):
    IOS = "ios"
    ANDROID = "android"
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    WEB = "web"


class NewDevice(Struct, forbid_unknown_fields=True):
    """A device as it describes itself. `id` is made once by each installation of the game.

    `model` is the maker's identifier, such as `iPad13,18` or `SM-X210`; `memory_mb` is what the
    operating system says it has; the screen is measured in physical pixels.
    """

    id: UUID
    platform: Platform
    model: Named
    os_version: OsVersion
    app_version: AppVersion
    screen_width: Pixels
    screen_height: Pixels
    memory_mb: Megabytes
    gpu: Named | None = None


class Device(Struct, frozen=True):
    """A registered device as it described itself last, at `last_seen_at`."""

    id: UUID
    platform: Platform
    model: str
    os_version: str
    app_version: str
    screen_width: int
    screen_height: int
    memory_mb: int
    gpu: str | None
    registered_at: datetime
    last_seen_at: datetime


class HandTrackingModel(StrEnum):
    """MediaPipe's models of the hand's landmarks, the faster and the more accurate one."""

    LITE = "lite"
    FULL = "full"


class Tuning(Struct, frozen=True, forbid_unknown_fields=True):
    """How the game runs: frames a second, share of the screen's resolution, camera in pixels."""

    frame_rate_cap: Annotated[int, Meta(ge=15, le=240)]
    render_scale: Annotated[float, Meta(ge=0.25, le=1)]
    hand_tracking_model: HandTrackingModel
    camera_width: Pixels
    camera_height: Pixels
    camera_frame_rate: Annotated[int, Meta(ge=10, le=120)]


class ChosenBy(StrEnum):
    """Why a profile: the account's attribute, else the first rule that fits, else the default."""

    ATTRIBUTE = "attribute"
    RULE = "rule"
    DEFAULT = "default"


class DeviceSettings(Struct, frozen=True):
    """What the game is to run at on a device; `rule` is the name of the rule that fitted."""

    profile: DeviceProfile
    chosen_by: ChosenBy
    rule: str | None
    settings: Tuning


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """Fits a device of which every condition holds.

    `models` are beginnings of identifiers in whatever case; `os_below` compares the version's first
    number; memory is in MB.
    """

    name: str
    profile: DeviceProfile
    platform: Platform | None = None
    models: tuple[str, ...] | None = None
    os_below: int | None = None
    memory_below: int | None = None
    memory_from: int | None = None

    def __post_init__(self) -> None:
        if all(getattr(self, condition) is None for condition in self.__struct_fields__[2:]):
            raise ValueError(f"The rule {self.name} has no condition.")

    def fits(self, device: Device) -> bool:
        return (
            (self.platform is None or device.platform is self.platform)
            and (self.models is None or _begins(device.model, self.models))
            and (self.os_below is None or _first_number(device.os_version) < self.os_below)
            and (self.memory_below is None or device.memory_mb < self.memory_below)
            and (self.memory_from is None or device.memory_mb >= self.memory_from)
        )


class DeviceProfiles(Struct, frozen=True, forbid_unknown_fields=True):
    """The profiles' settings and the rules that choose one, the first that fits."""

    default: DeviceProfile
    profiles: dict[DeviceProfile, Tuning]
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        if missing := set(DeviceProfile) - set(self.profiles):
            raise ValueError(f"There are no settings for {', '.join(sorted(missing))}.")
        if len({rule.name for rule in self.rules}) < len(self.rules):
            raise ValueError("Two rules have one name.")

    def settings(self, device: Device, attribute: DeviceProfile | None) -> DeviceSettings:
        if attribute is not None:
            return self._chosen(attribute, ChosenBy.ATTRIBUTE)
        for rule in self.rules:
            if rule.fits(device):
                return self._chosen(rule.profile, ChosenBy.RULE, rule.name)
        return self._chosen(self.default, ChosenBy.DEFAULT)

    def _chosen(
        self, profile: DeviceProfile, by: ChosenBy, rule: str | None = None
    ) -> DeviceSettings:
        return DeviceSettings(profile, by, rule, self.profiles[profile])


def _begins(model: str, beginnings: Sequence[str]) -> bool:
    return model.lower().startswith(tuple(each.lower() for each in beginnings))


def _first_number(version: str) -> int:
    return int(version.partition(".")[0])
