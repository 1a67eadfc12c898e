"""Texts with #{variables}, as KakaoTalk approves them."""

import re
from collections.abc import Mapping

from msgspec import Struct

from dodam.features.messaging.models.kinds import KindOfMessage
from dodam.features.messaging.models.outgoing import Button, Outgoing

_VARIABLE = re.compile(r"#\{([^}]+)\}")
# https://api.ncloud-docs.com/docs/en/sens-alimtalk-send, and of an LMS …/sens-sms-send
_MOST_CHARACTERS = 1000
_MOST_BYTES = 2000


class AlimtalkTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """What is registered with KakaoTalk under a code; buttons have SENS's own field names."""

    text: str
    buttons: tuple[Button, ...] = ()


class WrongTemplate(Exception):
    """A template and what it is filled with do not fit."""


def variables(*texts: str) -> set[str]:
    return {name for text in texts for name in _VARIABLE.findall(text)}


def rendered(
    kind: KindOfMessage, template: AlimtalkTemplate, number: str, values: Mapping[str, str]
) -> Outgoing:
    """A message with its variables filled in. Raises WrongTemplate.

    Every value must be asked for, and every variable given; the text may leave some out.
    """
    links = [value for button in template.buttons for value in button.values()]
    if variables(template.text, *links) != set(values) or variables(kind.text) - values.keys():
        raise WrongTemplate(f"{kind.template} asks for other variables than {sorted(values)}")
    lines = {name: _one_line(value) for name, value in values.items()}
    message = Outgoing(
        number=number,
        content=_filled(template.text, lines),
        buttons=[
            {name: _filled(value, lines) for name, value in button.items()}
            for button in template.buttons
        ],
        text=_shown_by_phones(_filled(kind.text, lines)),
    )
    if len(message.content) > _MOST_CHARACTERS or len(message.text.encode("euc-kr")) > _MOST_BYTES:
        raise WrongTemplate(f"{kind.template} comes out too long")
    return message


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Filled in once: what looks like a variable in a value stays as it is."""
    return _VARIABLE.sub(lambda found: values[found[1]], text)


def _one_line(value: str) -> str:
    """KakaoTalk knows a variable by what stands around it, so it must not break the line."""
    return " ".join(value.split()) or "-"


def _shown_by_phones(text: str) -> str:
    """Texts travel in EUC-KR; what that lacks, such as an emoji in a name, becomes a `?`."""
    return text.encode("euc-kr", errors="replace").decode("euc-kr")
