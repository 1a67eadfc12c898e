"""How much is played, for reports; nothing of how well."""

from collections.abc import Set as AbstractSet
from datetime import date

from msgspec import Struct


class Played(Struct, frozen=True):
    """A child's days: the last it played on, and those asked for it played on."""

    last_day: date
    days: AbstractSet[date]


class WeekOfAll(Struct, frozen=True):
    """A week across all children. Children on whose days a sum rests are counted with it.

    A planned day is one that the plan asked for and nothing excused. An upload is late if it came
    more than a day after the play began.
    """

    active_children: int
    plays: int
    active_ms: int
    planned_days: int
    planned_children: int
    kept_days: int
    kept_children: int
    uploads: int
    uploading_children: int
    late_uploads: int
    late_children: int
