"""Words of diagnoses: coded, dated, with the scales that say how severe it is.

Codes are those of KCD-8, Korea's edition of ICD-10: G80.2 is spastic hemiplegic cerebral palsy.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from dodam.features.children.models.classifications import Code, Level
from dodam.platform.masking.sensitive import Sensitive

Institution = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive
]
Notes = Annotated[
    str, Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"), Sensitive
]
Macs = Annotated[
    Level,
    Meta(description="Manual ability from 4 years of age (MACS, Eliasson et al. 2006)."),
    Sensitive,
]
MiniMacs = Annotated[
    Level,
    Meta(description="Manual ability from 1 to 4 years (Mini-MACS, Eliasson et al. 2017)."),
    Sensitive,
]
Gmfcs = Annotated[
    Level,
    Meta(description="Gross motor function (GMFCS, Palisano et al. 1997, extended 2008)."),
    Sensitive,
]
Bfmf = Annotated[
    Level,
    Meta(description="Bimanual fine motor function from 3 years (BFMF, Beckung & Hagberg 2002)."),
    Sensitive,
]

SCALES = ("macs", "mini_macs", "gmfcs", "bfmf")


class NewDiagnosis(Struct, forbid_unknown_fields=True):
    """A diagnosis to record. `id` may be made by the client (UUIDv7): a retry is safe.

    `assessed_on` is the date of the levels that are given; today without it.
    """

    code: Code
    diagnosed_on: Annotated[date, Sensitive]
    institution: Institution | None = None
    macs: Macs | None = None
    mini_macs: MiniMacs | None = None
    gmfcs: Gmfcs | None = None
    bfmf: Bfmf | None = None
    assessed_on: Annotated[date, Sensitive] | None = None
    notes: Notes | None = None
    id: UUID | None = None


class DiagnosisChanges(Struct, forbid_unknown_fields=True):
    """Any subset of a diagnosis's fields; what is left out stays as it is.

    Another level is a new assessment, made on `assessed_on`, today without it. MACS takes the place
    of Mini-MACS, and the other way round.
    """

    code: Code | UnsetType = UNSET
    diagnosed_on: Annotated[date, Sensitive] | UnsetType = UNSET
    institution: Institution | UnsetType | None = UNSET
    macs: Macs | UnsetType | None = UNSET
    mini_macs: MiniMacs | UnsetType | None = UNSET
    gmfcs: Gmfcs | UnsetType | None = UNSET
    bfmf: Bfmf | UnsetType | None = UNSET
    assessed_on: Annotated[date, Sensitive] | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET


class StoredDiagnosis(Struct, frozen=True):
    """A version of a diagnosis as it is kept.

    `assessed_on` is the date of the newest assessment, null without levels and where it is not
    known; `changed_by` is the account that made the version, null of a pseudonymised child.
    """

    id: UUID
    code: Annotated[str, Sensitive]
    diagnosed_on: Annotated[date, Sensitive]
    changed_at: datetime
    changed_by: UUID | None
    version: int = 1
    institution: Annotated[str, Sensitive] | None = None
    macs: Annotated[Level, Sensitive] | None = None
    mini_macs: Annotated[Level, Sensitive] | None = None
    gmfcs: Annotated[Level, Sensitive] | None = None
    bfmf: Annotated[Level, Sensitive] | None = None
    assessed_on: Annotated[date, Sensitive] | None = None
    notes: Annotated[str, Sensitive] | None = None
    deleted: bool = False

    @property
    def levels(self) -> dict[str, Level]:
        """The levels there are, by scale."""
        return {scale: level for scale in SCALES if (level := getattr(self, scale)) is not None}


class Diagnosis(Struct, frozen=True):
    """A diagnosis as it stands; every change makes the next `version`.

    `title` is the code's, in the caller's language; null for one that is not in our list.
    """

    id: UUID
    version: int
    code: Annotated[str, Sensitive]
    title: Annotated[str, Sensitive] | None
    diagnosed_on: Annotated[date, Sensitive]
    institution: Annotated[str, Sensitive] | None
    macs: Annotated[Level, Sensitive] | None
    mini_macs: Annotated[Level, Sensitive] | None
    gmfcs: Annotated[Level, Sensitive] | None
    bfmf: Annotated[Level, Sensitive] | None
    assessed_on: Annotated[date, Sensitive] | None
    notes: Annotated[str, Sensitive] | None
    changed_at: datetime


class DiagnosisVersion(Diagnosis, frozen=True):
    """A diagnosis as it stood; `changed_by` is the account that made it so."""

    changed_by: UUID | None
    deleted: bool
