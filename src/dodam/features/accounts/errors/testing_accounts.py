"""What can go wrong with test accounts."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class AttachedElsewhere(DodamError):
    """`details.accounts` has the ids of those that are under another account."""

    kind = Kind.CONFLICT
    code = "attached_elsewhere"
    text = Text(
        en="Some of these are test accounts under another account; nothing was changed.",
        ko="이미 다른 계정에 연결된 테스트 계정이 있어요. 아무것도 바꾸지 않았어요.",
    )


UNKNOWN_ACCOUNT = Text(
    en="There is no such guardian's account.", ko="그런 보호자 계정을 찾을 수 없어요."
)
ITSELF = Text(
    en="An account is no test account under itself.",
    ko="계정을 자기 자신의 테스트 계정으로 연결할 수 없어요.",
)
