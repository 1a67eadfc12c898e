"""What can go wrong with an account that somebody else looks for."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class AccountNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "account_not_found"
    text = Text(en="There is no such account.", ko="해당 계정을 찾을 수 없어요.")
