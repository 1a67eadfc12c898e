"""The shop's page: families buy, change and cancel, and see what the stores tell dodam of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, get, post
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import FromPath
from litestar.response import Redirect

from dodam_sim.families.client import ServerAwayError, UnexpectedAnswerError
from dodam_sim.stores.actions import NOT_POSSIBLE, actions_of
from dodam_sim.stores.forms import (
    ActionForm,
    BuyForm,
    ClockForm,
    MishapsForm,
    PaceForm,
    PhoneForm,
    PriceForm,
    form_of,
)
from dodam_sim.stores.google.products import won
from dodam_sim.stores.post import Mishaps
from dodam_sim.stores.shop import MOST_AT_ONCE, Shop
from dodam_sim.stores.showing import WAITS, shown

AnyRequest = Request[Any, Any, Any]
_HERE = Path(__file__).parent
_PATH = "/stores"


class ShopPage:
    """`said` is what came of what was done last. `policy` is the page's content security policy."""

    def __init__(self, shop: Shop, policy: str) -> None:
        self._shop = shop
        self._policy = policy
        self._said = ""
        templates = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = templates.get_template("page.html")
        self._styles = (_HERE / "page.css").read_text(encoding="utf-8")

    def handlers(self) -> list[Any]:
        """Litestar's."""

        @get(_PATH, media_type=MediaType.HTML)
        async def show_shop() -> Response[str]:
            page = self._template.render(await shown(self._shop), said=self._said)
            return Response(page, headers={"content-security-policy": self._policy})

        @get(f"{_PATH}.css", media_type="text/css")
        async def shop_style() -> str:
            return self._styles

        @post(f"{_PATH}/phones")
        async def add_phone(request: AnyRequest) -> Redirect:
            form = await form_of(request, PhoneForm)
            try:
                phone = await self._shop.add_phone(
                    form.name or form.email, form.email, form.password
                )
            except (ServerAwayError, UnexpectedAnswerError) as error:
                return self._back(f"{form.email} cannot sign in: {error}")
            return self._back(f"{phone.name} has a phone now.")

        @post(f"{_PATH}/purchases")
        async def buy(request: AnyRequest) -> Redirect:
            return await self._buy(await form_of(request, BuyForm))

        @post(f"{_PATH}/purchases/{{number:int}}")
        async def act(request: AnyRequest, number: FromPath[int]) -> Redirect:
            return await self._act(number, (await form_of(request, ActionForm)).action)

        @post(f"{_PATH}/clock")
        async def run_clock(request: AnyRequest) -> Redirect:
            return self._run((await form_of(request, ClockForm)).by)

        return [show_shop, shop_style, add_phone, buy, act, run_clock, *self._desk()]

    def _desk(self) -> list[Any]:
        @post(f"{_PATH}/pace")
        async def set_pace(request: AnyRequest) -> Redirect:
            self._shop.fast = (await form_of(request, PaceForm)).fast
            return self._back(
                "A month lasts five minutes, of what is bought or renewed from now on."
                if self._shop.fast
                else "A month lasts a month."
            )

        @post(f"{_PATH}/prices")
        async def raise_price(request: AnyRequest) -> Redirect:
            form = await form_of(request, PriceForm)
            try:
                _raise(self._shop, form)
            except NOT_POSSIBLE as error:
                return self._back(f"Not possible: {error}.")
            return self._back(f"{form.product} costs {form.price:,} won.")

        @post(f"{_PATH}/mishaps")
        async def set_mishaps(request: AnyRequest) -> Redirect:
            form = await form_of(request, MishapsForm)
            self._shop.mishaps = Mishaps(
                lost=form.lost / 100,
                twice=form.twice / 100,
                late=form.late / 100,
                late_by=timedelta(minutes=1),
                shuffled=form.shuffled,
            )
            return self._back("Set, of messages from now on.")

        return [set_pace, raise_price, set_mishaps]

    def _run(self, by: str) -> Redirect:
        if by == "next":
            ran = self._shop.run_to_next()
            return self._back("The stores' clock was run ahead." if ran else "Nothing is due.")
        if by not in WAITS:
            raise ValidationException(f"There is no {by}.")
        if self._shop.run_ahead(WAITS[by]):
            return self._back(f"The stores' clock was run ahead by a {by}.")
        return self._back(f"The stores' clock stopped after {MOST_AT_ONCE} messages.")

    async def _buy(self, form: BuyForm) -> Redirect:
        phone = self._shop.phones.get(form.phone)
        if phone is None:
            raise NotFoundException(f"There is no phone of {form.phone}.")
        try:
            store, *what = form.product.split()
            if store == "apple":
                bought = self._shop.buy_at_apple(phone, *what, sandbox=form.sandbox)
            else:
                bought = self._shop.buy_at_google(
                    phone, *what, sandbox=form.sandbox, pending=form.pending
                )
        except (KeyError, StopIteration, TypeError, ValueError) as error:
            raise ValidationException(f"There is no {form.product}.") from error
        if form.forgets:
            return self._back("Bought; the app forgot to hand it in.")
        outcome = await self._shop.hand_in(bought)
        return self._back(f"Bought and handed in; dodam says: {outcome}.")

    async def _act(self, number: int, name: str) -> Redirect:
        if not 0 <= number < len(self._shop.bought):
            raise NotFoundException("There is no such purchase.")
        bought = self._shop.bought[number]
        verb, _, email = name.partition(":")
        if verb == "hand-in" and (phone := self._shop.phones.get(email)):
            outcome = await self._shop.hand_in(bought, phone)
            return self._back(f"Handed in by {phone.name}; dodam says: {outcome}.")
        actions = actions_of(self._shop, bought)
        if name not in actions:
            raise ValidationException(f"There is no {name}.")
        action = actions[name]
        try:
            new = action.does()
        except NOT_POSSIBLE as error:
            return self._back(f"Not possible: {error}.")
        if new is None:
            return self._back(f"Done: {action.label}.")
        outcome = await self._shop.hand_in(new)
        return self._back(f"Done: {action.label}. Handed in; dodam says: {outcome}.")

    def _back(self, said: str) -> Redirect:
        self._said = said
        return Redirect(_PATH, status_code=303)


def _raise(shop: Shop, form: PriceForm) -> None:
    try:
        store, *what = form.product.split()
        if store == "apple":
            shop.app_store.store.desk.raise_price(
                what[0], form.price * 1000, needs_consent=form.consent
            )
        else:
            plan = shop.play.play.products[what[0]].plan(what[1])
            mode = "PRICE_INCREASE" if form.consent else "OPT_OUT_PRICE_INCREASE"
            shop.play.play.developer.change_price(what[0], plan, won(form.price), mode)
    except (KeyError, IndexError, StopIteration, ValueError) as error:
        raise ValidationException(f"There is no {form.product}.") from error
