"""Consent for a child: who gives it, and to what."""

from enum import StrEnum

from msgspec import UNSET, Struct

from dodam.features.accounts.models.consents import Answer


class GivenBy(StrEnum):
    """Who consents: below the age of the account holder's country, only the legal guardian may."""

    LEGAL_GUARDIAN = "legal_guardian"
    CHILD = "child"


class ChildDocuments(Struct, forbid_unknown_fields=True):
    """A version to consent to, null to withdraw; what is left out stays as it is."""

    child_data: Answer = UNSET
    child_health: Answer = UNSET


class ChildConsent(Struct, forbid_unknown_fields=True):
    """Answers for a child; `given_by` is whose they are."""

    given_by: GivenBy
    documents: ChildDocuments
