"""Notifications that were sent or tried to be, as the App Store Server API tells of them.

https://developer.apple.com/documentation/appstoreserverapi/get-notification-history
"""

from datetime import timedelta

from msgspec import Struct

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.delivery import SUCCESS
from dodam_sim.stores.apple.paging import PER_PAGE, Revisions
from dodam_sim.stores.apple.refusals import Refusal, Refused, decoded
from dodam_sim.stores.apple.saying import Notification, Said, Sign
from dodam_sim.stores.apple.scenes import SCENES
from dodam_sim.stores.apple.store import AppStore
from dodam_sim.stores.apple.times import lasting

_LONGEST = timedelta(days=180)


class NotificationHistoryRequest(Struct, rename="camel"):
    """Times are in milliseconds."""

    start_date: int
    end_date: int
    notification_type: str | None = None
    notification_subtype: str | None = None
    transaction_id: str | None = None
    only_failures: bool = False


class Notifications:
    def __init__(self, store: AppStore, environment: Environment, sign: Sign) -> None:
        self._store = store
        self._environment = environment
        self._sign = sign
        self._tokens = Revisions(environment, Refusal.INVALID_PAGINATION_TOKEN)

    def history(self, body: bytes, token: str | None) -> Said:
        """20 at a time, the oldest first; of the last 180 days."""
        asked = decoded(body, NotificationHistoryRequest)
        self._check(asked)
        chosen = [each for each in self._store.notifications if self._is_asked(each, asked)]
        start = self._tokens.read(token)
        page = chosen[start : start + PER_PAGE]
        answer: Said = {
            "hasMore": start + len(page) < len(chosen),
            "notificationHistory": [self.told(each) for each in page],
        }
        if answer["hasMore"]:
            answer["paginationToken"] = self._tokens.write(start + len(page))
        return answer

    def request_test(self) -> Said:
        said = self._store.desk.test(self._environment)
        return {"testNotificationToken": f"{said.uuid}_{said.at}"}

    def test(self, token: str) -> Said:
        for each in self._store.notifications:
            if each.type == "TEST" and f"{each.uuid}_{each.at}" == token:
                return self.told(each)
        raise Refused(Refusal.TEST_NOT_FOUND)

    def told(self, notification: Notification) -> Said:
        attempts = [
            {"attemptDate": each.at, "sendAttemptResult": each.result}
            for each in notification.attempts
        ]
        return {"signedPayload": notification.signed(self._sign), "sendAttempts": attempts}

    def _check(self, asked: NotificationHistoryRequest) -> None:
        now = self._store.book.at
        if asked.start_date > now:
            raise Refused(Refusal.INVALID_START_DATE)
        if asked.start_date < now - lasting(_LONGEST):
            raise Refused(Refusal.START_DATE_TOO_FAR_IN_PAST)
        if asked.end_date <= asked.start_date:
            raise Refused(Refusal.START_DATE_AFTER_END_DATE)
        if asked.transaction_id is not None and asked.notification_type is not None:
            raise Refused(Refusal.MULTIPLE_FILTERS)
        filtered = asked.notification_type or asked.notification_subtype
        if filtered and not any(
            type_ == asked.notification_type and asked.notification_subtype in {None, subtype}
            for type_, subtype in SCENES
        ):
            raise Refused(Refusal.INVALID_NOTIFICATION_TYPE)

    def _is_asked(self, each: Notification, asked: NotificationHistoryRequest) -> bool:
        about = asked.transaction_id
        return (
            each.environment is self._environment
            and asked.start_date <= each.at < asked.end_date
            and asked.notification_type in {None, each.type}
            and asked.notification_subtype in {None, each.subtype}
            and (about is None or each.key == self._store.book.key_of(about))
            and not (asked.only_failures and _arrived(each))
        )


def _arrived(notification: Notification) -> bool:
    return any(each.result == SUCCESS for each in notification.attempts)
