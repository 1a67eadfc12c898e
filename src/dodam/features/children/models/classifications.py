"""Words of the classifications that diagnoses speak in: codes with titles, and severity scales."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from dodam.platform.i18n import Text
from dodam.platform.masking.sensitive import Sensitive

Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][0-9]{2}(\.[0-9]{1,3})?$",
        max_length=7,
        description="KCD-8 or ICD-10.",
        examples=["G80.2"],
    ),
    Sensitive,
]


class DiagnosisCode(Struct, frozen=True):
    """A code with its title: in Korean by KCD-8, in English by the WHO's ICD-10."""

    code: str
    title: Text

    def matches(self, sought: str) -> bool:
        """Whether the code begins with what is sought, dot or no dot, or a title holds it."""
        sought = sought.strip().casefold()
        return self.code.replace(".", "").casefold().startswith(sought.replace(".", "")) or any(
            sought in title.casefold() for title in (self.title.ko, self.title.en)
        )


class Level(StrEnum):
    """A level of a classification, the mildest first."""

    I = "I"  # noqa: E741 - a Roman numeral
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"


class ScaleLevel(Struct, frozen=True):
    """A level in short, in words of our own; who classifies a child uses the published text."""

    level: Level
    meaning: Text


class SeverityScale(Struct, frozen=True):
    """A classification of severity. `id` is the field of a diagnosis that holds its level.

    It is defined for children from `youngest` to `oldest` whole years old, both included.
    """

    id: str
    name: Text
    what: Text
    youngest: int
    oldest: int
    levels: list[ScaleLevel]
    sources: list[str]
