"""The kinds of values that settings have."""

import re
from typing import Annotated

from limits import parse
from pydantic import AfterValidator, Field, SecretStr


def _readable_rate(rate: str) -> str:
    parse(rate)
    return rate


# In the words of the limits library: "60/hour", "10/15 minutes".
Rate = Annotated[str, AfterValidator(_readable_rate)]
# A name and an address as in a From header.
Mailbox = Annotated[str, Field(pattern=r'^([^<>"\r\n]* )?<[^<>@\s]+@[^<>@\s]+>$')]
# As `QuietHours.read` takes it.
QuietHours = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
TicketCount = Annotated[int, Field(ge=0, le=100)]
BaseUrl = Annotated[str, Field(pattern=r"^https?://[^/\s?#]+(/[^/\s?#]+)*$")]
# As it ends a link to a page: 32 hexadecimal digits, with or without hyphens.
NotionId = Annotated[str, Field(pattern=r"^([0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12})?$")]

_DISCORD_WEBHOOK = re.compile(r"https?://[^/\s?#]+(/[^/\s?#]+)*/api/(v\d+/)?webhooks/\d+/[\w-]+")


def _webhook(url: SecretStr) -> SecretStr:
    if not _DISCORD_WEBHOOK.fullmatch(url.get_secret_value()):
        raise ValueError("It is not the URL of a webhook, https://discord.com/api/webhooks/….")
    return url


WebhookUrl = Annotated[SecretStr, AfterValidator(_webhook)]
