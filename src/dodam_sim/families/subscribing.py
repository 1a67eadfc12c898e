"""A family subscribes on its phone, at a simulated store of the world outside."""

import httpx
from msgspec import Struct

from dodam_sim.families.client import Guardian
from dodam_sim.families.persona import Family

_ANSWER_SECONDS = 20.0


class _Entitlement(Struct):
    entitled: bool


async def subscribe(family: Family, guardian: Guardian, world: str, product: str) -> None:
    """Unless the family may play as a subscriber already. `world` is its page's address.

    `product` is named as on the page of the stores. Raises httpx.HTTPError.
    """
    phone = {"email": family.email, "password": family.password, "name": family.guardian}
    async with httpx.AsyncClient(
        base_url=world, follow_redirects=True, timeout=_ANSWER_SECONDS, trust_env=False
    ) as http:
        (await http.post("/stores/phones", data=phone)).raise_for_status()
        if (await guardian.get("/v1/entitlement", _Entitlement)).entitled:
            return
        order = {"phone": family.email, "product": product}
        (await http.post("/stores/purchases", data=order)).raise_for_status()
