"""What can be done with a purchase on the shop's page, by its store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from dodam_sim.stores.apple.families import NotPossible
from dodam_sim.stores.google.purchases import NotPossibleError
from dodam_sim.stores.shop import Bought, Shop

NOT_POSSIBLE = (NotPossible, NotPossibleError)


@dataclass(frozen=True)
class Action:
    """`does` may answer with a purchase that takes the place of the old one."""

    label: str
    does: Callable[[], Bought | None]


def actions_of(shop: Shop, bought: Bought) -> Mapping[str, Action]:
    """All there are, by name; some are not possible as the purchase stands."""
    return _of_apple(shop, bought) if bought.store == "apple" else _of_google(shop, bought)


def _of_apple(shop: Shop, bought: Bought) -> dict[str, Action]:
    store, key = shop.app_store.store, bought.key
    if key in store.book.members:
        # A family member can do nothing with what another one pays.
        return {}
    families, desk = store.families, store.desk

    def share() -> Bought:
        return shop.took_the_place(bought, families.share(key))

    def resubscribe() -> None:
        product = store.book.subscriptions[key].product
        families.resubscribe(key, product.id, str(bought.phone.buyer_id))

    actions = {
        "cancel": Action("Cancel the renewal", partial(families.turn_renewal_off, key)),
        "restore": Action("Renew after all", partial(families.turn_renewal_on, key)),
        "card-fails": Action("The card fails from now on", partial(families.card_fails, key)),
        "card-works": Action("The card works again", partial(families.card_works, key)),
        "again": Action("Subscribe again", resubscribe),
        "accept-price": Action("Agree to the new price", partial(families.accept_price, key)),
        "share": Action("Share with a family member", share),
        "ask-refund": Action("Ask Apple for the money back", _nothing(families.ask_refund, key)),
        "refund": Action("Apple gives the money back", partial(desk.refund, key)),
        "refund-half": Action("Apple gives half back", partial(desk.refund, key, percentage=50)),
        "decline": Action("Apple declines a refund", partial(desk.decline_refund, key)),
        "reverse": Action("Apple takes the refund back", partial(desk.reverse_refund, key)),
    }
    for each in store.book.products:
        change = partial(families.change_plan, key, each)
        actions[f"change:{each}"] = Action(f"Change to {each}", change)
    return actions


def _of_google(shop: Shop, bought: Bought) -> dict[str, Action]:
    play, token = shop.play.play, bought.key
    developer = play.developer

    def newest_order() -> str:
        order = play.purchase(token).latest_order
        if order is None:
            raise NotPossibleError("nothing was paid")
        return order

    def again(*, in_app: bool) -> Bought:
        return shop.took_the_place(bought, play.subscribe_again(token, in_app=in_app))

    def replace(product_id: str, plan_id: str) -> Bought:
        new = play.replace(token, product_id, plan_id, "WITH_TIME_PRORATION")
        return shop.took_the_place(bought, new)

    actions = {
        "cancel": Action("Cancel the renewal", partial(play.cancel, token)),
        "restore": Action("Renew after all", partial(play.restore, token)),
        "card-fails": Action("The card fails from now on", partial(play.card_fails, token)),
        "card-works": Action("The card works again", partial(play.card_works, token)),
        "pause": Action("Pause for a month", partial(play.pause, token, "P1M")),
        "no-pause": Action("Do not pause after all", partial(play.pause, token, None)),
        "resume": Action("End the pause", partial(play.resume, token)),
        "again": Action("Subscribe again, in the app", partial(again, in_app=True)),
        "outside": Action("Subscribe again, in the Play Store", partial(again, in_app=False)),
        "accept-price": Action("Agree to the new price", partial(play.accept_price, token)),
        "complete": Action("Pay what is outstanding", partial(play.complete, token)),
        "abandon": Action("Never pay what is outstanding", partial(play.abandon, token)),
        "step-up": Action(
            "Agree to the price after the trial", partial(play.consent_to_step_up, token)
        ),
        "refund": Action(
            "Google gives the money back", lambda: play.refund_as_google(newest_order())
        ),
        "quietly": Action(
            "The money back, and it goes on", lambda: developer.refund(newest_order())
        ),
        "charge-back": Action(
            "The bank takes the money back", lambda: play.charge_back(newest_order())
        ),
    }
    for product in play.products.values():
        for plan in product.plans:
            change = partial(replace, product.id, plan.id)
            label = f"Change to {product.id} {plan.id}"
            actions[f"change:{product.id}:{plan.id}"] = Action(label, change)
    return actions


def _nothing(does: Callable[[str], object], key: str) -> Callable[[], None]:
    """The same without an answer."""

    def do() -> None:
        does(key)

    return do
