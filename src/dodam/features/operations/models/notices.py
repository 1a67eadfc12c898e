"""What the people who run the service are told."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.platform.work import Task


class Level(StrEnum):
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Notice(Struct, frozen=True):
    """Names no person, and says nothing of anybody's health.

    `text` may hold Discord's Markdown: https://support.discord.com/hc/articles/210298617.
    """

    id: UUID
    at: datetime
    level: Level
    title: str
    text: str


class SendNotice(Task, frozen=True, tag="operations.send_notice.v1"):
    notice_id: UUID
