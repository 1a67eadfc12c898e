"""P08, A13, C02: what stays of a redemption when its account or child is erased."""

from typing import Any
from uuid import UUID

from dodam.bootstrap import Dodam
from dodam.features.accounts.events.withdrawal import AccountErased
from dodam.features.children.service.children import Children
from dodam.features.promotions.handlers import Reactions
from dodam.features.promotions.service.child_records import ChildRecords
from dodam.features.promotions.service.redemptions import Redemptions
from tests.families import Guardian

from .conftest import Marketing, redeem, redeemed, refusal


async def _kept(system: Dodam, redemption: dict[str, Any]) -> tuple[UUID | None, UUID | None, int]:
    async with system.database.reading() as db:
        [row] = await db.fetch(
            "select account_id, child_id, tickets from promotions.redemption where id = $1",
            UUID(redemption["id"]),
        )
    return row["account_id"], row["child_id"], row["tickets"]


async def test_P08_A13_of_an_erased_account_only_stays_that_a_code_was_used(
    marketing: Marketing, system: Dodam, guardian: Guardian, other_guardian: Guardian
) -> None:
    code = await marketing.make_code()
    given = await redeemed(guardian, code, await guardian.register_child())
    children, redemptions = system.services["children"], system.services["redemptions"]
    assert isinstance(children, Children)
    assert isinstance(redemptions, Redemptions)
    account = UUID(guardian.account_id)
    async with system.database.transaction() as tx:
        await Reactions(redemptions).account_erased(tx, AccountErased(account_id=account))
        await children.erase_all_of(tx, account)
    assert await _kept(system, given) == (None, None, 5)
    # Who leaves gives no code back.
    others = await other_guardian.register_child()
    assert refusal(await redeem(other_guardian, code, others)) == (409, "code_used_up")


async def test_P08_C02_a_pseudonymised_child_is_not_to_be_found_by_a_code(
    marketing: Marketing, system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    given = await redeemed(guardian, await marketing.make_code(), child)
    async with system.database.transaction() as tx:
        await ChildRecords().pseudonymise_child(tx, UUID(child["id"]))
    assert await _kept(system, given) == (UUID(guardian.account_id), None, 5)
    # The account is told all the same what it got.
    assert await guardian.get("/promotions/redemptions") == [{**given, "child_id": None}]
