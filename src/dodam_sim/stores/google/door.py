"""The door to the Android Publisher API: who may come in, and how it says no.

https://developers.google.com/android-publisher/authorization
"""

from collections.abc import Callable
from typing import Any

from litestar import Request

from dodam_sim.stores.google.access import ServiceAccount
from dodam_sim.stores.google.errors import GoogleError
from dodam_sim.stores.google.play import GooglePlay
from dodam_sim.stores.google.purchases import NotPossibleError

AnyRequest = Request[Any, Any, Any]
APP = "/androidpublisher/v3/applications/{package_name:str}"


class Door:
    def __init__(self, play: GooglePlay, account: ServiceAccount) -> None:
        self.play = play
        self._account = account

    def enter(self, request: AnyRequest, package_name: str) -> None:
        """Raises GoogleError. What was due by now has happened then."""
        if not self._account.may(request.headers.get("authorization"), "androidpublisher"):
            raise GoogleError(401, "authError", "Request had invalid authentication credentials.")
        if package_name != self.play.life.package_name:
            raise GoogleError(404, "applicationNotFound", f"Package not found: {package_name}.")
        self.play.life.settle()


def doing(act: Callable[[], object]) -> None:
    """Raises GoogleError where the state does not allow it."""
    try:
        act()
    except NotPossibleError as error:
        raise GoogleError(400, "badRequest", str(error)) from error
