"""Phone numbers as they are typed, and as they are kept."""

from collections.abc import Container

import phonenumbers
from msgspec import Struct
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from dodam.features.accounts.errors.phones import CountryNotServed
from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text

# In North America mobiles and landlines share their prefixes, so many a number could be either.
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_NOT_A_NUMBER = Text(
    en="This is not a phone number; write it with + and the country code, or name its country.",
    ko="전화번호가 올바르지 않아요. + 와 국가 번호를 붙이거나 국가를 함께 알려 주세요.",
)
_NOT_MOBILE = Text(
    en="This is not a mobile number, so it receives no messages.",
    ko="휴대폰 번호가 아니어서 문자를 받을 수 없어요.",
)


class MobileNumber(Struct, frozen=True):
    """`number` is in E.164, `country` in ISO 3166-1 alpha-2."""

    number: str
    country: str


def mobile_number(typed: str, country: str | None, served: Container[str]) -> MobileNumber:
    """The number if a message can go there.

    Only mobiles of served countries are: messages to dear foreign or premium numbers are how
    fraudsters earn on codes (toll fraud, "SMS pumping"). Raises InvalidInput, CountryNotServed.
    """
    try:
        parsed = phonenumbers.parse(typed, country)
    except NumberParseException as error:
        raise InvalidInput.of("number", "not_a_phone_number", _NOT_A_NUMBER) from error
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        raise InvalidInput.of("number", "not_a_phone_number", _NOT_A_NUMBER)
    region = phonenumbers.region_code_for_number(parsed)
    if region is None or region not in served:
        raise CountryNotServed
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise InvalidInput.of("number", "not_a_mobile_number", _NOT_MOBILE)
    return MobileNumber(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), region)
