"""Text messages by SENS: https://api.ncloud-docs.com/docs/en/sens-sms-send."""

from http import HTTPStatus

import structlog
from msgspec import Struct

from dodam.adapters.outside import OutsideService
from dodam.adapters.sens.access import SensAccess, Signature, at_home, decoded, text_fields
from dodam.features.accounts.errors.phones import SmsUnavailable
from dodam.platform.clock import Clock
from dodam.platform.work import CannotBeDone, TryLater

_LOG = structlog.get_logger(__name__)


class _Taken(Struct, rename="camel"):
    request_id: str


class SensTexts:
    """SENS answers once it took a message over; delivery comes later."""

    def __init__(self, access: SensAccess, clock: Clock, *, timeout_seconds: float) -> None:
        self._access = access
        self._signature = Signature(access, clock)
        self._sens = OutsideService("sens", access.base_url, seconds=timeout_seconds)

    async def send(self, number: str, text: str) -> None:
        order = {
            "contentType": "COMM",
            "countryCode": "82",
            "from": self._access.sender,
            "messages": [{"to": at_home(number)}],
            **text_fields(text),
        }
        try:
            answer = await self._sens.call(
                "POST",
                "/sms/v2/services/{service}/messages",
                {"service": self._access.service_id},
                json=order,
                auth=self._signature,
            )
            decoded(answer, HTTPStatus.ACCEPTED, _Taken)
        except (TryLater, CannotBeDone) as error:
            _LOG.warning("a text was not sent", reason=error.reason)
            raise SmsUnavailable from error
