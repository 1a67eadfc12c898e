"""Words of children: who they are, and when their day begins."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET, Meta, Struct, UnsetType

from dodam.features.children.models.consents import ChildConsent
from dodam.platform.i18n import Language
from dodam.platform.masking.sensitive import Sensitive

_MINUTE = timedelta(minutes=1)

# The first demo child: with it, examples work as they stand.
EXAMPLE_CHILD_ID = "01900000-0000-7000-8000-000000000001"
Name = Annotated[
    str,
    Meta(min_length=1, max_length=80, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", examples=["민준"]),
    Sensitive,
]
Grade = Annotated[int, Meta(ge=0, le=12, description="School grade; 0 is kindergarten."), Sensitive]
DayStartHour = Annotated[
    int, Meta(ge=0, le=12, description="Local hour at which the child's therapy day begins.")
]
TimeZone = Annotated[
    str, Meta(min_length=1, max_length=64, description="IANA time zone.", examples=["Asia/Seoul"])
]


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNDISCLOSED = "undisclosed"


class AffectedHand(StrEnum):
    """The hand the impairment is in."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class DominantHand(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    UNDECIDED = "undecided"


class NewChild(Struct, forbid_unknown_fields=True):
    """A child to register. `id` may be made by the client (UUIDv7), which makes a retry safe.

    Without `consent` to the documents in force nothing of the child is stored.
    """

    name: Name
    birth_date: Annotated[date, Sensitive]
    affected_hand: Annotated[AffectedHand, Sensitive]
    dominant_hand: Annotated[DominantHand, Sensitive] = DominantHand.UNDECIDED
    sex: Annotated[Sex, Sensitive] = Sex.UNDISCLOSED
    grade: Grade | None = None
    time_zone: TimeZone = "Asia/Seoul"
    language: Language = Language.KOREAN
    day_start_hour: DayStartHour | None = None
    therapy_starts_on: Annotated[date, Sensitive] | None = None
    consent: ChildConsent | None = None
    id: UUID | None = None


class ChildChanges(Struct, forbid_unknown_fields=True):
    """Any subset of a child's editable fields; what is left out stays as it is."""

    name: Name | UnsetType = UNSET
    birth_date: Annotated[date, Sensitive] | UnsetType = UNSET
    affected_hand: Annotated[AffectedHand, Sensitive] | UnsetType = UNSET
    dominant_hand: Annotated[DominantHand, Sensitive] | UnsetType = UNSET
    sex: Annotated[Sex, Sensitive] | UnsetType = UNSET
    grade: Grade | UnsetType | None = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    day_start_hour: DayStartHour | UnsetType = UNSET


class Child(Struct, frozen=True):
    """A registered child. `therapy_starts_on` is the first day the default plan covers.

    `consents` has the version of each document consented to, for the child and by its guardian.
    """

    id: UUID
    name: Annotated[str, Sensitive]
    birth_date: Annotated[date, Sensitive]
    sex: Annotated[Sex, Sensitive]
    grade: Annotated[int, Sensitive] | None
    affected_hand: Annotated[AffectedHand, Sensitive]
    dominant_hand: Annotated[DominantHand, Sensitive]
    time_zone: str
    language: Language
    day_start_hour: int
    therapy_starts_on: date
    created_at: datetime
    updated_at: datetime
    consents: dict[str, int]

    def therapy_day(self, at: datetime) -> date:
        """The therapy day an instant belongs to."""
        return therapy_day(at, self.time_zone, self.day_start_hour)

    def local_date(self, at: datetime) -> date:
        """The date on the calendar where the child lives."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def at_hour(self, day: date, hour: int) -> datetime:
        """The instant at which clocks show an hour of a date where the child lives, in UTC.

        The first such instant where the hour comes twice; right after where it is left out.
        """
        return datetime.combine(day, time(hour), ZoneInfo(self.time_zone)).astimezone(UTC)

    def day_ends_at(self, day: date) -> datetime:
        """The instant at which a therapy day is over, in UTC."""
        local = datetime.combine(
            day + timedelta(days=1), time(self.day_start_hour), ZoneInfo(self.time_zone)
        )
        end = local.astimezone(UTC)
        # Where clocks leap over the hour, the next day begins with the leap, which is earlier.
        while self.therapy_day(end - _MINUTE) > day:
            end -= _MINUTE
        return end


class GuardiansChild(Child, frozen=True):
    guardian_id: UUID


def age(birth_date: date, today: date) -> int:
    """Whole years; a child born on 29 February has its birthday on 1 March in other years."""
    return today.year - birth_date.year - (today.timetuple()[1:3] < birth_date.timetuple()[1:3])


def therapy_day(at: datetime, time_zone: str, day_start_hour: int) -> date:
    """The therapy day of an instant: the local date, begun at `day_start_hour`."""
    local = at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    return (local - timedelta(hours=day_start_hour)).date()
