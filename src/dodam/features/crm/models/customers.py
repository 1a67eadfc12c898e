"""Customers as colleagues see them, and the work of keeping them so."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Struct

from dodam.platform.masking.sensitive import Sensitive
from dodam.platform.work import Task


class SyncCustomer(Task, frozen=True, tag="crm.sync_customer.v1"):
    """Something happened to the account; its page is to say so."""

    account_id: UUID


class RefreshCustomer(Task, frozen=True, tag="crm.refresh_customer.v1"):
    """The same where only figures moved on: there is no hurry."""

    account_id: UUID


class LookForDrift(Task, frozen=True, tag="crm.look_for_drift.v1"):
    """Pages that fell behind are to be found among the accounts that come after one."""

    after: UUID | None = None


class PlayFigures(Struct, frozen=True):
    """How many children there are, and how much they play: nothing of how well they do.

    `days_played` are days of the last four weeks on which any of them played.
    """

    children: int = 0
    last_day: date | None = None
    days_played: int = 0


class Customer(Struct, frozen=True):
    """A guardian as their page shows them; `external_id` is by what the page is found again."""

    external_id: UUID
    name: Annotated[str, Sensitive] | None
    email: Annotated[str, Sensitive] | None
    phone: Annotated[str, Sensitive] | None
    country: str
    language: str
    joined_on: date
    figures: PlayFigures


class CrmStatus(StrEnum):
    """How an account stands in the CRM.

    `off`: there is no CRM, `absent`: it has no page, `waiting`: its page is behind, `synced`: its
    page says what we know, `archived`: the person left, and their page is in the trash.
    """

    OFF = "off"
    ABSENT = "absent"
    WAITING = "waiting"
    SYNCED = "synced"
    ARCHIVED = "archived"


class CrmState(Struct, frozen=True):
    """Where an account's page stands. `page_url` asks for an access to the CRM of one's own."""

    status: CrmStatus
    page_url: Annotated[str, Sensitive] | None = None
    synced_at: datetime | None = None
