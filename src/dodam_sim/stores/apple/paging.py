"""Tokens with which the App Store Server API goes on where it ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from dodam_sim.stores.apple.catalogue import Environment
from dodam_sim.stores.apple.refusals import Refusal, Refused

PER_PAGE = 20


class Revisions:
    """A token says how far one had read. Each environment knows its own."""

    def __init__(
        self, environment: Environment, refusal: Refusal = Refusal.INVALID_REVISION
    ) -> None:
        self._mark = f"{environment.value}_"
        self._refusal = refusal

    def write(self, read: int) -> str:
        return urlsafe_b64encode(f"{self._mark}{read}".encode()).decode()

    def read(self, token: str | None) -> int:
        """0 without a token. Raises Refused for one that was not given out."""
        if token is None:
            return 0
        try:
            said = urlsafe_b64decode(token).decode()
            return int(said.removeprefix(self._mark))
        except ValueError as error:
            raise Refused(self._refusal) from error
