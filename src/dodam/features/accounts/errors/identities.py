"""What can go wrong with signing in by Google or Apple, and with sign-in methods."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class InvalidIdToken(DodamError):
    """Forged, expired, meant for somebody else, or not of the nonce that came with it."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_id_token"
    text = Text(
        en="The sign-in could not be verified with the provider; please try again.",
        ko="로그인 정보를 확인하지 못했어요. 다시 시도해 주세요.",
    )


class InvalidNonce(DodamError):
    """Not one we issued, used already, or too old."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_nonce"
    text = Text(
        en="The nonce is unknown, used already or expired; ask for a new one and sign in again.",
        ko="로그인 요청이 만료되었거나 이미 사용되었어요. 처음부터 다시 로그인해 주세요.",
    )


class InvalidAuthorizationCode(DodamError):
    kind = Kind.UNAUTHENTICATED
    code = "invalid_authorization_code"
    text = Text(
        en="Apple does not accept the authorization code; please sign in again.",
        ko="Apple에서 인증 코드를 확인하지 못했어요. 다시 로그인해 주세요.",
    )


class ProviderUnavailable(DodamError):
    kind = Kind.UNAVAILABLE
    code = "provider_unavailable"
    text = Text(
        en="The sign-in provider does not answer just now; please try again shortly.",
        ko="지금은 로그인 제공 업체에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.",
    )


class ProviderNotConfigured(DodamError):
    """This deployment does not offer the provider; asking again will not help."""

    kind = Kind.NOT_FOUND
    code = "provider_not_configured"
    text = Text(
        en="Signing in with this provider is not offered here.",
        ko="이 방법으로는 로그인할 수 없어요.",
    )


class VerifiedEmailNeeded(DodamError):
    """An account is opened with an address the provider vouches for only."""

    kind = Kind.FORBIDDEN
    code = "verified_email_needed"
    text = Text(
        en="To open an account, share an e-mail address that the provider has verified.",
        ko="가입하려면 로그인 제공 업체에서 인증한 이메일을 공유해 주세요.",
    )


class IdentityTaken(DodamError):
    """The person at the provider signs in to another account already."""

    kind = Kind.CONFLICT
    code = "identity_taken"
    text = Text(
        en="This Google or Apple account signs in to another account already.",
        ko="이미 다른 계정에 연결된 Google 또는 Apple 계정이에요.",
    )


class MethodLinkedAlready(DodamError):
    kind = Kind.CONFLICT
    code = "method_linked_already"
    text = Text(
        en="The account has a sign-in of this kind already; unlink it first.",
        ko="이미 같은 로그인 방법이 연결되어 있어요. 먼저 연결을 해제해 주세요.",
    )


class MethodNotLinked(DodamError):
    kind = Kind.NOT_FOUND
    code = "method_not_linked"
    text = Text(
        en="The account has no sign-in of this kind.", ko="연결되지 않은 로그인 방법이에요."
    )


class LastSignInMethod(DodamError):
    kind = Kind.CONFLICT
    code = "last_sign_in_method"
    text = Text(
        en="This is the only way to sign in to the account; link another one first.",
        ko="마지막 로그인 방법은 해제할 수 없어요. 다른 로그인 방법을 먼저 연결해 주세요.",
    )
