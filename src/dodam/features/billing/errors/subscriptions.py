"""What can go wrong as a purchase is handed in."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class SubscriptionNotFound(DodamError):
    kind = Kind.NOT_FOUND
    code = "subscription_not_found"
    text = Text(en="There is no such subscription.", ko="찾을 수 없는 구독이에요.")


class BelongsToAnotherAccount(DodamError):
    kind = Kind.CONFLICT
    code = "belongs_to_another_account"
    text = Text(
        en="This purchase belongs to another account: sign in to that one, or ask our support.",
        ko="다른 계정에서 구매한 구독이에요. 그 계정으로 로그인하거나 고객센터에 문의해 주세요.",
    )


class SandboxPurchase(DodamError):
    kind = Kind.FORBIDDEN
    code = "sandbox_purchase"
    text = Text(
        en="This is a test purchase, which counts for testers only.",
        ko="테스트 구매라서 테스트 계정에서만 쓸 수 있어요.",
    )


class FamilyShared(DodamError):
    kind = Kind.CONFLICT
    code = "family_shared"
    text = Text(
        en="A purchase shared by Apple's Family Sharing does not count; the buyer's own does.",
        ko="가족 공유로 받은 구독은 쓸 수 없어요. 구매한 분의 기기에서 로그인해 주세요.",
    )
