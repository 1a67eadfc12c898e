"""Promotions as marketing makes them, and guardians who redeem their codes."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.promotions.models.tasks import IssueCodes
from dodam.features.promotions.service.issuing import Issuing
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import Guardian
from tests.staff import Staff, staff

FORM: dict[str, Any] = {
    "name": "재활 박람회",
    "gives": {"tickets": 5},
    "codes": {"kind": "single", "count": 3},
    "valid_from": NOON.isoformat(),
    "valid_until": (NOON + timedelta(days=30)).isoformat(),
}


@dataclass
class Marketing:
    """Who makes promotions; their codes are made ready at once."""

    staff: Staff
    issuing: Issuing

    async def try_to_make(self, **fields: Any) -> httpx.Response:
        form = {"id": str(uuid4()), **FORM, **fields}
        return await self.staff.call("POST", "/staff/promotions", json=form)

    async def make(self, **fields: Any) -> dict[str, Any]:
        answer = await self.try_to_make(**fields)
        assert answer.status_code == 201, answer.text
        await self.issuing.issue(IssueCodes(promotion_id=UUID(answer.json()["id"])))
        return await self.staff.get(f"/staff/promotions/{answer.json()['id']}")

    async def codes(self, promotion: dict[str, Any]) -> list[str]:
        path = f"/staff/promotions/{promotion['id']}/codes.csv"
        answer = await self.staff.call("GET", path)
        assert answer.status_code == 200, answer.text
        return [row["code"] for row in csv.DictReader(StringIO(answer.text))]

    async def make_codes(self, **fields: Any) -> list[str]:
        return await self.codes(await self.make(**fields))

    async def make_code(self, **fields: Any) -> str:
        """The one code of a promotion of its own."""
        [code] = await self.make_codes(codes={"kind": "single", "count": 1}, **fields)
        return code


@pytest.fixture
def marketing(system: Dodam, http: httpx.AsyncClient, settings: Settings) -> Marketing:
    issuing = system.services["issuing"]
    assert isinstance(issuing, Issuing)
    return Marketing(staff(http, settings, Role.MARKETING), issuing)


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    return await guardian.register_child()


async def redeem(
    guardian: Guardian, code: str, child: dict[str, Any] | None = None, **options: Any
) -> httpx.Response:
    form = {"code": code} if child is None else {"code": code, "child_id": child["id"]}
    return await guardian.call("POST", "/promotions/redemptions", json=form, **options)


async def redeemed(
    guardian: Guardian, code: str, child: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer = await redeem(guardian, code, child)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tickets(guardian: Guardian, child: dict[str, Any]) -> int:
    return (await guardian.get(f"/children/{child['id']}/tickets"))["balance"]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def uses_add_up(system: Dodam, promotion_ids: Sequence[str]) -> None:
    """What codes count is what was redeemed, and each redemption gave what it says, once."""
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select code.redeemed, (select count(*) from promotions.redemption"
            " where redemption.promotion_id = code.promotion_id"
            " and redemption.number = code.number) as counted"
            " from promotions.code where promotion_id = any($1)",
            [UUID(each) for each in promotion_ids],
        )
        assert rows
        assert all(row["redeemed"] == row["counted"] for row in rows)
        [wrong] = await db.fetch(
            "select count(*) as count from promotions.redemption"
            " left join rewards.entry on entry.child_id = redemption.child_id"
            " and entry.reason = 'promotion' and entry.reference = redemption.id::text"
            " where promotion_id = any($1) and entry.tickets is distinct from redemption.tickets",
            [UUID(each) for each in promotion_ids],
        )
        assert wrong["count"] == 0
