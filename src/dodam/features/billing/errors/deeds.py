"""What can go wrong as something is done about a subscription."""

from dodam.platform.errors import DodamError, Kind
from dodam.platform.i18n import Text

_HOW_TO_CANCEL = Text(
    en="Open Settings on the iPhone or iPad that it was bought with, tap your name, then "
    "Subscriptions, choose dodam, and cancel it; or open {url}.",
    ko="구매한 아이폰이나 아이패드의 설정에서 내 이름 > 구독 > 도담을 차례로 누르고 구독을 취소해 "
    "주세요. {url} 에서도 취소할 수 있어요.",
)


class CancelledByGuardianOnly(DodamError):
    """Apple lets nobody but the buyer cancel: its server API has no call for it."""

    kind = Kind.CONFLICT
    code = "cancelled_by_guardian_only"
    text = Text(
        en="Only whoever bought it can cancel an App Store subscription. " + _HOW_TO_CANCEL.en,
        ko="앱스토어 구독은 구매한 분만 취소할 수 있어요. " + _HOW_TO_CANCEL.ko,
    )

    def __init__(self, url: str) -> None:
        super().__init__(details={"url": url}, url=url)


class SubscriptionRenews(DodamError):
    """`details.subscriptions` names those that go on costing money, `details.url` their page."""

    kind = Kind.CONFLICT
    code = "subscription_renews"
    text = Text(
        en="Leaving does not end an App Store subscription, which renews until you cancel it. "
        + _HOW_TO_CANCEL.en
        + " Then leave; or leave all the same with `despite_subscriptions`.",
        ko="탈퇴해도 앱스토어 구독은 해지되지 않고, 직접 취소할 때까지 결제가 계속돼요. "
        + _HOW_TO_CANCEL.ko
        + " 취소한 뒤 탈퇴하거나, 이 내용을 확인했다는 뜻으로 `despite_subscriptions`를 함께 보내 "
        "주세요.",
    )


class NotAtThisStore(DodamError):
    kind = Kind.CONFLICT
    code = "not_at_this_store"
    text = Text(
        en="This store lets nobody do that from here; refunds of the App Store are asked for at "
        "https://reportaproblem.apple.com.",
        ko="이 스토어에서는 여기에서 할 수 없는 작업이에요. 앱스토어 환불은 "
        "https://reportaproblem.apple.com 에서 신청해 주세요.",
    )


class ExtendedTooOften(DodamError):
    kind = Kind.CONFLICT
    code = "extended_too_often"
    text = Text(
        en="Apple extends a subscription twice within 365 days at most.",
        ko="앱스토어 구독은 365일 동안 두 번까지만 연장할 수 있어요.",
    )


class DeedDiffers(DodamError):
    kind = Kind.CONFLICT
    code = "deed_differs"
    text = Text(
        en="Something else was asked for with this id already.",
        ko="같은 id로 이미 다른 작업을 요청했어요.",
    )


TOO_MANY_DAYS = Text(
    en="Apple extends by 90 days at most.",
    ko="앱스토어 구독은 한 번에 90일까지만 연장할 수 있어요.",
)
