"""A family's phone: the app that buys at a store, and hands in at dodam what the store gave it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct

from dodam_sim.families.client import Guardian, ServerAwayError, UnexpectedAnswerError


class Price(Struct, frozen=True):
    micros: int
    currency: str


class Held(Struct, frozen=True):
    """A subscription as dodam shows it to its guardian."""

    id: UUID
    store: str
    environment: str
    state: str
    product_id: str
    began_at: datetime
    entitled_until: datetime | None
    renews: bool


class Paid(Struct, frozen=True):
    """A line of what dodam says was paid."""

    kind: str
    product_id: str
    amount: Price | None = None


class Holdings(Struct, frozen=True):
    buyer_id: UUID
    subscriptions: list[Held]
    payments: list[Paid]


class Entitled(Struct, frozen=True):
    entitled: bool
    grounds: str | None
    until: datetime | None


class _Taken(Struct):
    outcome: str


@dataclass
class Phone:
    """`buyer_id` is what the app names as its user when it buys."""

    name: str
    email: str
    guardian: Guardian
    buyer_id: UUID

    async def hand_in(self, store: str, given: str) -> str:
        """What dodam made of a signed transaction or a purchase token, in its own words."""
        field = {"apple": "signed_transaction", "google": "purchase_token"}[store]
        body = msgspec.json.encode({field: given})
        try:
            taken = await self.guardian.post(f"/v1/subscriptions/{store}", lambda _: body, _Taken)
        except UnexpectedAnswerError as error:
            return error.code or error.shown
        except ServerAwayError as error:
            return str(error)
        return taken.outcome

    async def seen(self) -> dict[str, Any]:
        """What the guardian is shown, or why nothing."""
        try:
            return {
                "entitlement": await self.guardian.get("/v1/entitlement", Entitled),
                "holdings": await self.guardian.get("/v1/subscriptions", Holdings),
                "trouble": None,
            }
        except (ServerAwayError, UnexpectedAnswerError, httpx.HTTPError) as error:
            return {"entitlement": None, "holdings": None, "trouble": str(error)}


async def unlock(name: str, email: str, guardian: Guardian) -> Phone:
    """Sign in. Raises UnexpectedAnswerError, ServerAwayError."""
    await guardian.sign_in()
    holdings = await guardian.get("/v1/subscriptions", Holdings)
    return Phone(name, email, guardian, holdings.buyer_id)
