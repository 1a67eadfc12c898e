"""What can go wrong with leaving and coming back."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class WithdrawalNotConfirmed(DodamError):
    kind = Kind.INVALID
    code = "withdrawal_not_confirmed"
    text = Text(
        en="Confirm that you leave and that everything is erased.",
        ko="탈퇴하면 모든 정보가 삭제된다는 점을 확인해 주세요.",
    )


class WithdrawalNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "withdrawal_not_found"
    text = Text(en="There is no such withdrawal.", ko="해당 탈퇴 기록을 찾을 수 없어요.")
