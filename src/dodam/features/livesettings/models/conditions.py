"""What a rule asks of a client."""

from enum import StrEnum
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from dodam.features.accounts.models.attributes import DeviceProfile
from dodam.features.accounts.models.devices import Platform
from dodam.features.livesettings.models.app_versions import ComparableVersion, precedence
from dodam.features.livesettings.models.clients import AttributeKey, Facts
from dodam.features.livesettings.models.merging import canonical, is_object
from dodam.features.livesettings.models.rollouts import Rollout, bucket


class AppVersions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Versions `from` one on and `below` another, in the order of Semantic Versioning."""

    from_: ComparableVersion | None = field(name="from", default=None)
    below: ComparableVersion | None = None

    def __post_init__(self) -> None:
        if self.from_ is None and self.below is None:
            raise ValueError("Give `from`, `below`, or both.")
        if self.from_ and self.below and precedence(self.from_) >= precedence(self.below):
            raise ValueError("No version lies between `from` and `below`.")


class WantedAttribute(Struct, frozen=True, forbid_unknown_fields=True):
    """The guardian's account holds the attribute; one with this value, if one is given.

    Of a value that is an object the members that are named must be the same.
    """

    key: AttributeKey
    value: Any | UnsetType = UNSET


class Miss(StrEnum):
    """A condition that does not hold."""

    PLATFORMS = "platforms"
    APP_VERSIONS = "app_versions"
    DEVICE_PROFILES = "device_profiles"
    ATTRIBUTES = "attributes"
    ROLLOUT = "rollout"


class When(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Conditions, all of which must hold; without any everybody is meant.

    What is not known of a client fits no condition that asks for it.
    """

    platforms: Annotated[list[Platform], Meta(min_length=1, max_length=10)] | None = None
    app_versions: AppVersions | None = None
    device_profiles: Annotated[list[DeviceProfile], Meta(min_length=1, max_length=10)] | None = None
    attributes: Annotated[list[WantedAttribute], Meta(min_length=1, max_length=20)] | None = None
    rollout: Rollout | None = None

    def misses(self, facts: Facts, salt: str) -> list[Miss]:
        """The conditions that do not hold; `salt` is the rollout's."""
        answers = {
            Miss.PLATFORMS: self.platforms is None or facts.platform in self.platforms,
            Miss.APP_VERSIONS: self.app_versions is None or _within(self.app_versions, facts),
            Miss.DEVICE_PROFILES: self.device_profiles is None
            or facts.device_profile in self.device_profiles,
            Miss.ATTRIBUTES: all(
                any(holds(value, wanted.value) for value in facts.attributes.get(wanted.key, ()))
                for wanted in self.attributes or ()
            ),
            Miss.ROLLOUT: self.rollout is None
            or bucket(salt, facts.child_id) < self.rollout.buckets,
        }
        return [condition for condition, holds_good in answers.items() if not holds_good]


def holds(value: object, wanted: object) -> bool:
    """Whether an attribute's value is the wanted one; of objects the members named are compared."""
    if wanted is UNSET:
        return True
    if is_object(wanted) and is_object(value):
        return all(name in value and _same(value[name], part) for name, part in wanted.items())
    return _same(value, wanted)


def _same(one: object, other: object) -> bool:
    """As JSON, in which `true` is not 1."""
    return canonical(one) == canonical(other)


def _within(versions: AppVersions, facts: Facts) -> bool:
    return (
        facts.app_version is not None
        and (versions.from_ is None or precedence(versions.from_) <= facts.app_version)
        and (versions.below is None or facts.app_version < precedence(versions.below))
    )
