"""Consent: what is asked, in which version, and what was answered when.

Korea: consent names what is collected, why and for how long (PIPA art. 15 and 22); health is
sensitive data with a consent of its own (art. 23); a child's legal guardian consents for it
(art. 22-2). US: 16 CFR 312.5 (COPPA). EU: GDPR art. 6 to 9.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from dodam.platform.i18n import Text


class ConsentKind(StrEnum):
    """What a consent is about."""

    TERMS = "terms"
    PRIVACY = "privacy"
    CHILD_DATA = "child_data"
    CHILD_HEALTH = "child_health"
    MARKETING = "marketing"
    ANALYTICS = "analytics"
    SHARING = "sharing"
    REFUND_REQUESTS = "refund_requests"

    @property
    def is_required(self) -> bool:
        """Whether nothing of a child is stored without it."""
        return self not in _OPTIONAL


_OPTIONAL = frozenset(
    {
        ConsentKind.MARKETING,
        ConsentKind.ANALYTICS,
        ConsentKind.SHARING,
        ConsentKind.REFUND_REQUESTS,
    }
)
# What an account holder answers for themselves, and what is answered for each child. Sharing is
# answered for each outside system.
ACCOUNT_KINDS = (
    ConsentKind.TERMS,
    ConsentKind.PRIVACY,
    ConsentKind.MARKETING,
    ConsentKind.ANALYTICS,
    ConsentKind.REFUND_REQUESTS,
)
CHILD_KINDS = (ConsentKind.CHILD_DATA, ConsentKind.CHILD_HEALTH)

Version = Annotated[int, Meta(ge=1, le=32_767, description="A version of the document.")]
# A version to consent to, null to withdraw; what is left out stays as it is.
Answer = Version | UnsetType | None
# By kind, the version consented to. What was withdrawn is not in it.
Held = Mapping[str, int]


class ConsentDocument(Struct, frozen=True):
    """One version of what is asked. It is in force from `effective_from` until the next is."""

    kind: ConsentKind
    version: int
    required: bool
    title: Text
    text: Text
    published_at: datetime
    effective_from: datetime


class Title(Struct, frozen=True, forbid_unknown_fields=True):
    ko: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*\Z")]
    en: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*\Z")]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    ko: Annotated[str, Meta(min_length=1, max_length=50_000, pattern=r"^[^\x00]*\Z")]
    en: Annotated[str, Meta(min_length=1, max_length=50_000, pattern=r"^[^\x00]*\Z")]


class NewConsentDocument(Struct, forbid_unknown_fields=True):
    """The next version of a document; its number makes publishing it twice safe."""

    kind: ConsentKind
    version: Version
    title: Title
    text: Body
    effective_from: Annotated[datetime, Meta(tz=True)]


class ConsentChanges(Struct, forbid_unknown_fields=True):
    """The account holder's answers: a version to consent to, null to withdraw.

    What is left out stays as it is.
    """

    terms: Answer = UNSET
    privacy: Answer = UNSET
    marketing: Answer = UNSET
    analytics: Answer = UNSET
    refund_requests: Answer = UNSET


class ConsentEntry(Struct, frozen=True):
    """One answer: `given`, or withdrawn."""

    kind: ConsentKind
    version: int
    given: bool
    at: datetime


class ConsentState(Struct, frozen=True):
    """How things stand with one document.

    `version` was consented to at `at`; both are null where nothing was, or no longer is.
    `up_to_date` is false where a newer version has come into force since.
    """

    kind: ConsentKind
    required: bool
    version_in_force: int
    version: int | None
    at: datetime | None
    up_to_date: bool


class AskedConsents(Struct, frozen=True):
    """What is asked now and how it was answered; `history` has every answer, newest first."""

    documents: list[ConsentState]
    history: list[ConsentEntry]


InForce = Mapping[ConsentKind, ConsentDocument]


def held(history: Iterable[ConsentEntry]) -> dict[str, int]:
    """What holds after a history, newest first."""
    newest: dict[str, ConsentEntry] = {}
    for entry in history:
        newest.setdefault(entry.kind, entry)
    return {kind: entry.version for kind, entry in newest.items() if entry.given}


def missing(holds: Held, documents: Iterable[ConsentDocument]) -> list[ConsentDocument]:
    """The required documents whose version in force, or a later one, was not consented to."""
    return [
        document
        for document in documents
        if document.required and holds.get(document.kind, 0) < document.version
    ]


def asked(
    kinds: Iterable[ConsentKind], in_force: InForce, history: list[ConsentEntry]
) -> AskedConsents:
    holds = held(history)
    given = {(entry.kind, entry.version): entry.at for entry in reversed(history) if entry.given}
    return AskedConsents(
        documents=[
            ConsentState(
                kind=kind,
                required=document.required,
                version_in_force=document.version,
                version=(version := holds.get(kind)),
                at=None if version is None else given[kind, version],
                up_to_date=(version or 0) >= document.version,
            )
            for kind in kinds
            if (document := in_force.get(kind)) is not None
        ],
        history=history,
    )


def answers(form: Struct) -> dict[ConsentKind, int | None]:
    """What a form answers, by kind."""
    given = ((name, getattr(form, name)) for name in form.__struct_fields__)
    return {ConsentKind(name): answer for name, answer in given if answer is not UNSET}


def changes(
    holds: Held, answered: Mapping[ConsentKind, int | None]
) -> list[tuple[ConsentKind, int, bool]]:
    """What the answers change: kind, version, and whether it is given or withdrawn."""
    changed: list[tuple[ConsentKind, int, bool]] = []
    for kind, version in answered.items():
        before = holds.get(kind)
        if version is not None and version != before:
            changed.append((kind, version, True))
        elif version is None and before is not None:
            changed.append((kind, before, False))
    return changed
