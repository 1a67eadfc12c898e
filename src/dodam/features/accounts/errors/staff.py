"""What can go wrong with members of staff, and with their signing in."""

from dodam.features.accounts.errors.signing_in import InvalidCredentials
from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class InvalidStaffCredentials(InvalidCredentials):
    """Which of the three was wrong, only the audit trail tells."""

    text = Text(
        en="The e-mail address, the password or the code is not right.",
        ko="이메일, 비밀번호 또는 인증 코드가 올바르지 않아요.",
    )


class WrongSecondFactor(DodamError):
    """Of somebody who is joining, and knows the secret the code is made from."""

    kind = Kind.INVALID
    code = "wrong_second_factor"
    text = Text(
        en="The code does not fit; is the clock of the device with the app right?",
        ko="인증 코드가 맞지 않아요. 인증 앱이 있는 기기의 시각이 정확한지 확인해 주세요.",
    )


class NotEnrolled(DodamError):
    kind = Kind.CONFLICT
    code = "not_enrolled"
    text = Text(
        en="Give the authenticator app its secret first.",
        ko="먼저 인증 앱에 비밀 키를 등록해 주세요.",
    )


class StaffMemberNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "staff_member_not_found"
    text = Text(en="There is no such member of staff.", ko="해당 직원을 찾을 수 없어요.")


class OwnMembershipFixed(DodamError):
    """With this, and as only an admin changes others, there is always an admin left."""

    kind = Kind.CONFLICT
    code = "own_membership"
    text = Text(
        en="Nobody changes their own roles or access; ask another admin.",
        ko="자신의 역할이나 접근 권한은 바꿀 수 없어요. 다른 관리자에게 요청해 주세요.",
    )


class StaffMemberDisabled(DodamError):
    kind = Kind.CONFLICT
    code = "staff_member_disabled"
    text = Text(
        en="This member of staff is disabled; enable them first.",
        ko="비활성화된 직원이에요. 먼저 활성화해 주세요.",
    )
