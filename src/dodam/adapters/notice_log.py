"""Notices as lines of the log, for who has no channel to post them to."""

from collections.abc import AsyncGenerator, Sequence

import structlog

from dodam.features.operations.models.notices import Notice
from dodam.features.operations.ports import Posted

_LOG = structlog.get_logger(__name__)


class NoticeLog:
    async def post(self, notices: Sequence[Notice]) -> AsyncGenerator[Posted]:
        for notice in notices:
            _LOG.info("notice", level_of_notice=notice.level, title=notice.title, text=notice.text)
        yield Posted([notice.id for notice in notices])
