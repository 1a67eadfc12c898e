"""What the console of SENS knows: keys, services, channels, approved templates, numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

_VARIABLE = re.compile(r"#\{[^}]+\}")


class TalkButton(Struct, frozen=True, rename="camel"):
    """DS: delivery, WL: web link, AL: app link, BK: keyword, MD: message, AC: add the channel."""

    type: Literal["DS", "WL", "AL", "BK", "MD", "AC"]
    name: Annotated[str, Meta(min_length=1, max_length=20)]
    link_mobile: str | None = None
    link_pc: str | None = None
    scheme_ios: str | None = None
    scheme_android: str | None = None

    def __post_init__(self) -> None:
        if self.type == "WL" and not (self.link_mobile and self.link_pc):
            raise ValueError("a web link needs linkMobile and linkPc")
        if self.type == "AL" and not (self.scheme_ios and self.scheme_android):
            raise ValueError("an app link needs schemeIos and schemeAndroid")

    @property
    def links(self) -> Sequence[str | None]:
        return (self.link_mobile, self.link_pc, self.scheme_ios, self.scheme_android)


class Template(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that KakaoTalk has approved, with #{variables}, which may stand in links too."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]
    buttons: tuple[TalkButton, ...] = ()

    def fits(self, text: str, buttons: Sequence[TalkButton]) -> bool:
        """Whether a message says what was approved, and nothing else."""
        return (
            fits(self.text, text)
            and len(self.buttons) == len(buttons)
            and all(map(_button_fits, self.buttons, buttons))
        )


def fits(approved: str, said: str) -> bool:
    """A variable stands for at least one character. Takes linear time, whatever is said."""
    first, *middle = _VARIABLE.split(approved)
    if not middle:
        return said == approved
    last = middle.pop()
    if not said.startswith(first) or not said.endswith(last):
        return False
    position = len(first)
    for part in middle:
        found = said.find(part, position + 1)
        if found < 0:
            return False
        position = found + len(part)
    return position + 1 <= len(said) - len(last)


def _button_fits(approved: TalkButton, given: TalkButton) -> bool:
    return (approved.type, approved.name) == (given.type, given.name) and all(
        fits(pattern or "", link or "")
        for pattern, link in zip(approved.links, given.links, strict=True)
    )


def load_templates(path: Path) -> dict[str, Template]:
    """`{"CODE": {"text": "…#{name}…", "buttons": [{"type": "WL", "name": …, "linkMobile": …}]}}`.

    Raises OSError, msgspec.MsgspecError.
    """
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Template])


def as_templates(given: Mapping[str, object]) -> dict[str, Template]:
    """The same of a mapping that is in memory. Raises msgspec.ValidationError."""
    return msgspec.convert(given, dict[str, Template])


@dataclass
class SensAccount:
    """The last three name the endings of numbers: "0000" or the whole "01012345678".

    `senders` are the numbers that may send; the first of them sends where none is named.
    """

    service_id: str = "ncp:sms:kr:300000000000:dodam"
    access_key: str = "SIMULATEDACCESSKEY00"
    secret_key: str = "simulated-secret-key-of-the-demo"  # noqa: S105 - opens the simulation only
    senders: set[str] = field(default_factory=lambda: {"15881234"})
    talk_service_id: str = "ncp:kkobizmsg:kr:300000000000:dodam"
    channels: set[str] = field(default_factory=lambda: {"@dodam"})
    templates: dict[str, Template] = field(default_factory=dict[str, Template])
    not_on_kakao: set[str] = field(default_factory=lambda: {"0000"})
    channel_blocked: set[str] = field(default_factory=lambda: {"0001"})
    unreachable: set[str] = field(default_factory=lambda: {"0009"})


def is_among(number: str, endings: set[str]) -> bool:
    return number.endswith(tuple(endings))
