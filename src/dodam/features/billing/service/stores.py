"""The stores of this deployment."""

from dodam.features.billing.errors.stores import StoreNotSetUp
from dodam.features.billing.models.stores import Environment, Store
from dodam.features.billing.models.told import Told
from dodam.features.billing.ports import AppStore, GooglePlay


class Stores:
    def __init__(self, app_store: AppStore | None, google_play: GooglePlay | None) -> None:
        self._app_store = app_store
        self._google_play = google_play

    @property
    def set_up(self) -> list[Store]:
        """Those that this deployment sells at."""
        stores = {Store.APPLE: self._app_store, Store.GOOGLE: self._google_play}
        return [store for store, access in stores.items() if access is not None]

    @property
    def app_store(self) -> AppStore:
        """Raises StoreNotSetUp."""
        if self._app_store is None:
            raise StoreNotSetUp
        return self._app_store

    @property
    def google_play(self) -> GooglePlay:
        """Raises StoreNotSetUp."""
        if self._google_play is None:
            raise StoreNotSetUp
        return self._google_play

    async def ask(self, store: Store, key: str, environment: Environment) -> Told:
        """What a store says of a subscription now. Raises StoreNotSetUp, and what the ports do."""
        if store is Store.APPLE:
            return await self.app_store.subscription(key, environment)
        return await self.google_play.subscription(key)
