"""What can go wrong with verifying a phone number."""

from dodam.platform.errors import DodamError, FieldError, Kind
from dodam.platform.i18n import Text

_NOT_SERVED = Text(
    en="We cannot send messages to numbers of this country.",
    ko="이 나라의 번호로는 문자를 보낼 수 없어요.",
)


class CountryNotServed(DodamError):
    kind = Kind.INVALID
    code = "country_not_served"
    text = _NOT_SERVED

    def __init__(self) -> None:
        super().__init__(fields=[FieldError("number", self.code, _NOT_SERVED)])


class NumberRefused(DodamError):
    """The provider will not send to this number: a landline after all, or blocked for fraud."""

    kind = Kind.INVALID
    code = "number_refused"
    text = Text(
        en="This number cannot receive our messages; please use another mobile number.",
        ko="이 번호로는 문자를 받을 수 없어요. 다른 휴대폰 번호를 사용해 주세요.",
    )


class SmsUnavailable(DodamError):
    """The provider is away, or did not take the request; nothing was counted."""

    kind = Kind.UNAVAILABLE
    code = "sms_unavailable"
    text = Text(
        en="Messages cannot be sent just now; please try again shortly.",
        ko="지금은 문자를 보낼 수 없어요. 잠시 후 다시 시도해 주세요.",
    )


class WrongCode(DodamError):
    """`attempts_left` in the details says how many more codes may be tried."""

    kind = Kind.INVALID
    code = "wrong_code"
    text = Text(en="The code is not right.", ko="인증번호가 올바르지 않아요.")


class CodeExpired(DodamError):
    kind = Kind.CONFLICT
    code = "code_expired"
    text = Text(
        en="The code has expired; please ask for a new one.",
        ko="인증번호가 만료되었어요. 새 인증번호를 요청해 주세요.",
    )


class TooManyAttempts(DodamError):
    kind = Kind.TOO_MANY
    code = "too_many_attempts"
    text = Text(
        en="Too many wrong codes; please ask for a new one.",
        ko="인증번호를 너무 많이 틀렸어요. 새 인증번호를 요청해 주세요.",
    )


class VerificationNotFound(DodamError):
    """Unknown, somebody else's, used already, or replaced by a newer one."""

    kind = Kind.NOT_FOUND
    code = "verification_not_found"
    text = Text(
        en="There is no such verification any more; please use the newest code or ask for one.",
        ko="해당 인증 요청을 찾을 수 없어요. 가장 최근 인증번호를 사용하거나 새로 요청해 주세요.",
    )


class PhoneNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "phone_not_found"
    text = Text(
        en="The account has no verified phone number.",
        ko="계정에 인증된 휴대폰 번호가 없어요.",
    )
