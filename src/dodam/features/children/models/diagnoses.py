"""Words of diagnoses: coded, dated, with the scales that say how severe it is.

Codes are those of KCD-8, Korea's edition of ICD-10: G80.2 is spastic hemiplegic cerebral palsy.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][0-9]{2}(\.[0-9]{1,3})?$",
        max_length=7,
        description="KCD-8 or ICD-10.",
        examples=["G80.2"],
    ),
]
Institution = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Notes = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class Level(StrEnum):
    """A level of a classification, the mildest first."""

    I = "I"  # noqa: E741 - a Roman numeral
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"


Macs = Annotated[
    Level,
    Meta(description="Manual ability from 4 years of age (MACS, Eliasson et al. 2006)."),
]
MiniMacs = Annotated[
    Level,
    Meta(description="Manual ability from 1 to 4 years (Mini-MACS, Eliasson et al. 2017)."),
]
Gmfcs = Annotated[
    Level,
    Meta(description="Gross motor function (GMFCS, Palisano et al. 1997, extended 2007)."),
]
Bfmf = Annotated[
    Level,
    Meta(description="Bimanual fine motor function (BFMF, Beckung & Hagberg 2002)."),
]


class NewDiagnosis(Struct, forbid_unknown_fields=True):
    """A diagnosis to record. `id` may be made by the client (UUIDv7): a retry is safe."""

    code: Code
    diagnosed_on: date
    institution: Institution | None = None
    macs: Macs | None = None
    mini_macs: MiniMacs | None = None
    gmfcs: Gmfcs | None = None
    bfmf: Bfmf | None = None
    notes: Notes | None = None
    id: UUID | None = None


class DiagnosisChanges(Struct, forbid_unknown_fields=True):
    """Any subset of a diagnosis's fields; what is left out stays as it is."""

    code: Code | UnsetType = UNSET
    diagnosed_on: date | UnsetType = UNSET
    institution: Institution | UnsetType | None = UNSET
    macs: Macs | UnsetType | None = UNSET
    mini_macs: MiniMacs | UnsetType | None = UNSET
    gmfcs: Gmfcs | UnsetType | None = UNSET
    bfmf: Bfmf | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET


class Diagnosis(Struct, frozen=True):
    """A diagnosis as it stands; every change makes the next `version`."""

    id: UUID
    version: int
    code: str
    diagnosed_on: date
    institution: str | None
    macs: Level | None
    mini_macs: Level | None
    gmfcs: Level | None
    bfmf: Level | None
    notes: str | None
    changed_at: datetime


class DiagnosisVersion(Diagnosis, frozen=True):
    """A diagnosis as it stood; `changed_by` is the account that made it so."""

    changed_by: UUID | None
    deleted: bool
