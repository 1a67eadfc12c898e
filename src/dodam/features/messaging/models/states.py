"""What can become of a message."""

from enum import StrEnum

from dodam.features.accounts.models.contacts import Contact
from dodam.platform.i18n import Text

# KakaoTalk's notices and our texts go to Korean mobiles.
_KOREAN_MOBILE = "+8210"


class State(StrEnum):
    """`waiting` → `sending` → `accepted` → `delivered`, `delivered_by_sms` or `failed`.

    What is `sending` may have been taken already: the service is asked before it is sent again.
    `failed` and `not_sent` have a reason.
    """

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DELIVERED_BY_SMS = "delivered_by_sms"
    FAILED = "failed"
    NOT_SENT = "not_sent"


class Reason(StrEnum):
    """Why a message was not sent."""

    NO_PHONE = "no_phone"
    NO_CHANNEL = "no_channel"
    TURNED_OFF = "turned_off"
    TEST_ACCOUNT = "test_account"
    WITHDRAWN = "withdrawn"
    CHILD_REMOVED = "child_removed"
    NO_CONSENT = "no_consent"
    EXPIRED = "expired"
    QUIET_HOURS = "quiet_hours"
    NOTHING_TO_TELL = "nothing_to_tell"


# The service refused the whole order, so it took nothing: it may be sent again once that is mended.
REFUSED = "refused"
# The service never told what became of it.
NO_RESULT = "no_result"

EXPLANATIONS = {
    Reason.NO_PHONE: Text(
        en="The account has no verified phone number.",
        ko="계정에 인증된 휴대폰 번호가 없어요.",
    ),
    Reason.NO_CHANNEL: Text(
        en="We send messages to Korean mobile numbers only.",
        ko="알림은 한국 휴대폰 번호로만 보낼 수 있어요.",
    ),
    Reason.TEST_ACCOUNT: Text(
        en="Test accounts are sent no messages.",
        ko="테스트 계정에는 알림을 보내지 않아요.",
    ),
}


def obstacle(contact: Contact | None) -> Reason | None:
    """Why nothing can be sent to an account, if nothing can."""
    if contact is None or contact.has_left:
        return Reason.WITHDRAWN
    if contact.is_test:
        return Reason.TEST_ACCOUNT
    if contact.number is None:
        return Reason.NO_PHONE
    if not contact.number.startswith(_KOREAN_MOBILE):
        return Reason.NO_CHANNEL
    return None
