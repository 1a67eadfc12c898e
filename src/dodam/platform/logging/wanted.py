"""Which lines somebody looks for; the same in files, in the database and in what was archived."""

import json
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from dodam.platform.logging.lines import AnyLine, EventLine, Importance, RequestLine

# As events name them.
LEVELS = {
    "debug": Importance.DEBUG,
    "info": Importance.INFO,
    "warning": Importance.WARNING,
    "error": Importance.ERROR,
    "critical": Importance.ERROR,
}


class Statuses(Struct, frozen=True):
    """From the lowest to the highest, both included."""

    lowest: int
    highest: int


class Wanted(Struct, frozen=True, kw_only=True):
    """Every field that is set has to fit. Times are from `since` until before `until`.

    `route` is a part of a route's template; only requests have one, and a status. `level` is the
    lowest. `text` is a part of what is written in a line, in whatever
    case.
    """

    request_id: UUID | None = None
    account_id: UUID | None = None
    child_id: UUID | None = None
    route: str | None = None
    statuses: Statuses | None = None
    level: Importance | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def requests_only(self) -> bool:
        return self.route is not None or self.statuses is not None

    def takes(self, line: AnyLine) -> bool:
        return (
            (self.since is None or line.at >= self.since)
            and (self.until is None or line.at < self.until)
            and self.request_id in {None, line.request_id}
            and self.account_id in {None, line.account_id}
            and self.child_id in {None, line.child_id}
            and (self.level is None or _level(line) >= self.level)
            and (not self.requests_only or self._takes_request(line))
            and (self.text is None or self.text.casefold() in _text(line).casefold())
        )

    def _takes_request(self, line: AnyLine) -> bool:
        if isinstance(line, EventLine):
            return False
        return (self.route is None or self.route in line.route) and (
            self.statuses is None or self.statuses.lowest <= line.status <= self.statuses.highest
        )


def _level(line: AnyLine) -> Importance:
    """What is kept whatever it says has a level all the same."""
    if isinstance(line, EventLine):
        return LEVELS.get(line.level, line.importance)
    return line.importance


def _text(line: AnyLine) -> str:
    # As PostgreSQL writes JSON, so that the same is found in both.
    parts: tuple[object, ...]
    if isinstance(line, RequestLine):
        parts = (line.route, line.error_code or "", _json(line.fields))
    else:
        parts = (line.logger, line.event, line.task or "", _json(line.fields), _json(line.error))
    return "\n".join(map(str, parts))


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
