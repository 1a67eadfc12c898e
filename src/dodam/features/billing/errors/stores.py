"""What can go wrong between a store and us."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text


class StoreNotSetUp(DodamError):
    kind = Kind.UNAVAILABLE
    code = "store_not_set_up"
    text = Text(
        en="Purchases from this store are not set up here.",
        ko="이 스토어의 구매는 아직 여기에서 쓸 수 없어요.",
    )


class ForgedMessage(DodamError):
    """Not a store's, or not for this app; nothing is kept of it but a count.

    `reason` is one of a few words of ours, such as `wrong_app`, by which it is counted.
    """

    kind = Kind.UNAUTHENTICATED
    code = "forged_store_message"
    text = Text(
        en="This message is not signed by the store for this app.",
        ko="이 앱을 위해 스토어가 서명한 메시지가 아니에요.",
    )

    def __init__(self, reason: str = "not_signed") -> None:
        super().__init__()
        self.reason = reason


class ForgedPurchase(DodamError):
    kind = Kind.INVALID
    code = "forged_purchase"
    text = Text(
        en="This is not a purchase that the store signed for this app.",
        ko="스토어가 이 앱을 위해 서명한 구매가 아니에요.",
    )


class NotASubscription(DodamError):
    kind = Kind.INVALID
    code = "not_a_subscription"
    text = Text(en="This purchase is not a subscription.", ko="구독 상품의 구매가 아니에요.")


class UnknownPurchase(DodamError):
    kind = Kind.INVALID
    code = "unknown_purchase"
    text = Text(en="The store does not know this purchase.", ko="스토어에서 찾을 수 없는 구매예요.")


class StoreUnreachable(DodamError):
    """Nothing is lost: the same is to be handed in again."""

    kind = Kind.UNAVAILABLE
    code = "store_unreachable"
    text = Text(
        en="The store cannot be reached right now; try again soon.",
        ko="지금은 스토어에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.",
    )
