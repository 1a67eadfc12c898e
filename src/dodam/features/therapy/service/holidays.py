"""Public holidays, as the `holidays` package knows them (https://holidays.readthedocs.io).

Plans keep the dates that were found when they were made, so that what a later release of the
package knows better never changes a day that is over.
"""

from asyncio import to_thread
from datetime import date, timedelta
from types import ModuleType

from dodam.features.therapy.errors import UNKNOWN_COUNTRY
from dodam.platform.errors import InvalidInput

# Holidays that follow the moon, elections and days given in their stead are known so far ahead.
LOOK_AHEAD = timedelta(days=730)


async def holidays_of(country: str, first: date, last: date | None) -> list[date]:
    """The holidays from `first` to `last`, or for two years. Raises InvalidInput."""
    end = first + LOOK_AHEAD if last is None else min(last, first + LOOK_AHEAD)
    return await to_thread(_look_up, country, first, end)


async def require_known(country: str) -> None:
    """Raises InvalidInput for a country whose holidays are not known."""
    await to_thread(_require_known, country)


def _look_up(country: str, first: date, last: date) -> list[date]:
    _require_known(country)
    years = range(first.year, last.year + 1)
    known = _package().country_holidays(country, years=years)
    return sorted(day for day in known if first <= day <= last)


def _require_known(country: str) -> None:
    if country not in _package().list_supported_countries():
        raise InvalidInput(fields=[UNKNOWN_COUNTRY])


def _package() -> ModuleType:
    import holidays  # noqa: PLC0415 - takes half a second and 24 MB most processes never need

    return holidays
