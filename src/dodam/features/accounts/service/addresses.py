"""E-mail addresses, as they are kept and as they are compared."""

from hashlib import sha256

from email_validator import EmailNotValidError, validate_email

from dodam.platform.errors import InvalidInput
from dodam.platform.i18n import Text

_NOT_AN_ADDRESS = Text(en="This is not an e-mail address.", ko="이메일 주소가 올바르지 않아요.")


def normal_address(address: str) -> str:
    """The address as it is kept. Raises InvalidInput."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput.of("email", "not_an_email_address", _NOT_AN_ADDRESS) from error


def mail_address(address: str) -> str:
    """The address as mail systems everywhere know it: its domain in ASCII (RFC 5890).

    A local part that is not ASCII stays so; few mail systems reach it (RFC 6531).
    """
    valid = validate_email(address, check_deliverability=False)
    return valid.ascii_email or valid.normalized


def address_key(address: str) -> str:
    """What an address is compared by; of a malformed one, a key nobody has."""
    try:
        return normal_address(address).lower()
    except InvalidInput:
        return ""


def counted_address(address: str) -> str:
    """What uses of an address are counted by: those who count need not know it."""
    return sha256((address_key(address) or address).encode()).hexdigest()
