"""What can go wrong with an account's address."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class EmailVerifiedAlready(DodamError):
    kind = Kind.CONFLICT
    code = "email_verified_already"
    text = Text(en="This e-mail address is verified already.", ko="이미 확인된 이메일 주소예요.")
