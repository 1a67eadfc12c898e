"""The forms of the shop's page."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from msgspec import Meta, Struct

T = TypeVar("T", bound=Struct)
Percent = Annotated[float, Meta(ge=0, le=100)]


class PhoneForm(Struct, frozen=True):
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    name: Annotated[str, Meta(max_length=80)] = ""


class BuyForm(Struct, frozen=True):
    """`product` is `apple dodam.monthly` or `google dodam_monthly monthly trial`."""

    phone: str
    product: str
    sandbox: bool = False
    forgets: bool = False
    pending: bool = False


class ActionForm(Struct, frozen=True):
    action: str


class ClockForm(Struct, frozen=True):
    by: str


class PaceForm(Struct, frozen=True):
    fast: bool


class PriceForm(Struct, frozen=True):
    """`price` in won."""

    product: str
    price: Annotated[int, Meta(ge=1, le=10_000_000)]
    consent: bool = False


class MishapsForm(Struct, frozen=True):
    lost: Percent = 0
    twice: Percent = 0
    late: Percent = 0
    shuffled: bool = False


async def form_of(request: Request[Any, Any, Any], shape: type[T]) -> T:
    try:
        return msgspec.convert(dict(await request.form()), shape, strict=False)
    except msgspec.ValidationError as error:
        raise ValidationException(str(error)) from error
