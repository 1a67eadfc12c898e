"""Requests to Google's APIs as our service account."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from dodam.adapters.google_play.access import ServiceAccount
from dodam.adapters.google_play.wire import FailureAnswer
from dodam.adapters.outside import OutsideService
from dodam.platform.work import CannotBeDone, PerhapsDone

T = TypeVar("T")

_NO_ACCESS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Refused(CannotBeDone):
    """`status` is HTTP's and `word` Google's, such as `purchaseTokenNotFound`."""

    def __init__(self, service: str, status: int, word: str) -> None:
        super().__init__(f"{service} answered {status} ({word or 'without a reason'})")
        self.status = status
        self.word = word


class GoogleApi:
    """`name` is the service's in the log."""

    def __init__(self, name: str, base_url: str, account: ServiceAccount) -> None:
        self._outside = OutsideService(name, base_url)
        self._account = account

    async def ask(
        self,
        answer: type[T],
        method: str,
        template: str,
        values: Mapping[str, str],
        **request: Any,
    ) -> T:
        """The answer to a request, whose words are those of `OutsideService.call`.

        Raises Refused, TryLater, PerhapsDone, and CannotBeDone where the access is refused.
        """
        access = await self._account.headers()
        said = await self._outside.call(method, template, values, headers=access, **request)
        name = self._outside.name
        if said.status_code in _NO_ACCESS:
            raise CannotBeDone(
                f"{name} refuses the service account ({said.status_code} {_word(said.content)}): "
                "is the API on, and has the account every permission it needs?"
            )
        if not said.is_success:
            raise Refused(name, said.status_code, _word(said.content))
        try:
            # Google writes long numbers as texts, and says nothing where there is nothing to say.
            return msgspec.json.decode(said.content or b"{}", type=answer, strict=False)
        except msgspec.MsgspecError as error:
            raise PerhapsDone(f"{name}'s answer cannot be read") from error


def _word(body: bytes) -> str:
    """Google's word for a failure; it names no person."""
    try:
        failure = msgspec.json.decode(body, type=FailureAnswer).error
    except msgspec.MsgspecError:
        return ""
    return failure.errors[0].reason if failure.errors else failure.status
