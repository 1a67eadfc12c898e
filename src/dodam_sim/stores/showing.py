"""What the shop's page shows of families, their purchases, and what dodam was told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dodam_sim.stores.actions import actions_of
from dodam_sim.stores.phone import Phone
from dodam_sim.stores.shop import Bought, Shop
from dodam_sim.stores.told import told_by

WAITS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_KOREA = ZoneInfo("Asia/Seoul")
_MOST_TOLD = 100


async def shown(shop: Shop) -> dict[str, Any]:
    """All that the page's template asks for, but what came of what was done last."""
    now, due = shop.clock.now(), shop.next_due
    families = [
        {"phone": each, "seen": await each.seen(), "bought": _bought_by(shop, each, now)}
        for each in shop.phones.values()
    ]
    return {
        "now": korean(now),
        "ahead": _length(shop.clock.ahead),
        "next_due": due and korean(due),
        "fast": shop.fast,
        "mishaps": shop.mishaps,
        "families": families,
        "products": _products(shop),
        "waits": list(WAITS),
        "told": told_by(shop, _MOST_TOLD),
        "when": korean,
    }


def korean(at: datetime) -> str:
    return f"{at.astimezone(_KOREA):%Y-%m-%d %H:%M:%S}"


def _bought_by(shop: Shop, phone: Phone, now: datetime) -> list[dict[str, Any]]:
    hand_in = {f"hand-in:{each.email}": _handing_in(each) for each in shop.phones.values()}
    return [
        {
            "number": number,
            "it": each,
            "truth": _of_apple(shop, each, now)
            if each.store == "apple"
            else _of_google(shop, each),
            "actions": {name: it.label for name, it in actions_of(shop, each).items()} | hand_in,
        }
        for number, each in enumerate(shop.bought)
        if each.phone is phone
    ]


def _handing_in(phone: Phone) -> str:
    return f"Hand in on {phone.name}'s phone"


def _products(shop: Shop) -> dict[str, str]:
    """What is sold, by how a form names it."""
    sold = {
        f"apple {each.id}": f"App Store: {each.id}, {each.price // 1000:,} won"
        for each in shop.app_store.store.book.products.values()
    }
    play = shop.play.play
    for product in play.products.values():
        for plan in product.plans:
            named = f"{product.id} {plan.id}"
            price = play.developer.price(product, plan).micros // 1_000_000
            sold[f"google {named}"] = f"Google Play: {named}, {price:,} won"
            for offer in plan.offers:
                sold[f"google {named} {offer.id}"] = f"Google Play: {named}, {offer.id}"
    return sold


def _of_apple(shop: Shop, bought: Bought, now: datetime) -> dict[str, Any]:
    """What the App Store itself holds; of a share, what it is a share of."""
    store = shop.app_store.store
    store.advance()
    standing = store.truth(bought.key, now)
    shared = store.book.members.get(bought.key)
    subscription = shared[0] if shared else store.book.subscriptions[bought.key]
    last = subscription.last
    return {
        "state": standing.status.name.lower() if standing else "unknown",
        "entitled": standing is not None and standing.entitled,
        "product": f"{last.product.id}{', shared' if shared else ''}",
        "until": korean(datetime.fromtimestamp(last.expires / 1000, UTC)),
        "renews": subscription.renews,
        "card_works": subscription.card_works,
    }


def _of_google(shop: Shop, bought: Bought) -> dict[str, Any]:
    """What Google itself holds."""
    play = shop.play.play
    purchase = play.purchase(bought.key)
    truth = play.truth(bought.key, shop.clock.now())
    return {
        "state": purchase.state.removeprefix("SUBSCRIPTION_STATE_").lower(),
        "entitled": truth is not None and truth.entitled,
        "product": f"{purchase.item.product.id} {purchase.item.plan.id}",
        "until": purchase.expires_at and korean(purchase.expires_at),
        "renews": purchase.canceled is None and purchase.item.plan.renews and not purchase.is_over,
        "card_works": purchase.card_works,
    }


def _length(ahead: timedelta) -> str:
    hours = round(ahead.total_seconds() / 3600)
    return f"{hours // 24} days and {hours % 24} hours"
