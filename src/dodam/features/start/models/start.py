"""Everything a client needs when it starts, and what of it is new to it."""

from hashlib import blake2b

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from dodam.features.accounts.models.devices import DeviceSettings
from dodam.features.billing.models.entitlement import Entitlement
from dodam.features.content.models.motions import ShownMotion
from dodam.features.games.models.plays import OfferedGame
from dodam.features.livesettings.models.patch_notes import ShownPatchNotes
from dodam.features.livesettings.models.resolved import NamespaceSettings
from dodam.features.start.models.app import AppState
from dodam.features.therapy.models.results import Today

# 48 bits of a hash: that a change is taken for none happens once in 3 * 10^14 times.
_TAG_BYTES = 6
TAG_LENGTH = 2 * _TAG_BYTES


class Purse(Struct, frozen=True):
    """The tickets a child has."""

    balance: int


class Sections(Struct, frozen=True):
    """All there is to tell."""

    app: AppState
    settings: dict[str, NamespaceSettings]
    device: DeviceSettings | None
    motions: list[ShownMotion]
    today: Today
    games: list[OfferedGame]
    tickets: Purse
    entitlement: Entitlement
    patch_notes: ShownPatchNotes


SECTIONS = Sections.__struct_fields__


class Start(Struct, frozen=True):
    """What a client needs when it starts; `version` stands for all of it.

    What is as it was in the version asked about (`since`) is left out and named by `unchanged`.
    `app`: whether to update. `settings`: every namespace of live settings but `app`. `device`: what
    the game runs best at, null where the device is not known. `motions`: the catalogue. `today`:
    what to play now. `games`: the mini-games and what keeps them closed. `patch_notes`: the newest
    five of those that were not read.
    """

    version: str
    unchanged: list[str]
    app: AppState | UnsetType = UNSET
    settings: dict[str, NamespaceSettings] | UnsetType = UNSET
    device: DeviceSettings | UnsetType | None = UNSET
    motions: list[ShownMotion] | UnsetType = UNSET
    today: Today | UnsetType = UNSET
    games: list[OfferedGame] | UnsetType = UNSET
    tickets: Purse | UnsetType = UNSET
    entitlement: Entitlement | UnsetType = UNSET
    patch_notes: ShownPatchNotes | UnsetType = UNSET


def since_then(sections: Sections, since: str | None) -> dict[str, object]:
    """A `Start`, as it is encoded: without what has not changed since a version.

    A version is a short hash of each section, in order. One that is none of ours names nothing that
    is unchanged.
    """
    encoded = {name: msgspec.json.encode(value) for name, value in asdict(sections).items()}
    tags = {
        name: blake2b(body, digest_size=_TAG_BYTES).hexdigest() for name, body in encoded.items()
    }
    held = _tags(since or "")
    unchanged = [name for name in SECTIONS if held.get(name) == tags[name]]
    return {
        "version": "".join(tags.values()),
        "unchanged": unchanged,
        **{name: msgspec.Raw(body) for name, body in encoded.items() if name not in unchanged},
    }


def _tags(version: str) -> dict[str, str]:
    if len(version) != len(SECTIONS) * TAG_LENGTH:
        return {}
    return {name: version[place * TAG_LENGTH :][:TAG_LENGTH] for place, name in enumerate(SECTIONS)}
