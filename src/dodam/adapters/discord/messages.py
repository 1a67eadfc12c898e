"""Notices as Discord's messages: up to ten embeds, of 6,000 characters together.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from dodam.adapters.discord.splitting import size, split
from dodam.features.operations.models.notices import Level, Notice

_MOST_EMBEDS = 10
_MOST_CHARACTERS = 6_000
_MOST_IN_TITLE = 256
_MOST_IN_DESCRIPTION = 4_096
_COLOURS = {
    Level.INFO: 0x3498DB,
    Level.GOOD: 0x2ECC71,
    Level.WARNING: 0xF1C40F,
    Level.ERROR: 0xE74C3C,
}


class Embed(Struct, frozen=True):
    """A notice, or a part of one; `is_last` if no other part comes."""

    notice_id: UUID
    form: dict[str, Any]
    size: int
    is_last: bool


def messages(notices: Sequence[Notice]) -> Iterator[Sequence[Embed]]:
    """The notices in their order, as many to a message as fit."""
    message: list[Embed] = []
    for embed in (embed for notice in notices for embed in embeds(notice)):
        total = sum(each.size for each in message) + embed.size
        if len(message) == _MOST_EMBEDS or total > _MOST_CHARACTERS:
            yield message
            message = []
        message.append(embed)
    if message:
        yield message


def embeds(notice: Notice) -> Iterator[Embed]:
    """A notice that is too long for one comes as several, which are numbered."""
    parts = split(notice.text, _MOST_IN_DESCRIPTION) or [""]
    for number, part in enumerate(parts, start=1):
        numbered = f" ({number}/{len(parts)})" if len(parts) > 1 else ""
        title = split(notice.title, _MOST_IN_TITLE - size(numbered))[0] + numbered
        form: dict[str, Any] = {
            "title": title,
            "color": _COLOURS[notice.level],
            "timestamp": notice.at.isoformat(),
        }
        if part:
            form["description"] = part
        yield Embed(notice.id, form, size(title) + size(part), number == len(parts))
