"""Schedules by the wall clock of a time zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from pgqueuer.core.executors import ScheduleExecutor, ScheduleExecutorFactoryParameters


def next_run(cron: str, zone: str, after: datetime) -> datetime:
    """The next time, in UTC, that a cron expression names on the clocks of a zone.

    An hour that a change of the clocks skips is made up for right after; what names an hour that
    comes twice runs twice, so work for a day notes the day it was done for.
    """
    local = after.astimezone(ZoneInfo(zone))
    return croniter(cron, local).get_next(datetime).astimezone(UTC)


class _InZone(ScheduleExecutor):
    def __init__(self, parameters: ScheduleExecutorFactoryParameters, zone: str) -> None:
        super().__init__(parameters)
        self._zone = zone

    def get_next(self) -> datetime:
        return next_run(self.parameters.expression, self._zone, datetime.now(UTC))


def in_zone(zone: str) -> Callable[[ScheduleExecutorFactoryParameters], ScheduleExecutor]:
    return lambda parameters: _InZone(parameters, zone)
