"""What can go wrong with signing up and in, and with sessions."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class EmailTaken(DodamError):
    kind = Kind.CONFLICT
    code = "email_taken"
    text = Text(
        en="An account with this e-mail address exists already; sign in with it instead.",
        ko="이미 가입된 이메일이에요. 그 이메일로 로그인해 주세요.",
    )


class InvalidCredentials(DodamError):
    kind = Kind.UNAUTHENTICATED
    code = "invalid_credentials"
    text = Text(
        en="The e-mail address or the password is not right.",
        ko="이메일 또는 비밀번호가 올바르지 않아요.",
    )


class WrongPassword(DodamError):
    """Of somebody who is signed in, and asked for the password once more."""

    kind = Kind.FORBIDDEN
    code = "wrong_password"
    text = Text(en="The password is not right.", ko="비밀번호가 올바르지 않아요.")


class InvalidRefreshToken(DodamError):
    kind = Kind.UNAUTHENTICATED
    code = "invalid_refresh_token"
    text = Text(
        en="The refresh token is unknown, expired or signed out; please sign in again.",
        ko="리프레시 토큰이 올바르지 않거나 만료되었어요. 다시 로그인해 주세요.",
    )


class RefreshTokenReused(DodamError):
    """A token that was exchanged before came again: it may have been stolen."""

    kind = Kind.UNAUTHENTICATED
    code = "refresh_token_reused"
    text = Text(
        en="This refresh token was used before, so the device was signed out; please sign in.",
        ko="이미 사용된 리프레시 토큰이라 이 기기를 로그아웃했어요. 다시 로그인해 주세요.",
    )


class SessionNotFound(DodamError):
    """Unknown, ended already or somebody else's: a stranger learns nothing from the difference."""

    kind = Kind.NOT_FOUND
    code = "session_not_found"
    text = Text(en="There is no such session.", ko="해당 로그인 세션을 찾을 수 없어요.")


class InvalidOneTimeToken(DodamError):
    kind = Kind.INVALID
    code = "invalid_token"
    text = Text(
        en="This link or token is not valid, was used already or has expired; ask for a new one.",
        ko="링크나 토큰이 올바르지 않거나 이미 사용되었거나 만료되었어요. 새로 요청해 주세요.",
    )


class AccountWithdrawn(DodamError):
    """The person left, and may still come back: `details` has `erase_at` and `undo_token`."""

    kind = Kind.FORBIDDEN
    code = "account_withdrawn"
    text = Text(
        en="This account was left and will be erased; you can still come back.",
        ko="탈퇴한 계정이라 곧 삭제돼요. 지금은 아직 되돌릴 수 있어요.",
    )


class RecentSignInRequired(DodamError):
    """A device that was found signed in is not enough for what changes who holds the account."""

    kind = Kind.FORBIDDEN
    code = "recent_sign_in_required"
    text = Text(
        en="To make sure that it is you, sign in again and do this within {minutes} minutes.",
        ko="본인 확인을 위해 다시 로그인한 뒤 {minutes}분 안에 해 주세요.",
    )
