"""What can go wrong with what staff ask of operations."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class FailureNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "failure_not_found"
    text = Text(
        en="No errors of this fingerprint are known.",
        ko="이 지문에 해당하는 오류가 없어요.",
    )
